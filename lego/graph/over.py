"""What a recurrent runs over: a dim of its sequences, or a number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lego.diagnostics import Note, Problem
from lego.graph.builder import Read
from lego.graph.context import Context
from lego.graph.scope import Names, shape_value, value_of
from lego.shapes import Dim, TensorType, less
from lego.spec import Argument

Size = int | Dim


class Over(NamedTuple):
    """What is scanned: the axis in each of the inputs (None: it is the same in each step), and how many steps."""

    axes: tuple[int | None, ...]
    length: Size

    @property
    def stacked(self) -> int:
        """The axis along which outputs are stacked: that of the first sequence; else the one after the batch."""
        return next((axis for axis in self.axes if axis is not None), 1)


def over_of(context: Context, over: Argument, inputs: list[tuple[str, Read]], names: Names, path: str) -> Over:
    with context.at(over.span, path):
        if isinstance(over.value, dict):
            return Over((None,) * len(inputs), _steps(over.value.get("steps"), names))  # pyright: ignore
        if not inputs:
            help = "declare an input, use `from`, or say how many steps are taken: `over: {steps: 20}`"
            raise Problem("missing-argument", "recurrent has nothing to read", help=help)
        value = value_of(over.value, names)
        if isinstance(value, int) and not isinstance(value, bool):
            axes = [_axis_at(value, label, read.type) for label, read in inputs]
        else:
            [size] = shape_value([over.value], names)
            axes = [_axis_of(size, str(over.value), label, read.type) for label, read in inputs]
        return Over(tuple(axes), _length(inputs, axes))


def _steps(steps: Any, names: Names) -> Size:
    [size] = shape_value([steps], names)
    if less(0, size) is False:
        raise Problem("bad-value", f"a recurrent takes at least 1 step, found {size}")
    return size


def _axis_at(index: int, label: str, type: TensorType) -> int:
    rank = len(type.shape)
    if not -rank <= index < rank:
        help = f"its dims are 0 to {rank - 1}; a symbol names one by its size: `over: T`" if rank else None
        raise Problem("rank-mismatch", f"over is dim {index}, but {_called(label)} is {type.shape}", help=help)
    return index % rank


def _axis_of(size: Size, text: str, label: str, type: TensorType) -> int:
    found = [axis for axis, own in enumerate(type.shape) if own == size]
    if not found:
        message = f"over is `{text}`, but {_called(label)} is {type.shape}, which has no such dim"
        help = "all that a recurrent reads by `from` is scanned together; its graph reads the rest by its names"
        raise Problem("shape-mismatch", message, help=help)
    if len(found) > 1:
        dims = " and ".join(f"dim {axis}" for axis in found)
        message = f"over is `{text}`, but {_called(label)} is {type.shape}: that is {dims}"
        indices = " or ".join(f"`over: {axis}`" for axis in found)
        raise Problem("bad-value", message, help=f"give the index: {indices}")
    return found[0]


def _length(inputs: list[tuple[str, Read]], axes: Sequence[int]) -> Size:
    """The number of steps, in which all sequences have to agree."""
    sizes = [read.type.shape[axis] for (_, read), axis in zip(inputs, axes, strict=True)]
    if any(size != sizes[0] for size in sizes):
        notes = [
            Note(label, str(read.type), f"{read.type.shape[axis]} steps")
            for (label, read), axis in zip(inputs, axes, strict=True)
        ]
        message = "sequences that are scanned together must have the same number of steps"
        help = "a sequence of another length is read by its name inside, as a whole (an attention memory, say)"
        raise Problem("shape-mismatch", message, notes=notes, help=help)
    return sizes[0]


def _called(label: str) -> str:
    return "its input" if label == "input" else f"`{label}`"
