"""The same values in another shape, and more or fewer of them: padding, interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import InstanceOf, model_validator

from lego.catalogue.arguments import (
    SIZE,
    Axes,
    Expected,
    Flag,
    Integer,
    Integers,
    Number,
    Positive,
    PositiveReal,
    ShapeOf,
    argument,
)
from lego.catalogue.layer import Operation, Result, Sizes, Slot
from lego.catalogue.literals import Code, call_arguments
from lego.catalogue.resampling import Mode, check_corners, each, scaled, spatial_dims
from lego.catalogue.rules import (
    Size,
    at_least,
    axis,
    count,
    distinct_axes,
    moved,
    need_held,
    need_rank,
    product,
    with_shape,
)
from lego.diagnostics import Note, Problem
from lego.shapes import Dim, Shape, TensorType, explain_difference


class _Shaped(Operation):
    """A shape, or another edge that has it."""

    shape: ShapeOf | None = argument(None, "the shape of the output")

    view = True
    slots = (Slot("input", "any"), Slot("like", "any", optional=True))
    mixed = True

    @model_validator(mode="after")
    def _sizes_are_positive(self) -> Self:
        for size in self.shape or ():
            if isinstance(size, int) and size < 1 and size != -1:
                raise ValueError(f"sizes must be at least 1, or -1, found {size}")
        return self

    def wanted(self, like: TensorType | None) -> Shape:
        name = type(self).__name__
        if like is not None and self.shape is not None:
            raise Problem("bad-value", f"{name} takes a shape or an input `like`, but not both")
        if like is not None:
            return like.shape
        if self.shape is None:
            help = f"write `{name}: [N, 64, -1]`, or wire `from: {{input: a, like: b}}`"
            raise Problem("missing-argument", f"{name} needs a shape, or an input `like` that has it", help=help)
        return Shape(self.shape)


class Reshape(_Shaped):
    """The same values in the same order in another shape; one dim may be -1, which is what is left over.

    An input `like` gives the shape in place of the argument.
    """

    formula = "[*] -> shape, with as many elements"
    page = "torch.reshape"
    in_time = "rows"

    @model_validator(mode="after")
    def _one_is_left_over(self) -> Self:
        if (self.shape or ()).count(-1) > 1:
            raise ValueError("only one size may be -1")
        return self

    def infer(self, input: TensorType, like: TensorType | None = None) -> Result:
        shape = self.wanted(like)
        total = input.shape.numel
        known = product([size for size in shape if size != -1])
        rest = total // known if -1 in shape else 1
        if rest * known != total:
            raise _other_count(input.shape, shape, total, known)
        return Result((moved(input, [rest if size == -1 else size for size in shape]),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        if self.shape is None:
            return f"{inputs[0]}.reshape_as({inputs[1]})"
        symbolic = [size for size in self.shape if isinstance(size, Dim)]
        shape = [
            -1 if len(symbolic) == 1 and -1 not in self.shape and size in symbolic else size for size in self.shape
        ]
        return f"{inputs[0]}.reshape({_written(shape, sizes)})"


def _written(shape: Sequence[Size], sizes: Sizes) -> str:
    return ", ".join(str(size) if isinstance(size, int) else sizes.size(size) for size in shape) or "()"


def _other_count(found: Shape, wanted: Shape, total: Size, known: Size) -> Problem:
    if -1 in wanted:
        return Problem("shape-mismatch", f"Reshape of {found} to {wanted}: {total} elements are no multiple of {known}")
    tell = explain_difference(total, known)
    notes = [Note("elements", f"{total} ≠ {known}", tell)] if tell else []
    return Problem("shape-mismatch", f"Reshape of {found} to {wanted}: {total} elements are not {known}", notes=notes)


class Expand(_Shaped):
    """Dims of 1 repeated to the sizes of `shape`, without a copy; -1 keeps a size, and dims may be added in front.

    An input `like` gives the shape in place of the argument.
    """

    formula = "[*, 1, *] -> [*, A, *]"
    page = "torch.Tensor.expand"

    def infer(self, input: TensorType, like: TensorType | None = None) -> Result:
        shape = self.wanted(like)
        added = len(shape) - len(input.shape)
        if added < 0:
            message = f"Expand of {input.shape} to {shape}: the shape needs {count(len(input.shape), 'dim')} at least"
            raise Problem("rank-mismatch", message)
        if -1 in shape[:added]:
            message = f"Expand of {input.shape} to {shape}: -1 keeps the size of a dim, but a new one has none"
            raise Problem("bad-value", message)
        kept = map(self._stretched, input.shape, shape[added:], range(len(input.shape)))
        return Result((moved(input, (*shape[:added], *kept)),))

    @staticmethod
    def _stretched(size: Size, wanted: Size, at: int) -> Size:
        if wanted == -1:
            return size
        if size not in (1, wanted):
            tell = explain_difference(size, wanted)
            message = f"Expand stretches dims of 1, but dim {at} is {size} and should be {wanted}"
            raise Problem("shape-mismatch", message, notes=[Note(f"dim {at}", tell)] if tell else [])
        return wanted

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        if self.shape is None:
            return f"{inputs[0]}.expand_as({inputs[1]})"
        return f"{inputs[0]}.expand({_written(self.shape, sizes)})"


class Permute(Operation):
    """The dims in another order."""

    dims: Integers = argument(help="all dims of the input, in the order in which they shall stand")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[A, B, C] -> [C, A, B] for dims: [2, 0, 1]"
    page = "torch.permute"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        rank = len(input.shape)
        order = [axis(dim, rank, "dims") for dim in self.dims]
        if sorted(order) != list(range(rank)):
            message = f"dims must name each of the {count(rank, 'dim')} of {input.shape} once, found {list(self.dims)}"
            raise Problem("rank-mismatch", message)
        return Result((moved(input, [input.shape[at] for at in order]),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.permute({', '.join(map(str, self.dims)) or '()'})"


class Transpose(Operation):
    """Two dims exchanged."""

    dim0: Integer = argument(help="a dim")
    dim1: Integer = argument(help="the dim that it changes places with")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[*, A, *, B, *] -> [*, B, *, A, *]"
    page = "torch.transpose"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        shape = list(input.shape)
        first, second = axis(self.dim0, len(shape), "dim0"), axis(self.dim1, len(shape), "dim1")
        shape[first], shape[second] = shape[second], shape[first]
        return Result((moved(input, shape),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.transpose({self.dim0}, {self.dim1})"


class Squeeze(Operation):
    """The input without dims of size 1. Where torch leaves a dim of another size in place, this is an error."""

    dim: Axes = argument(help="the dim or dims that go")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[*, 1, *] -> [*, *]"
    page = "torch.squeeze"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        shape = input.shape
        gone = distinct_axes(self.dim, len(shape))
        for at in gone:
            if shape[at] != 1:
                message = f"Squeeze takes dims of size 1 away, but dim {at} of {shape} is {shape[at]}"
                raise Problem("shape-mismatch", message, help="`Select` takes one position of a larger dim")
        return Result((moved(input, [size for at, size in enumerate(shape) if at not in gone]),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.squeeze({self.dim})"


class Unsqueeze(Operation):
    """The input with a new dim of size 1."""

    dim: Integer = argument(help="the place of the new dim")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[*, *] -> [*, 1, *]"
    page = "torch.unsqueeze"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        at = axis(self.dim, len(input.shape) + 1)
        return Result((moved(input, (*input.shape[:at], 1, *input.shape[at:])),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.unsqueeze({self.dim})"


PadMode = Annotated[
    Literal["constant", "reflect", "replicate", "circular"], Expected("constant, reflect, replicate or circular")
]


class Pad(Operation):
    """Values added at the ends of dims (negative: cut off), from the last dim on: [left, right, top, bottom, …]."""

    pad: Integers = argument(help="how many before and after the last dim, then the one before it, and so on")
    mode: PadMode = argument("constant", "what is added: `value`, or values of the input")
    value: Number | None = argument(None, "the value that is added; none: 0")

    slots = (Slot("input", "number"),)
    formula = "[*, A] -> [*, left + A + right]"
    page = "torch.nn.functional.pad"

    @model_validator(mode="after")
    def _sides(self) -> Self:
        if len(self.pad) % 2:
            raise ValueError(f"pad needs two numbers for each dim, found {len(self.pad)}")
        if self.mode != "constant" and self.value is not None:
            raise ValueError(f"value is for the mode constant, but the mode is {self.mode}")
        if self.mode != "constant" and (min(self.pad, default=0) < 0 or not 2 <= len(self.pad) <= 6):
            raise ValueError(f"the mode {self.mode} pads the last 1 to 3 dims, by numbers of at least 0")
        return self

    def infer(self, input: TensorType) -> Result:
        padded = len(self.pad) // 2
        rank = len(input.shape)
        if self.mode != "constant":
            need_rank(input, f"of {padded + 1} or {padded + 2} dims for this pad", padded + 1, padded + 2)
        elif padded > rank:
            raise Problem("rank-mismatch", f"pad is for {count(padded, 'dim')}, but the input has {count(rank, 'dim')}")
        self._check_value(input.dtype)
        shape = list(input.shape)
        requires: tuple[Size, ...] = ()
        for index in range(padded):
            at, before, after = rank - 1 - index, *self.pad[2 * index : 2 * index + 2]
            requires += self._room(shape[at], max(before, after), at)
            shape[at] = shape[at] + before + after
        return Result((with_shape(input, shape),), requires=requires)

    def _check_value(self, dtype: str) -> None:
        floating = dtype.startswith(("float", "bfloat", "complex"))
        if self.value is not None:
            need_held(self.value, dtype)
        if not floating and self.mode != "constant":
            message = f"the mode {self.mode} takes floating point, but the input is {dtype}"
            raise Problem("dtype-mismatch", message, help="put `Cast: float32` before it")

    def _room(self, size: Size, pad: int, at: int) -> tuple[Size, ...]:
        """The values that are mirrored or repeated must be there."""
        least = {"reflect": pad + 1, "circular": pad}.get(self.mode, 0)
        message = f"the mode {self.mode} needs {least} positions in dim {at} for a pad of {pad}, found {size}"
        return at_least(size, least, Problem("shape-mismatch", message))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        mode = None if self.mode == "constant" else self.mode
        return f"F.pad({inputs[0]}, {call_arguments(self.pad, mode=mode, value=self.value)})"


Extent = Annotated[Positive | InstanceOf[Dim], Expected("a positive integer, or an expression over symbols")]


class Interpolate(Operation):
    """The spatial dims of [N, C, …] resampled to a size, by a factor, or to the spatial dims of an input `like`."""

    size: Annotated[
        Extent | tuple[Extent, ...] | None,
        SIZE,
        Expected("a positive integer, or a list with one for each spatial dim"),
    ] = argument(None, "size of the output")
    scale_factor: Annotated[
        PositiveReal | tuple[PositiveReal, ...] | None,
        Expected("a number above 0, or a list with one for each spatial dim"),
    ] = argument(None, "size of the output in sizes of the input, rounded down")
    mode: Mode = argument("nearest", "how values between the points are found")
    align_corners: Flag | None = argument(None, "the corners of input and output have the same values")
    antialias: Flag = argument(False, "smooth when making smaller (bilinear, bicubic)")

    slots = (Slot("input", "floating"), Slot("like", "any", optional=True))
    mixed = True
    formula = "[N, C, H, W] -> [N, C, H', W']"
    page = "torch.nn.functional.interpolate"

    @model_validator(mode="after")
    def _options_of_the_mode(self) -> Self:
        check_corners(self.mode, self.align_corners)
        if self.antialias and self.mode not in ("bilinear", "bicubic"):
            raise ValueError(f"antialias is for bilinear and bicubic, but the mode is {self.mode}")
        return self

    def infer(self, input: TensorType, like: TensorType | None = None) -> Result:
        given = [value for value in (self.size, self.scale_factor, like) if value is not None]
        if len(given) != 1:
            code = "bad-value" if given else "missing-argument"
            raise Problem(code, "Interpolate takes one of `size`, `scale_factor` and an input `like`")
        return Result((with_shape(input, (*input.shape[:2], *self._sizes(spatial_dims(input, self.mode), like))),))

    def _sizes(self, spatial: tuple[Size, ...], like: TensorType | None) -> tuple[Size, ...]:
        if like is not None:
            return each("like", tuple(like.shape[2:]), spatial)
        if self.size is not None:
            return each("size", self.size, spatial)
        assert self.scale_factor is not None
        return tuple(map(scaled, spatial, each("scale_factor", self.scale_factor, spatial)))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        options = call_arguments(
            size=None if self.scale_factor is not None else Code(self._size_text(inputs[1], sizes)),
            scale_factor=self.scale_factor,
            mode=None if self.mode == "nearest" else self.mode,
            align_corners=self.align_corners,
            antialias=self.antialias or None,
        )
        return f"F.interpolate({inputs[0]}, {options})"

    def _size_text(self, like: str | None, sizes: Sizes) -> str:
        if like is not None:
            return f"{like}.shape[2:]"
        if isinstance(self.size, tuple):
            return f"({', '.join(sizes.size(size) for size in self.size)},)"
        return sizes.size(self.size or 0)
