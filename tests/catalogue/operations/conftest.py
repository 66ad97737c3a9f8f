"""Operations are compared with torch: the text that an operation gives runs on meta tensors."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lego.catalogue import Applied, Layer, Variadic, apply, create, layers
from lego.diagnostics import Problem
from lego.shapes import Dim, Shape, TensorType, evaluate, symbol, symbols

NAMES = {name: symbol(name) for name in "NCHWTSDhwk"}


def type_of(text: str) -> TensorType:
    """`N,3,2*h int64` as a type; a lone dtype is a tensor of no dims."""
    shape, _, dtype = text.partition(" ")
    sizes = eval(f"[{shape}]", {}, NAMES)
    return TensorType(Shape(sizes), dtype or "float32")


def make(name: str, arguments: Mapping[str, Any]) -> Layer:
    made = create(layers()[name], arguments)
    if isinstance(made, list):
        raise made[0].problem
    return made


class Values:
    """Symbolic sizes as the integers that they are in one run."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self.values = values

    def size(self, size: int | Dim) -> str:
        return str(evaluate(size, self.values))

    def dtype(self, dtype: str) -> str:
        return f"torch.{dtype}"


def known(tensor: TensorType, values: Mapping[str, int]) -> TensorType:
    return tensor._replace(shape=Shape(evaluate(size, values) for size in tensor.shape))


def filled(layer: Layer, types: Sequence[TensorType | None]) -> tuple[TensorType | None, ...]:
    """One type a slot."""
    missing = 0 if isinstance(layer.slots, Variadic) else len(layer.slots) - len(types)
    return (*types, *(None,) * missing)


def run(layer: Layer, types: Sequence[TensorType | None], values: Mapping[str, int], device: str = "meta") -> Any:
    """What the text of the operation gives on tensors of these types; always a tuple."""
    inputs = [None if tensor is None else empty(known(tensor, values), device) for tensor in types]
    names = tuple(None if tensor is None else f"x{index}" for index, tensor in enumerate(filled(layer, types)))
    text = layer.call("self.node", names, Values(values))
    scope = {f"x{index}": tensor for index, tensor in enumerate(inputs)}
    result = eval(text, {"torch": torch, "F": F, "self": nn.Identity()}, scope)
    return (result,) if isinstance(result, torch.Tensor) else tuple(result)


def empty(tensor: TensorType, device: str) -> torch.Tensor:
    return torch.zeros(tuple(tensor.shape), dtype=getattr(torch, tensor.dtype), device=device)


def compare(layer: Layer, types: Sequence[TensorType | None], values: Mapping[str, int]) -> Applied:
    applied = apply(layer, filled(layer, types))
    found = [(list(tensor.shape), str(tensor.dtype)) for tensor in run(applied.layer, types, values)]
    said = [known(tensor, values) for tensor in applied.outputs]
    assert [(list(tensor.shape), f"torch.{tensor.dtype}") for tensor in said] == found
    assert len(applied.names) == len(said)
    return applied


class Agreement(NamedTuple):
    """What lego said, and torch confirmed; `macs` are those of one run."""

    layer: Layer
    outputs: tuple[TensorType, ...]
    requires: tuple[Dim, ...]
    macs: int


class Twin(NamedTuple):
    make: Callable[[str, Mapping[str, Any]], Layer]
    apply: Callable[[Layer, Sequence[TensorType | None]], Applied]
    compare: Callable[[Layer, Sequence[TensorType | None], Mapping[str, int]], Applied]


@pytest.fixture(scope="session")
def agrees() -> Callable[..., Agreement]:
    """The types that lego gives are those of torch, with symbols and with integers in their place."""

    def check(name: str, arguments: Mapping[str, Any], *inputs: str | None) -> Agreement:
        layer = make(name, arguments)
        types = [None if text is None else type_of(text) for text in inputs]
        found = [size for tensor in types if tensor for size in tensor.shape] + symbolic(arguments)
        names = sorted({one for size in found for one in symbols(size)})
        values = dict(zip(names, random.Random(7).sample(range(5, 12), len(names)), strict=True))
        applied = compare(layer, types, values)
        macs = evaluate(applied.layer.macs(filled(layer, types), applied.outputs), values)
        if names and not symbolic(arguments):
            compare(layer, [None if tensor is None else known(tensor, values) for tensor in types], values)
        return Agreement(applied.layer, applied.outputs, applied.requires, macs)

    return check


def symbolic(arguments: Mapping[str, Any]) -> list[Dim]:
    """The sizes among arguments that have symbols."""
    items = [item for value in arguments.values() for item in (value if isinstance(value, list) else [value])]
    return [item for item in items if isinstance(item, Dim)]


@pytest.fixture(scope="session")
def refused() -> Callable[..., Problem]:
    """The problem of arguments or inputs that do not fit; with `torch_too`, torch does not take them either."""

    def check(name: str, arguments: Mapping[str, Any], *inputs: str | None, torch_too: bool = False) -> Problem:
        types = tuple(None if text is None else type_of(text) for text in inputs)
        with pytest.raises(Problem) as caught:
            layer = make(name, arguments)
            apply(layer, filled(layer, types))
        if torch_too:
            with pytest.raises((RuntimeError, IndexError, ValueError, TypeError)):
                run(make(name, arguments), types, {})
        return caught.value

    return check


@pytest.fixture(scope="session")
def twin() -> Twin:
    """The parts of a comparison, one by one."""
    return Twin(make, lambda layer, types: apply(layer, filled(layer, types)), compare)
