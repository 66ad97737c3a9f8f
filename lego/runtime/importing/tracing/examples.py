"""Inputs that are given as tensors: which of their sizes may be others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

import torch

from lego.diagnostics import SpecError
from lego.runtime.dry_run import Sample
from lego.runtime.importing.calls import Trace
from lego.shapes import Shape, TensorType, symbol

Place: TypeAlias = tuple[str, int]
"""A dim of an input."""

Traced: TypeAlias = Callable[[dict[str, TensorType], Sample], Trace]

_NAMES = {1: "N", 2: "NT", 3: "NTL", 4: "N-HW", 5: "N-DHW"}
"""What the dims of a tensor of so many are called; a dash for one that is no size of the data."""


def with_symbols(types: dict[str, TensorType], examples: Mapping[str, torch.Tensor], traced: Traced) -> Trace:
    """The trace of a model with a symbol for each size of its examples that may be another.

    Raises:
        SpecError: it does not run with the examples as they are.
    """
    found = traced(types, {})
    candidates = _candidates(examples, {name for type in types.values() for name in type.shape.symbols})
    with suppress(SpecError):
        return traced(*_named(types, examples, candidates))
    taken: dict[str, list[Place]] = {}
    for name, places in candidates.items():
        with suppress(SpecError):
            found = traced(*_named(types, examples, {**taken, name: places}))
            taken[name] = places
    return found


def _candidates(examples: Mapping[str, torch.Tensor], used: set[str]) -> dict[str, list[Place]]:
    """Dims by the symbols that they may be; dims of the same name and size are the same."""
    places: dict[tuple[str, int], list[Place]] = {}
    for input, tensor in examples.items():
        for dim, (name, size) in enumerate(zip(_NAMES.get(tensor.ndim, ""), tensor.shape, strict=False)):
            if name != "-":
                places.setdefault((name, size), []).append((input, dim))
    found: dict[str, list[Place]] = {}
    for (name, _), where in places.items():
        found[_apart(name, {*used, *found} - {"N"} if name == "N" and "N" not in found else {*used, *found})] = where
    return dict(sorted(found.items(), key=lambda one: one[0] != "N"))


def _apart(name: str, used: set[str]) -> str:
    number = 2
    chosen = name
    while chosen in used:
        chosen, number = f"{name}{number}", number + 1
    return chosen


def _named(
    types: dict[str, TensorType], examples: Mapping[str, torch.Tensor], names: Mapping[str, list[Place]]
) -> tuple[dict[str, TensorType], Sample]:
    """The types with symbols, and the sizes that they are in the examples."""
    shapes = {input: list(type.shape) for input, type in types.items()}
    sizes: Sample = {}
    for name, places in names.items():
        for input, dim in places:
            shapes[input][dim] = symbol(name)
            sizes[name] = examples[input].shape[dim]
    return {input: type._replace(shape=Shape(shapes[input])) for input, type in types.items()}, sizes
