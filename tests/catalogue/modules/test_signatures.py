"""Arguments and slots have torch's names, order and defaults."""

from __future__ import annotations

import inspect

import pytest
from torch import nn

from lego.catalogue import layers
from lego.catalogue.arguments import INFERRED

MODULES = [name for name, layer in layers().items() if layer.torch_name is None]

LEFT_OUT = {"self", "args", "kwargs", "device", "dtype", "_weight", "_freeze", "_random_samples"}
DEPRECATED = {"min_value", "max_value", "size_average", "reduce"}
NO_VALUES = {"options", "process_group"}
"""Objects of Python: how LinearCrossEntropyLoss goes about it, which changes no result; who shares a SyncBatchNorm."""
OF_THE_CALL = {"need_weights", "average_attn_weights"}
NEEDED_HERE = {"dim"}
"""Softmax without a dim: torch chooses one, and warns."""


@pytest.mark.parametrize("name", MODULES)
def test_arguments_are_those_of_torch(name):
    signature = inspect.signature(getattr(nn, name).__init__).parameters
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
            assert info.default == default


PRIMARY = {
    "Linear": "out_features",
    "Conv2d": "out_channels",
    "BatchNorm2d": "num_features",
    "LayerNorm": "normalized_shape",
    "GroupNorm": "num_groups",
    "MultiheadAttention": "num_heads",
    "Dropout": "p",
    "LeakyReLU": "negative_slope",
    "Softmax": "dim",
    "MaxPool2d": "kernel_size",
    "AdaptiveAvgPool2d": "output_size",
    "Flatten": "start_dim",
    "Embedding": "num_embeddings",
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
    names = [slot.name for slot in layer.slots]
    positional = [slot.name for slot in layer.slots if not slot.keyword]
    assert set(names) <= set(wanted)
    assert positional == wanted[: len(positional)]


@pytest.mark.parametrize("name", layers())
def test_says_what_it_is(name):
    layer = layers()[name]
    assert layer.__doc__
    assert layer.__doc__ != layer.__mro__[1].__doc__
    assert layer.formula
    assert [key for key, info in layer.model_fields.items() if not info.description] == []
