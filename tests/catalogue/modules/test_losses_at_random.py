"""Losses on inputs of random shapes: lego takes what torch takes, unless torch stretches it, and gives its shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lego.catalogue import Layer, apply, layers
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, symbol
from tests.catalogue.oracle import known, make, run

FAMILIES = ("loss", "ranking", "classification")
LOSSES = [name for name, layer in layers().items() if layer.family in FAMILIES and name != "CTCLoss"]
"""CTCLoss compares shapes with the values of lengths."""
INTEGERS = {
    "NLLLoss": "target",
    "MultiMarginLoss": "target",
    "MultiLabelMarginLoss": "target",
    "AdaptiveLogSoftmaxWithLoss": "target_",
}
REQUIRED = {
    "LinearCrossEntropyLoss": {"num_classes": 3},
    "AdaptiveLogSoftmaxWithLoss": {"n_classes": 6, "cutoffs": [2, 4], "div_value": 1.2},
}
SIZES = st.integers(1, 3)
REDUCTIONS = st.sampled_from(["none", "mean", "sum"])


@st.composite
def arguments(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Those that have to do with shapes."""
    found = dict(REQUIRED.get(name, {}))
    fields = layers()[name].model_fields
    if "reduction" in fields:
        found["reduction"] = draw(REDUCTIONS)
    for weight in ("weight", "pos_weight"):
        if weight in fields and draw(st.integers(0, 3)) == 0:
            found[weight] = draw(st.lists(st.floats(0.5, 2), min_size=1, max_size=3))
    if name == "LinearCrossEntropyLoss" and draw(st.booleans()):
        found["out_features"] = draw(st.lists(SIZES, max_size=2))
    return found


@st.composite
def shapes(draw: st.DrawFn, count: int) -> list[tuple[int, ...]]:
    """One at random, the others like it, or almost."""
    first = tuple(draw(st.lists(SIZES, max_size=4)))
    at = draw(st.integers(0, max(len(first) - 1, 0)))
    near = [
        first,
        first[:-1],
        first[:1] + first[2:],
        first[1:],
        first[1:-1],
        (*first, 1),
        (*first[:at], 1, *first[at + 1 :]),
        (*first[:at], draw(SIZES), *first[at + 1 :]),
    ]
    return [first, *(draw(st.sampled_from(near)) for _ in range(count - 1))]


def in_lego(layer: Layer, types: Sequence[TensorType], batch: int = 0) -> list[list[int]] | None:
    try:
        return [list(known(tensor, {"N": batch}).shape) for tensor in apply(layer, tuple(types)).outputs]
    except Problem:
        return None


def in_torch(layer: Layer, types: Sequence[TensorType]) -> list[list[int]] | None:
    try:
        return [shape for shape, _ in run(layer, types, {}, "cpu").types]
    except (RuntimeError, ValueError, IndexError):
        return None


def typed(name: str, drawn: Sequence[tuple[int, ...]], numbers: bool) -> list[TensorType]:
    integers = "target" if numbers and "CrossEntropy" in name else INTEGERS.get(name, "")
    slots = (slot.name for slot in layers()[name].slots)
    return [
        TensorType(Shape(shape), "int64" if slot == integers else "float32")
        for slot, shape in zip(slots, drawn, strict=True)
    ]


def made(name: str, given: Mapping[str, Any], types: Sequence[TensorType]) -> Layer:
    """The layer; what it infers is filled in, for torch runs it even where lego does not."""
    assume(types[0].shape or name not in REQUIRED)
    inferred = {"in_features": types[0].shape[-1]} if name in REQUIRED else {}
    try:
        return make(name, {**given, **inferred})
    except Problem:
        assume(False)
        raise


def lenient(types: Sequence[TensorType], given: Mapping[str, Any]) -> bool:
    """Whether torch takes what it should not: inputs or weights that it stretches, a number where a row is meant or the
    other way round, a cluster without features."""
    input, target, *_ = types
    floats = {tensor.shape for tensor in types if tensor.dtype == "float32"}
    number_or_row = not input.shape or (len(input.shape) == 1 and target.shape in ((), (1,)))
    weight = given.get("weight")
    one_weight = weight is not None and 1 in (len(weight), *input.shape[-1:])
    return len(floats) > 1 or number_or_row or one_weight or "cutoffs" in given


def batched(types: Sequence[TensorType]) -> list[TensorType] | None:
    """With a symbol for the first size, where all inputs have it in common."""
    if len(types[0].shape) < 2 or len({tensor.shape[:1] for tensor in types}) > 1:
        return None
    return [tensor._replace(shape=Shape((symbol("N"), *tensor.shape[1:]))) for tensor in types]


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_takes_what_torch_takes(name: str, data: st.DataObject) -> None:
    options = data.draw(arguments(name))
    types = typed(name, data.draw(shapes(len(layers()[name].slots))), data.draw(st.booleans()))
    layer = made(name, options, types)
    said, found = in_lego(layer, types), in_torch(layer, types)
    assert said == found or (said is None and lenient(types, options))
    symbolic = batched(types) if said is not None else None
    if symbolic is not None:
        assert in_lego(layer, symbolic, types[0].shape[0]) == said
