"""Examples with symbols for some sizes: the same symbol, a multiple of it or a sum, wherever the size stands."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lego.catalogue import Layer
from lego.shapes import Dim, Shape, TensorType, evaluate, symbol
from tests.catalogue.oracle import known
from tests.catalogue.proof.verdict import Example, examples

Sizes = dict[int, int | Dim]


@st.composite
def symbolic_examples(draw: st.DrawFn, family: list[type[Layer]]) -> Example:
    example = draw(examples(family))
    sizes: Sizes = {}
    values: dict[str, int] = {}
    for size in sorted({size for tensor in example.inputs if tensor for size in tensor.shape if isinstance(size, int)}):
        name = f"S{size}"
        factor, term = draw(st.sampled_from(((0, 0), (0, 0), (0, 0), (1, 0), (1, 0), (2, 0), (1, 1), (3, -1))))
        if factor and size > term and (size - term) % factor == 0:
            sizes[size] = factor * symbol(name) + term
            values[name] = (size - term) // factor
    inputs = [None if tensor is None else _with_symbols(tensor, sizes) for tensor in example.inputs]
    return Example(example.layer, _arguments(example, sizes), inputs, values)


def _with_symbols(tensor: TensorType, sizes: Sizes) -> TensorType:
    return tensor._replace(shape=Shape(_replaced(size, sizes) for size in tensor.shape))


def _replaced(size: Any, sizes: Sizes) -> Any:
    return sizes.get(size, size) if isinstance(size, int) else size


def _arguments(example: Example, sizes: Sizes) -> dict[str, Any]:
    """Symbols in the arguments that may have them, too."""
    found = dict(example.arguments)
    for name in example.layer.symbolic_arguments() & found.keys():
        value = found[name]
        found[name] = (
            tuple(_replaced(size, sizes) for size in value) if isinstance(value, tuple) else _replaced(value, sizes)
        )
    return found


def at_sizes(example: Example) -> Example:
    """The same with numbers for the symbols."""
    inputs = [None if tensor is None else known(tensor, example.values) for tensor in example.inputs]
    return Example(example.layer, {name: _at(value, example) for name, value in example.arguments.items()}, inputs)


def _at(value: Any, example: Example) -> Any:
    if isinstance(value, tuple):
        return tuple(_at(item, example) for item in value)
    return evaluate(value, example.values) if isinstance(value, Dim) else value
