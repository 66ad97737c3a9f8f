"""The symbols of a graph: what torch calls them, and values for them to trace and to compare at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import torch
from torch.export import Dim as Axis

from lego.graph import Frame, Graph
from lego.shapes import Dim, Size, evaluate, least, symbols

Sizes = dict[str, int]
"""A value for each symbol."""

DynamicShapes = tuple[dict[int, object], ...]
"""For each input the axes that are open, as torch.export is told."""


def all_symbols(graph: Graph) -> list[str]:
    """The symbols of the inputs, sorted."""
    return sorted({name for type in graph.inputs.values() for name in type.shape.symbols})


def least_sizes(graph: Graph) -> Sizes:
    """The smallest value of each symbol that the net takes."""
    return {name: 1 for name in all_symbols(graph)} | graph.requires


def least_open_sizes(graph: Graph) -> Sizes:
    """The smallest values for which no size inside is 1, which torch may take for a constant.

    A size that an input has is not meant: torch is told that it may be 1.
    """
    given = {size for type in graph.inputs.values() for size in type.shape}
    inside = [size - 1 for size in _sizes(graph.root) if isinstance(size, Dim) and size not in given]
    return least_sizes(graph) | least([*graph.root.requires, *inside])


def _sizes(frame: Frame) -> Iterator[Size]:
    for port in frame.ports:
        yield from port.type.shape
    for call in frame.calls:
        for type in call.outputs:
            yield from type.shape
        if isinstance(call.body, Frame):
            yield from _sizes(call.body)


def beyond(sizes: Mapping[str, int], above: int) -> Sizes:
    """Larger values, more so for each further symbol."""
    return {name: size + above + index for index, (name, size) in enumerate(sizes.items())}


def primes_beyond(sizes: Mapping[str, int]) -> Sizes:
    """Larger primes, a different one for each symbol: torch finds no divisor in them to build upon."""
    found: Sizes = {}
    for name, size in sizes.items():
        free = (number for number in count(size + 5) if number not in found.values())
        found[name] = next(number for number in free if all(number % divisor for divisor in range(2, number)))
    return found


def shown(sizes: Mapping[str, int]) -> str:
    """`N = 1, H = 33`."""
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())


# -- as torch has them -------------------------------------------------------------------------------------------------


def dynamic_shapes(graph: Graph, smallest: Mapping[str, int]) -> DynamicShapes:
    """The axes of each input that are open, under the names of their symbols.

    An axis that torch has no expression for, such as `N*T`, is open as well, but by itself.
    """
    known = {name: Axis(name, min=size) for name, size in smallest.items()}
    return tuple(
        {axis: _axis(size, known) for axis, size in enumerate(type.shape) if isinstance(size, Dim)}
        for type in graph.inputs.values()
    )


def _axis(size: Dim, known: Mapping[str, Axis]) -> object:
    """`32*h + 1` is torch's own `32*Dim("h") + 1`; more it does not know."""
    [name, *others] = symbols(size)
    factor = size.terms.get((name,), 0)
    if others or len(size.terms) > 1 or factor < 1:
        return Axis.AUTO
    axis = known[name] if factor == 1 else factor * known[name]
    return axis + size.constant if size.constant else axis


def example(graph: Graph, values: Mapping[str, int]) -> tuple[torch.Tensor, ...]:
    """One tensor for each input at these sizes, the same ones each time; no global generator is drawn from."""
    generator = torch.Generator().manual_seed(0)
    return tuple(_tensor(graph, name, values, generator) for name in graph.inputs)


def _tensor(graph: Graph, name: str, values: Mapping[str, int], generator: torch.Generator) -> torch.Tensor:
    """Normal numbers; integers in the range that is declared, else ones, which lengths and indices may be."""
    type = graph.inputs[name]
    shape = [evaluate(size, values) for size in type.shape]
    if type.dtype == "float32":
        return torch.randn(shape, generator=generator)
    low, high = (0, 2) if type.dtype == "bool" else type.range or (1, 2)
    return torch.randint(low, high, shape, generator=generator).to(getattr(torch, type.dtype))
