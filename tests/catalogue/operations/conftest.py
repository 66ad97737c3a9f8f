"""Operations are compared with torch: the text that an operation gives runs on meta tensors."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from lego.catalogue import Applied, Layer, apply
from lego.diagnostics import Problem
from lego.shapes import Dim, TensorType, evaluate, symbols
from tests.catalogue.oracle import compare, filled, known, make, refusal, run, types_of


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
        types = types_of(inputs)
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
        types = types_of(inputs)
        found = refusal(name, arguments, types)
        assert found is not None, "nothing was refused"
        if torch_too:
            with pytest.raises((RuntimeError, IndexError, ValueError, TypeError)):
                run(make(name, arguments), types, {})
        return found

    return check


@pytest.fixture(scope="session")
def twin() -> Twin:
    """The parts of a comparison, one by one."""
    return Twin(make, lambda layer, types: apply(layer, filled(layer, types)), compare)
