"""A module tells the arguments with which it was made: those that it needs give the same layer again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from lego.catalogue import Layer, apply, layers
from lego.diagnostics import Problem
from lego.runtime.importing.translating.modules import layer_of, module_arguments
from tests.catalogue.oracle import filled, make, net_of
from tests.catalogue.proof.verdict import examples

MODULES = [layer for layer in layers().values() if layer.torch_name != ""]
CALLED = {"need_weights", "average_attn_weights", "is_causal", "tgt_is_causal", "memory_is_causal", "src_is_causal"}
"""Arguments of the call."""
WITHOUT_EFFECT = {"inplace", "enable_nested_tensor", "mask_check"}
PER_LAYER = 4


def said(layer: Layer) -> dict[str, Any]:
    """The arguments of a layer that change what it computes, in one way of writing them."""
    told: dict[str, Any] = {}
    affine = getattr(layer, "affine", getattr(layer, "elementwise_affine", True))
    for name, info in type(layer).model_fields.items():
        value = short(vars(layer)[name])
        if name == "stride" and value == short(vars(layer).get("kernel_size")):
            value = None if info.default is None else value
        if name not in CALLED | {"inplace", "enable_nested_tensor", "mask_check"} and not (
            name == "bias" and not affine
        ):
            told[name] = said(value) if isinstance(value, Layer) else value
    if told.get("padding_idx") is not None:  # torch counts it from the front
        told["padding_idx"] %= told["num_embeddings"]
    return told


def short(value: Any) -> Any:
    if isinstance(value, tuple):
        return value[0] if len(set(value)) == 1 and value[0] is not None else value
    return value


@pytest.mark.parametrize("kind", MODULES, ids=lambda kind: kind.__name__)
def test_a_module_tells_its_arguments(kind):
    @settings(max_examples=PER_LAYER, suppress_health_check=list(HealthCheck), deadline=None)
    @given(examples([kind]))
    def tells(example):
        try:
            layer = make(kind.__name__, example.arguments)
            applied = apply(layer, filled(layer, example.inputs))
            module = net_of(applied.layer, "cpu").node
        except (Problem, ValueError, TypeError, RuntimeError, NotImplementedError, AssertionError, AttributeError):
            assume(False)
        if kind.torch_name is None:
            assert layer_of(module) == kind.__name__
        again = make(kind.__name__, module_arguments(module, kind))
        assert said(apply(again, filled(again, example.inputs)).layer) == said(applied.layer)

    tells()
