"""Arguments and slots have torch's names, order and defaults."""

from __future__ import annotations

import inspect
from typing import get_overloads

import pytest
from torch import nn
from torch.nn import functional as F

from lego.catalogue import layers
from lego.catalogue.arguments import INFERRED

MODULES = [name for name, layer in layers().items() if layer.torch_name is None]

LEFT_OUT = {"self", "args", "kwargs", "device", "dtype", "_weight", "_freeze", "_random_samples"}
DEPRECATED = {"min_value", "max_value", "size_average", "reduce"}
NO_VALUES = {"options", "process_group", "custom_encoder", "custom_decoder"}
"""Objects of Python: how LinearCrossEntropyLoss goes about it, which changes no result; who shares a SyncBatchNorm;
modules in place of a Transformer's halves, for which there are nodes."""
OF_THE_CALL = {
    *("need_weights", "average_attn_weights"),
    *("is_causal", "src_is_causal", "tgt_is_causal", "memory_is_causal"),
}
BY_NAME = {F.relu: "relu"}
"""Functions, which a document names."""
STATES = {"h_0": "hx", "c_0": "hx"}
"""The states of a recurrent layer, which torch takes as one argument."""
NEEDED_HERE = {"dim"}
"""Softmax without a dim: torch chooses one, and warns."""


def constructor(module):
    """Its parameters; those of RNN, LSTM and GRU, which hand all they are given on, stand in an overload."""
    written, *_ = *get_overloads(module.__init__), module.__init__
    return inspect.signature(written).parameters


@pytest.mark.parametrize("name", MODULES)
def test_arguments_are_those_of_torch(name):
    signature = constructor(getattr(nn, name))
    wanted = [key for key in signature if key not in LEFT_OUT | DEPRECATED | NO_VALUES]
    fields = layers()[name].model_fields
    assert [key for key in fields if key not in OF_THE_CALL] == wanted
    for key in wanted:
        info, default = fields[key], signature[key].default
        if INFERRED in info.metadata:
            assert info.default is None
        elif info.is_required():
            assert default is inspect.Parameter.empty or key in NEEDED_HERE
        else:
            assert info.default == BY_NAME.get(default, default)


PRIMARY = {
    "Linear": "out_features",
    "Conv2d": "out_channels",
    "BatchNorm2d": "num_features",
    "LayerNorm": "normalized_shape",
    "GroupNorm": "num_groups",
    "MultiheadAttention": "num_heads",
    "TransformerEncoderLayer": "nhead",
    "TransformerEncoder": "encoder_layer",
    "Transformer": "d_model",
    "Dropout": "p",
    "LeakyReLU": "negative_slope",
    "Softmax": "dim",
    "MaxPool2d": "kernel_size",
    "AdaptiveAvgPool2d": "output_size",
    "Flatten": "start_dim",
    "Embedding": "num_embeddings",
    "RNN": "hidden_size",
    "LSTMCell": "hidden_size",
    "Tanh": None,
}


@pytest.mark.parametrize(("name", "primary"), PRIMARY.items())
def test_a_lone_value_sets(name, primary):
    assert layers()[name].primary() == primary


@pytest.mark.parametrize("name", MODULES)
def test_slots_are_the_tensors_of_forward(name):
    layer = layers()[name]
    assert isinstance(layer.slots, tuple)
    wanted = list(inspect.signature(getattr(nn, name).forward).parameters)[1:]
    names = [STATES.get(slot.name, slot.name) for slot in layer.slots]
    positional = list(dict.fromkeys(name for name, slot in zip(names, layer.slots, strict=True) if not slot.keyword))
    assert set(names) <= set(wanted)
    assert positional == wanted[: len(positional)]


@pytest.mark.parametrize("name", layers())
def test_says_what_it_is(name):
    layer = layers()[name]
    assert layer.__doc__
    assert layer.__doc__ != layer.__mro__[1].__doc__
    assert layer.formula
    assert [key for key, info in layer.model_fields.items() if not info.description] == []
