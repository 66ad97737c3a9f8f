"""Layers with a module are compared with torch on the meta device: shapes, dtypes, `state_dict`, operation counts."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lego.catalogue import Applied, Layer, apply
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, evaluate, symbol, symbols
from tests.catalogue.oracle import Types, Values, compare, filled, known, make, refusal, types_of

UNCOUNTED = ("Bilinear",)
"""Torch's counter does not know their operation."""


def counted(layer: Layer, types: Types, values: Values, device: str) -> Applied:
    with FlopCounterMode(display=False) as counter:
        applied = compare(layer, types, values, device)
    if type(layer).__name__ not in UNCOUNTED:
        macs = applied.layer.macs(filled(layer, types), applied.outputs)
        assert evaluate(macs, values) == counter.get_total_flops() // 2
    return applied


@pytest.fixture(scope="session")
def agrees() -> Callable[..., Applied]:
    """What a layer states is what torch does, with symbols and with integers in their place."""

    def check(name: str, arguments: Mapping[str, Any], *inputs: str | None, device: str = "meta") -> Applied:
        layer = make(name, arguments)
        types = types_of(inputs)
        names = sorted({one for tensor in types if tensor for size in tensor.shape for one in symbols(size)})
        values = dict(zip(names, random.Random(7).sample(range(5, 13), len(names)), strict=True))
        applied = counted(layer, types, values, device)
        if names:
            counted(layer, [None if tensor is None else known(tensor, values) for tensor in types], values, device)
        return applied

    return check


@pytest.fixture(scope="session")
def refused() -> Callable[..., Problem]:
    """The problem of arguments or inputs that do not fit."""

    def check(name: str, arguments: Mapping[str, Any], *inputs: str | None) -> Problem:
        found = refusal(name, arguments, types_of(inputs))
        assert found is not None, "nothing was refused"
        return found

    return check


@pytest.fixture(scope="session")
def like_torch() -> Callable[[str, Mapping[str, Any], tuple[int, ...]], None]:
    """Lego takes what torch takes, gives the same shape, and refuses the rest; with symbols it knows when it fits."""

    def check(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> None:
        wanted = shape_in_torch(name, arguments, shape)
        assert shape_in_lego(name, arguments, shape) == wanted
        assert shape_by_symbols(name, arguments, shape) == wanted

    return check


def shape_in_torch(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> list[int] | None:
    """None where torch refuses, or gives nothing: lego counts an empty tensor among the mistakes."""
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in arguments.items()}
    if "Conv" in name:
        options["in_channels"] = shape[1]
    device = "cpu" if "ConvTranspose" in name else "meta"  # there nobody looks at output_padding
    try:
        with torch.device(device), torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = list(getattr(nn, name)(**options)(torch.empty(shape)).shape)
    except (RuntimeError, ValueError, TypeError, AssertionError, NotImplementedError):
        return None
    return found if all(found) else None


def shape_in_lego(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> list[int] | None:
    try:
        return list(apply(make(name, arguments), (TensorType(Shape(shape)),)).outputs[0].shape)
    except Problem:
        return None


def shape_by_symbols(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> list[int] | None:
    """The symbolic shape of an input of symbols, evaluated; None where it asks for more than the sizes are."""
    spatial = dict(zip("HWD", shape[2:], strict=False)) if name != "Fold" else {}
    sizes = Shape((*shape[:2], *map(symbol, spatial))) if spatial else Shape(shape)
    try:
        applied = apply(make(name, arguments), (TensorType(sizes),))
    except Problem:
        return None
    if any(evaluate(size, spatial) < 1 for size in applied.requires):
        return None
    return [evaluate(size, spatial) for size in applied.outputs[0].shape]
