"""Broadcasting by torch's rule."""

from __future__ import annotations

from collections.abc import Sequence

from lego.diagnostics import Note, Problem
from lego.shapes.difference import explain_difference
from lego.shapes.dim import Size
from lego.shapes.shape import Shape


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """The shape that all stretch to: aligned at the last dim, a dim of 1 takes the size of the others.

    Raises:
        Problem: `shape-mismatch` where two dims differ and neither is 1; a symbol is not 1.
    """
    rank = max((len(shape) for shape in shapes), default=0)
    aligned = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    return Shape(_stretched(shapes, [shape[axis] for shape in aligned], axis - rank) for axis in range(rank))


def _stretched(shapes: Sequence[Shape], sizes: Sequence[Size], axis: int) -> Size:
    distinct = [size for size in dict.fromkeys(sizes) if size != 1]
    if len(distinct) > 1:
        first, second = distinct[:2]
        apart = explain_difference(first, second)
        raise Problem(
            "shape-mismatch",
            f"the shapes do not broadcast: dim {axis} is {first} and {second}",
            notes=[*(Note("shape", str(shape)) for shape in shapes), *([Note("differ", apart)] if apart else [])],
        )
    return distinct[0] if distinct else 1
