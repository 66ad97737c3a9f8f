"""Joining tensors along a dim, and taking parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import InstanceOf, model_validator

from lego.catalogue.arguments import SIZE, Axes, Expected, Integer, Positive, argument
from lego.catalogue.elementwise import shape_notes
from lego.catalogue.layer import Layer, Operation, Result, Sizes, Slot, Variadic
from lego.catalogue.literals import call_arguments
from lego.catalogue.rules import Size, at_least, axis, count, distinct_axes, moved, need_dims, need_rank
from lego.diagnostics import Problem
from lego.shapes import Dim, Shape, TensorType, ceil_div, less, less_equal, maximum, minimum

Position = Annotated[Integer | InstanceOf[Dim], SIZE, Expected("an integer, or an expression over symbols")]
"""A place in a dim, negative from its end."""


def _replaced(shape: Sequence[Size], dim: int, *sizes: Size) -> Shape:
    """The shape with other sizes in place of one."""
    return Shape((*shape[:dim], *sizes, *shape[dim + 1 :]))


def _joined_range(inputs: Sequence[TensorType]) -> tuple[int, int] | None:
    ranges = [tensor.range for tensor in inputs if tensor.range is not None]
    if len(ranges) < len(inputs):
        return None
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _same_rank(layer: Layer, inputs: Sequence[TensorType]) -> None:
    if len({len(tensor.shape) for tensor in inputs}) > 1:
        message = f"{type(layer).__name__} needs inputs of one rank"
        raise Problem("rank-mismatch", message, notes=shape_notes(layer, inputs))


class Concat(Operation):
    """The inputs one after the other along a dim; the other dims are equal."""

    dim: Integer = argument(0, "the dim along which they are joined")

    slots = Variadic("any")
    formula = "[*, A, *], [*, B, *], … -> [*, A + B + …, *]"
    page = "torch.cat"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, *inputs: TensorType) -> Result:
        first = inputs[0]
        _same_rank(self, inputs)
        dim = axis(self.dim, len(first.shape))
        if len({_replaced(tensor.shape, dim) for tensor in inputs}) > 1:
            message = f"Concat along dim {self.dim} needs inputs that are equal in all other dims"
            raise Problem("shape-mismatch", message, notes=shape_notes(self, inputs))
        total: Size = 0
        for tensor in inputs:
            total = total + tensor.shape[dim]
        return Result((TensorType(_replaced(first.shape, dim, total), first.dtype, _joined_range(inputs)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"torch.cat([{self.join_inputs(inputs)}], dim={self.dim})"


class Stack(Operation):
    """The inputs, of equal shape, side by side along a new dim."""

    dim: Integer = argument(0, "the place of the new dim")

    slots = Variadic("any")
    formula = "k times [*] -> [*, k, *]"
    page = "torch.stack"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, *inputs: TensorType) -> Result:
        shape = inputs[0].shape
        if any(tensor.shape != shape for tensor in inputs):
            raise Problem("shape-mismatch", "Stack needs equal shapes", notes=shape_notes(self, inputs))
        dim = axis(self.dim, len(shape) + 1)
        stacked = Shape((*shape[:dim], len(inputs), *shape[dim:]))
        return Result((TensorType(stacked, inputs[0].dtype, _joined_range(inputs)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"torch.stack([{self.join_inputs(inputs)}], dim={self.dim})"


class _Parts(Operation):
    """Several outputs, `0`, `1`, …, that together are the input."""

    view = True
    slots = (Slot("input", "any"),)
    in_time = "leading"
    axes = ("dim",)

    def output_names(self) -> tuple[str, ...]:
        return ()

    def parts(self, input: TensorType, dim: int, sizes: Sequence[Size]) -> Result:
        return Result(tuple(moved(input, _replaced(input.shape, dim, size)) for size in sizes))


def _pieces(size: int, part: int) -> list[int]:
    """Pieces of one size; the last one is what is left."""
    return [min(part, size - start) for start in range(0, size, part)]


class Chunk(_Parts):
    """The input cut along a dim into `chunks` parts; outputs 0, 1, ….

    Where the size is no multiple of `chunks`, parts are rounded up and the last one is smaller; there may be fewer
    of them: 5 in 4 chunks is 2 + 2 + 1.
    """

    chunks: Positive = argument(help="number of parts")
    dim: Integer = argument(0, "the dim that is cut")

    formula = "[*, chunks · A, *] -> chunks times [*, A, *]"
    page = "torch.chunk"

    def infer(self, input: TensorType) -> Result:
        dim = axis(self.dim, len(input.shape))
        size = input.shape[dim]
        if isinstance(size, int):
            return self.parts(input, dim, _pieces(size, -(-size // self.chunks)))
        if size % self.chunks != 0:
            raise Problem(
                "unresolved-dim",
                f"dim {self.dim} is {size}, of which nobody knows whether {self.chunks} chunks are equal",
                help=f"give it a size that is a multiple of {self.chunks}, such as {self.chunks}*k",
            )
        return self.parts(input, dim, [size // self.chunks] * self.chunks)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.chunk({self.chunks}, dim={self.dim})"


class Split(_Parts):
    """The input cut along a dim into parts of the given sizes; outputs 0, 1, ….

    One size stands for as many parts as fit, and a smaller last one for what is left over.
    """

    split_size: Annotated[
        Positive | tuple[Positive, ...], Expected("a positive integer or a list of positive integers")
    ] = argument(help="size of each part, or a list of the sizes")
    dim: Integer = argument(0, "the dim that is cut")

    formula = "[*, A + B + …, *] -> [*, A, *], [*, B, *], …"
    page = "torch.split"

    def infer(self, input: TensorType) -> Result:
        dim = axis(self.dim, len(input.shape))
        size = input.shape[dim]
        if isinstance(self.split_size, int):
            return self.parts(input, dim, _pieces(self._known(size), self.split_size))
        if sum(self.split_size) != size:
            written = " + ".join(map(str, self.split_size))
            message = f"the parts {written} = {sum(self.split_size)} must make up dim {self.dim}, which is {size}"
            raise Problem("shape-mismatch", message)
        return self.parts(input, dim, self.split_size)

    def _known(self, size: Size) -> int:
        if isinstance(size, int):
            return size
        message = f"dim {self.dim} is {size}, so nobody knows how many parts of {self.split_size} it has"
        raise Problem("unresolved-dim", message, help="use `Chunk` for a fixed number of parts, or give it a number")

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        parts = self.split_size if isinstance(self.split_size, int) else list(self.split_size)
        return f"{inputs[0]}.split({call_arguments(parts, dim=self.dim)})"


class Slice(Operation):
    """Positions `start` to `stop` (without it) of a dim, every `step`-th; as `x[start:stop:step]` in Python."""

    dim: Integer = argument(help="the dim that is cut")
    start: Position = argument(0, "the first position; negative: from the end")
    stop: Position | None = argument(None, "the position after the last one; negative: from the end; none: all")
    step: Positive = argument(1, "distance between positions")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[*, A, *] -> [*, (stop - start + step - 1) // step, *]"
    page = "torch.Tensor.narrow"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        dim = axis(self.dim, len(input.shape))
        size = input.shape[dim]
        start = maximum(0, size + self.start) if _from_end(self.start) else self.start
        stop = size if self.stop is None else _stop(self.stop, size)
        left = ceil_div(stop - start, self.step)
        if less(0, left) is False:
            written = f"{self.start}:{'' if self.stop is None else self.stop}"
            raise Problem("shape-mismatch", f"the slice {written} of dim {self.dim}, which is {size}, is empty")
        return Result((moved(input, _replaced(input.shape, dim, left)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        """Dims before it as `:`, or, counted from the end, `...` and those after it."""
        start = "" if self.start == 0 else sizes.size(self.start)
        stop = "" if self.stop is None else sizes.size(self.stop)
        part = f"{start}:{stop}" + (f":{self.step}" if self.step > 1 else "")
        before = [":"] * self.dim if self.dim >= 0 else ["..."]
        after = [":"] * (-self.dim - 1)
        return f"{inputs[0]}[{', '.join([*before, part, *after])}]"


def _stop(position: Size, size: Size) -> Size:
    return size + position if _from_end(position) else minimum(position, size)


def _from_end(position: Size) -> bool:
    negative = less(position, 0)
    if negative is None:
        raise Problem("unresolved-dim", f"the position {position} may be negative or not, which changes its meaning")
    return negative


class Select(Operation):
    """One position of a dim, which is gone from the output."""

    dim: Integer = argument(help="the dim that goes")
    index: Integer = argument(help="the position; negative: from the end")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[*, A, *] -> [*, *]"
    page = "torch.select"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        dim = axis(self.dim, len(input.shape))
        size = input.shape[dim]
        message = f"index is {self.index}, but dim {self.dim} has {count_of(size)}"
        least = self.index + 1 if self.index >= 0 else -self.index
        requires = at_least(size, least, Problem("bad-value", message))
        return Result((moved(input, _replaced(input.shape, dim)),), requires=requires)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.select({self.dim}, {self.index})"


def count_of(size: Size) -> str:
    """`1 position`, `N positions`."""
    return count(size, "position") if isinstance(size, int) else f"{size} positions"


class Gather(Operation):
    """Values picked along a dim: output[i, j] = input[index[i, j], j] for dim 0; of the shape of `index`."""

    dim: Integer = argument(help="the dim that the index counts")

    slots = (Slot("input", "any"), Slot("index", "integer"))
    formula = "[*, A, *], [*, B, *] int64 -> [*, B, *]"
    page = "torch.gather"

    def infer(self, input: TensorType, index: TensorType) -> Result:
        _same_rank(self, (input, index))
        dim = axis(self.dim, len(input.shape))
        if index.dtype != "int64":
            raise Problem(
                "dtype-mismatch", f"index must be int64, found {index.dtype}", help="put `Cast: int64` before it"
            )
        if index.range is not None and isinstance(input.shape[dim], int):
            _within(index.range, input.shape[dim], self.dim)
        for at, (size, asked) in enumerate(zip(input.shape, index.shape, strict=True)):
            if at != dim and less_equal(asked, size) is not True:
                message = f"index must not be larger than the input in dim {at}, but it has {asked}, the input {size}"
                raise Problem("shape-mismatch", message, notes=shape_notes(self, (input, index)))
        return Result((moved(input, index.shape),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.gather({self.dim}, {inputs[1]})"


class IndexSelect(Operation):
    """Positions picked along a dim, the same for all others: rows of a table by their numbers, say."""

    dim: Integer = argument(help="the dim whose positions are picked")

    slots = (Slot("input", "any"), Slot("index", "integer"))
    mixed = True
    formula = "[*, A, *], [B] int64 -> [*, B, *]"
    page = "torch.index_select"

    def infer(self, input: TensorType, index: TensorType) -> Result:
        dim = axis(self.dim, len(input.shape))
        need_rank(index, "[B] as index", 1)
        if index.dtype not in ("int32", "int64"):
            message = f"index must be int32 or int64, found {index.dtype}"
            raise Problem("dtype-mismatch", message, help="put `Cast: int64` before it")
        if index.range is not None and isinstance(input.shape[dim], int):
            _within(index.range, input.shape[dim], self.dim)
        return Result((moved(input, _replaced(input.shape, dim, index.shape[0])),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.index_select({self.dim}, {inputs[1]})"


def _within(values: tuple[int, int], size: Size, dim: int) -> None:
    low, high = values
    if low < 0 or less(size, high):
        raise Problem("bad-value", f"index has values from {low} to {high - 1}, but dim {dim} has {count_of(size)}")


class Flip(Operation):
    """The positions of dims in reverse."""

    dims: Axes = argument(help="the dim or dims that are reversed")

    slots = (Slot("input", "any"),)
    formula = "[*] -> [*]"
    page = "torch.flip"
    in_time = "leading"
    axes = ("dims",)

    def infer(self, input: TensorType) -> Result:
        distinct_axes(self.dims, len(input.shape), "dims")
        return Result((input,))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.flip({self.dims})"


class _Triangle(Operation):
    diagonal: Integer = argument(0, "the last diagonal of it: 0 is the main one, above it they are positive")

    slots = (Slot("input", "any"),)
    formula = "[*, A, B] -> [*, A, B]"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[*, A, B]", 2)
        return Result((TensorType(input.shape, input.dtype),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.{type(self).__name__.lower()}({self.diagonal or ''})"


class Tril(_Triangle):
    """The lower triangle of matrices; zeros above it."""

    page = "torch.tril"


class Triu(_Triangle):
    """The upper triangle of matrices; zeros below it."""

    page = "torch.triu"


class Roll(Operation):
    """The input shifted along dims; what leaves at one end comes in at the other."""

    shifts: Axes = argument(help="by how many positions, for each dim")
    dims: Axes | None = argument(None, "the dims that are shifted; none: the flattened input")

    slots = (Slot("input", "any"),)
    formula = "[*] -> [*]"
    page = "torch.roll"

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        shifts, dims = (len(value) if isinstance(value, tuple) else 1 for value in (self.shifts, self.dims))
        if shifts != dims:
            raise ValueError(f"needs one shift for each dim, but shifts has {shifts} and dims has {dims}")
        return self

    def infer(self, input: TensorType) -> Result:
        for dim in self.dims if isinstance(self.dims, tuple) else (self.dims,):
            if dim is not None:
                axis(dim, len(input.shape), "dims")
        return Result((input,))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.roll({call_arguments(self.shifts, self.dims) if self.dims is not None else self.shifts})"
