"""Pooling: the maximum or mean of windows, or of as many equal parts as the output has positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Self, TypeVar, cast

from annotated_types import Interval
from pydantic import Strict, model_validator

from lego.catalogue.arguments import (
    Expected,
    Flag,
    NaturalPair,
    NaturalSingle,
    NaturalTriple,
    Pair,
    Positive,
    Real,
    Single,
    Triple,
    argument,
)
from lego.catalogue.layer import Layer, Result
from lego.catalogue.resampling import scaled
from lego.catalogue.rules import AXES, Size, at_least, does_not_fit, spatial, spread, window, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import TensorType, ceil_div

PairOfSome = Annotated[
    Positive | tuple[Positive | None, Positive | None],
    Expected("a positive integer or a list of 2, where null keeps the size"),
]
TripleOfSome = Annotated[
    Positive | tuple[Positive | None, Positive | None, Positive | None],
    Expected("a positive integer or a list of 3, where null keeps the size"),
]

Ratio = Annotated[float, Strict(), Interval(gt=0, lt=1)]
RatioPair = Annotated[Ratio | tuple[Ratio, Ratio], Expected("a number between 0 and 1 or a list of 2")]
RatioTriple = Annotated[Ratio | tuple[Ratio, Ratio, Ratio], Expected("a number between 0 and 1 or a list of 3")]

Sizes = TypeVar("Sizes")
"""One size for each spatial dim."""
Paddings = TypeVar("Paddings")
"""One padding for each spatial dim."""
Ratios = TypeVar("Ratios")
"""One ratio for each spatial dim."""


def _with_spatial(input: TensorType, sizes: Sequence[Size]) -> TensorType:
    return with_shape(input, (*input.shape[: -len(sizes)], *sizes))


def _with_indices(output: TensorType, indices: bool) -> tuple[TensorType, ...]:
    return (output, TensorType(output.shape, "int64")) if indices else (output,)


class _Pool(Layer):
    """A window slides over the spatial dims; subclasses declare the fields in torch's order."""

    dims: ClassVar[int]

    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        kernel_size: Any
        stride: Any
        ceil_mode: bool

    in_time = "rows"

    def windows(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Kernel size, stride, padding and dilation for each spatial dim."""
        stride = self.kernel_size if self.stride is None else self.stride
        padding, dilation = self.__dict__.get("padding", 0), self.__dict__.get("dilation", 1)
        kernels, strides, paddings, dilations = (
            spread(value, self.dims) for value in (self.kernel_size, stride, padding, dilation)
        )
        return kernels, strides, paddings, dilations

    @model_validator(mode="after")
    def _padding_within_half(self) -> Self:
        kernels, _, paddings, _ = self.windows()
        for kernel, padding in zip(kernels, paddings, strict=True):
            if padding > kernel // 2:
                raise ValueError(f"padding must be at most half of kernel_size, but it is {padding} for {kernel}")
        return self

    def pooled(self, input: TensorType) -> TensorType:
        """The type of the output."""
        positions = _positions if self.ceil_mode else window
        sizes = map(positions, spatial(input, self.dims), *self.windows(), AXES[self.dims])
        return _with_spatial(input, tuple(sizes))

    def infer(self, input: TensorType) -> Result:
        return Result((self.pooled(input),))

    def room(self, input: TensorType) -> tuple[Size, ...]:
        """What must be at least 1 for the window to fit without padding, as torch asks of means in three dims."""
        sizes = zip(spatial(input, self.dims), self.windows()[0], AXES[self.dims], strict=True)
        return tuple(
            requirement
            for size, kernel, axis in sizes
            for requirement in at_least(size, kernel, does_not_fit(size, kernel, 0, 1, axis))
        )


def _positions(length: Size, kernel: int, stride: int, padding: int, dilation: int, axis: str) -> Size:
    """Positions of a window in ceil mode: it may reach over the end, but starts inside the input or before it.

    That is the smaller of ⌈(length + 2 padding - reach) / stride⌉ + 1 and ⌈(length + padding) / stride⌉; which of the
    two it is does not depend on the length. Source: torch.nn.MaxPool2d, "ceil_mode".
    """
    reach = dilation * (kernel - 1) + 1
    room = padding + min(0, stride + padding - reach)
    size = ceil_div(length + room, stride)
    if isinstance(size, int) and size < 1:
        raise does_not_fit(length, kernel, padding, dilation, axis, least=1 - room)
    return size


_CEIL = "round the number of windows up; the last one must start inside the input or the padding before it"


class _MaxPool(_Pool, Generic[Sizes, Paddings]):
    kernel_size: Sizes = argument(help="size of the window")
    stride: Sizes | None = argument(None, "step of the window; kernel_size unless given")
    padding: Paddings = argument(0, "points of -∞ added on both sides")
    dilation: Sizes = argument(1, "distance between the points of a window")
    return_indices: Flag = argument(False, "also give the place of each maximum, as the output `indices`")
    ceil_mode: Flag = argument(False, _CEIL)

    def output_names(self) -> tuple[str, ...]:
        return ("output", "indices") if self.return_indices else ("output",)

    def infer(self, input: TensorType) -> Result:
        return Result(_with_indices(self.pooled(input), self.return_indices))


class MaxPool1d(_MaxPool[Single, NaturalSingle]):
    """The maximum of each window of [N, C, L]."""

    dims = 1
    formula = "[N, C, L] -> [N, C, (L + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1]"


class MaxPool2d(_MaxPool[Pair, NaturalPair]):
    """The maximum of each window of [N, C, H, W]."""

    dims = 2
    formula = "[N, C, H, W] -> [N, C, H', W'], each as in MaxPool1d"


class MaxPool3d(_MaxPool[Triple, NaturalTriple]):
    """The maximum of each window of [N, C, D, H, W]."""

    dims = 3
    formula = "[N, C, D, H, W] -> [N, C, D', H', W'], each as in MaxPool1d"


class _AvgPool(_Pool, Generic[Sizes, Paddings]):
    kernel_size: Sizes = argument(help="size of the window")
    stride: Sizes | None = argument(None, "step of the window; kernel_size unless given")
    padding: Paddings = argument(0, "zeros added on both sides")
    ceil_mode: Flag = argument(False, _CEIL)
    count_include_pad: Flag = argument(True, "zeros of the padding count for the mean")


class AvgPool1d(_AvgPool[Single, NaturalSingle]):
    """The mean of each window of [N, C, L]."""

    dims = 1
    formula = "[N, C, L] -> [N, C, (L + 2 padding - kernel_size) // stride + 1]"


class AvgPool2d(_AvgPool[Pair, NaturalPair]):
    """The mean of each window of [N, C, H, W]."""

    divisor_override: Positive | None = argument(None, "what sums are divided by, in place of the window's size")

    dims = 2
    formula = "[N, C, H, W] -> [N, C, H', W'], each as in AvgPool1d"


class AvgPool3d(_AvgPool[Triple, NaturalTriple]):
    """The mean of each window of [N, C, D, H, W]."""

    divisor_override: Positive | None = argument(None, "what sums are divided by, in place of the window's size")

    dims = 3
    formula = "[N, C, D, H, W] -> [N, C, D', H', W'], each as in AvgPool1d"

    def infer(self, input: TensorType) -> Result:
        return Result((self.pooled(input),), requires=self.room(input))


class _LPPool(_Pool, Generic[Sizes]):
    norm_type: Real = argument(help="the p of the norm: 1 is the sum, infinity the maximum")
    kernel_size: Sizes = argument(help="size of the window")
    stride: Sizes | None = argument(None, "step of the window; kernel_size unless given")
    ceil_mode: Flag = argument(False, _CEIL)

    @model_validator(mode="after")
    def _norm_exists(self) -> Self:
        if self.norm_type == 0:
            raise ValueError("norm_type must not be 0, for its inverse is an exponent")
        return self


class LPPool1d(_LPPool[Positive]):
    """The p-norm of each window of [N, C, L]: (Σ xᵖ)^(1/p)."""

    dims = 1
    formula = "[N, C, L] -> [N, C, (L - kernel_size) // stride + 1]"


class LPPool2d(_LPPool[Pair]):
    """The p-norm of each window of [N, C, H, W]: (Σ xᵖ)^(1/p)."""

    dims = 2
    formula = "[N, C, H, W] -> [N, C, H', W'], each as in LPPool1d"


class LPPool3d(_LPPool[Triple]):
    """The p-norm of each window of [N, C, D, H, W]: (Σ xᵖ)^(1/p)."""

    dims = 3
    formula = "[N, C, D, H, W] -> [N, C, D', H', W'], each as in LPPool1d"

    def infer(self, input: TensorType) -> Result:
        return Result((self.pooled(input),), requires=self.room(input))


class _AdaptivePool(Layer, Generic[Sizes]):
    output_size: Sizes = argument(help="positions of the output, whatever the size of the input")

    dims: ClassVar[int]

    in_time = "rows"

    def pooled(self, input: TensorType) -> TensorType:
        """The type of the output."""
        wanted = cast("tuple[int | None, ...]", spread(self.output_size, self.dims))
        sizes = spatial(input, self.dims)
        return _with_spatial(input, [size if want is None else want for size, want in zip(sizes, wanted, strict=True)])

    def infer(self, input: TensorType) -> Result:
        return Result((self.pooled(input),))


class AdaptiveAvgPool1d(_AdaptivePool[Single]):
    """The means of `output_size` parts of [N, C, L]; parts overlap where the length is no multiple."""

    dims = 1
    formula = "[N, C, L] -> [N, C, output_size]"


class AdaptiveAvgPool2d(_AdaptivePool[PairOfSome]):
    """The means of `output_size` parts of [N, C, H, W]; 1 is global average pooling."""

    dims = 2
    formula = "[N, C, H, W] -> [N, C, output_size, output_size]"


class AdaptiveAvgPool3d(_AdaptivePool[TripleOfSome]):
    """The means of `output_size` parts of [N, C, D, H, W]; 1 is global average pooling."""

    dims = 3
    formula = "[N, C, D, H, W] -> [N, C, output_size, output_size, output_size]"


class _AdaptiveMaxPool(_AdaptivePool[Sizes], Generic[Sizes]):
    return_indices: Flag = argument(False, "also give the place of each maximum, as the output `indices`")

    def output_names(self) -> tuple[str, ...]:
        return ("output", "indices") if self.return_indices else ("output",)

    def infer(self, input: TensorType) -> Result:
        return Result(_with_indices(self.pooled(input), self.return_indices))


class AdaptiveMaxPool1d(_AdaptiveMaxPool[Single]):
    """The maxima of `output_size` parts of [N, C, L]; parts overlap where the length is no multiple."""

    dims = 1
    formula = "[N, C, L] -> [N, C, output_size]"


class AdaptiveMaxPool2d(_AdaptiveMaxPool[PairOfSome]):
    """The maxima of `output_size` parts of [N, C, H, W]; 1 is global max pooling."""

    dims = 2
    formula = "[N, C, H, W] -> [N, C, output_size, output_size]"


class AdaptiveMaxPool3d(_AdaptiveMaxPool[TripleOfSome]):
    """The maxima of `output_size` parts of [N, C, D, H, W]; 1 is global max pooling."""

    dims = 3
    formula = "[N, C, D, H, W] -> [N, C, output_size, output_size, output_size]"


class _FractionalMaxPool(Layer, Generic[Sizes, Ratios]):
    kernel_size: Sizes = argument(help="size of a window")
    output_size: Sizes | None = argument(None, "positions of the output")
    output_ratio: Ratios | None = argument(None, "positions of the output in sizes of the input, rounded down")
    return_indices: Flag = argument(False, "also give the place of each maximum, as the output `indices`")

    dims: ClassVar[int]
    spare: ClassVar[int] = 0
    """Points that torch wants to be left when the windows stand side by side."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.output_size is None) == (self.output_ratio is None):
            found = "neither" if self.output_size is None else "both"
            raise ValueError(f"either output_size or output_ratio must be given, found {found}")
        return self

    def output_names(self) -> tuple[str, ...]:
        return ("output", "indices") if self.return_indices else ("output",)

    def infer(self, input: TensorType) -> Result:
        sizes = spatial(input, self.dims)
        if self.output_size is not None:
            wanted = cast("tuple[Size, ...]", spread(self.output_size, self.dims))
        else:
            wanted = tuple(map(scaled, sizes, cast("tuple[float, ...]", spread(self.output_ratio, self.dims))))
        kernels = cast("tuple[int, ...]", spread(self.kernel_size, self.dims))
        requires: list[Size] = []
        for size, kernel, positions, axis in zip(sizes, kernels, wanted, AXES[self.dims], strict=True):
            least = positions + kernel - 1 + self.spare
            problem = Problem(
                "shape-mismatch",
                f"{positions} windows of kernel_size {kernel} do not fit into the {axis} of {size}",
                notes=[Note("needs", f"a {axis} of at least {least}")],
            )
            requires += at_least(size, least, problem)
        return Result(_with_indices(_with_spatial(input, wanted), self.return_indices), requires=tuple(requires))


class FractionalMaxPool2d(_FractionalMaxPool[Pair, RatioPair]):
    """The maxima of windows at random places of [N, C, H, W] (Graham 2014)."""

    dims = 2
    formula = "[N, C, H, W] -> [N, C, *output_size]"


class FractionalMaxPool3d(_FractionalMaxPool[Triple, RatioTriple]):
    """The maxima of windows at random places of [N, C, D, H, W] (Graham 2014)."""

    dims = 3
    spare = 1
    formula = "[N, C, D, H, W] -> [N, C, *output_size]"
