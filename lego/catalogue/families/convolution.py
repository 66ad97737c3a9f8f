"""Convolutions and transposed convolutions in one, two and three dims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import model_validator

from lego.catalogue.arguments import (
    Expected,
    Flag,
    Inferred,
    NaturalPair,
    NaturalSingle,
    NaturalTriple,
    Pair,
    Positive,
    Single,
    Triple,
    argument,
    inferred,
)
from lego.catalogue.layer import Layer, Result, Slot
from lego.catalogue.rules import (
    AXES,
    Size,
    at_least,
    divided,
    does_not_fit,
    numel,
    product,
    spatial,
    spread,
    too_small_to_pad,
    window,
    with_shape,
)
from lego.diagnostics import Problem
from lego.shapes import TensorType

PaddingMode = Annotated[
    Literal["zeros", "reflect", "replicate", "circular"], Expected("zeros, reflect, replicate or circular")
]
Named = Literal["same", "valid"]
SinglePadding = Annotated[NaturalSingle | Named, Expected("an integer of at least 0, same or valid")]
PairPadding = Annotated[NaturalPair | Named, Expected("an integer of at least 0, a list of 2, same or valid")]
TriplePadding = Annotated[NaturalTriple | Named, Expected("an integer of at least 0, a list of 3, same or valid")]


class _Convolution(Layer):
    """What all convolutions share; subclasses declare the fields in torch's order."""

    dims: ClassVar[int]

    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        in_channels: int | None
        out_channels: int
        kernel_size: Any
        stride: Any
        padding: Any
        dilation: Any
        groups: int
        bias: bool

    slots = (Slot("input", "weights"),)
    in_time = "rows"

    @model_validator(mode="after")
    def _groups_divide(self) -> Self:
        for name in ("in_channels", "out_channels"):
            channels = self.__dict__[name]
            if channels is not None and channels % self.groups:
                raise ValueError(f"groups must divide {name}, but {channels} is not a multiple of {self.groups}")
        return self

    def _spatial(self, input: TensorType) -> tuple[Size, ...]:
        """The spatial dims; checks the rank ([N, C, …], or [C, …] for one sample) and the groups."""
        sizes = spatial(input, self.dims)
        channels = input.shape[-self.dims - 1]
        if isinstance(channels, int):
            divided(channels, self.groups, "the number of channels", "groups")
        return sizes

    def _result(self, input: TensorType, spatial: tuple[Size, ...], requires: tuple[Size, ...] = ()) -> Result:
        lead = input.shape[: -self.dims - 1]
        output = with_shape(input, (*lead, self.out_channels, *spatial))
        return Result((output,), {"in_channels": input.shape[-self.dims - 1]}, requires)

    def _bias(self) -> dict[str, tuple[int, ...]]:
        return {"bias": (self.out_channels,)} if self.bias else {}


class _Conv(_Convolution):
    if TYPE_CHECKING:  # as above
        padding_mode: PaddingMode

    def infer(self, input: TensorType) -> Result:
        kernel, stride, dilation = (
            spread(value, self.dims) for value in (self.kernel_size, self.stride, self.dilation)
        )
        spatial = self._spatial(input)
        if self.padding == "same":
            if any(step != 1 for step in stride):
                raise Problem("bad-value", "padding: same needs a stride of 1", help="write the padding as a number")
            ends = [(gap * (points - 1) + 1) // 2 for points, gap in zip(kernel, dilation, strict=True)]
            return self._result(input, spatial, self._sources(spatial, ends))
        padding = spread(0 if self.padding == "valid" else self.padding, self.dims)
        sizes = tuple(map(window, spatial, kernel, stride, padding, dilation, AXES[self.dims]))
        return self._result(input, sizes, self._sources(spatial, padding))

    def _sources(self, spatial: Sequence[Size], padding: Sequence[int]) -> tuple[Size, ...]:
        """What must be at least 1 for the values that are mirrored or repeated to be there."""
        beside = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        if beside is None:
            return ()
        return tuple(
            requirement
            for size, points, axis in zip(spatial, padding, AXES[self.dims], strict=True)
            if points
            for requirement in at_least(size, points + beside, too_small_to_pad(size, points, axis, points + beside))
        )

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.in_channels is not None
        kernel = spread(self.kernel_size, self.dims)
        return {"weight": (self.out_channels, self.in_channels // self.groups, *kernel)} | self._bias()

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        return product(outputs[0].shape) * numel(self.weights()["weight"][1:])


class Conv1d(_Conv):
    """Cross-correlation of [N, C, L] with learned kernels."""

    in_channels: Inferred[Positive] = inferred("channels of the input")
    out_channels: Positive = argument(help="number of filters")
    kernel_size: Single = argument(help="length of a filter")
    stride: Single = argument(1, "step of the filter")
    padding: SinglePadding = argument(0, "zeros added on both sides")
    dilation: Single = argument(1, "distance between the points of a filter")
    groups: Positive = argument(1, "blocks of channels that do not mix")
    bias: Flag = argument(True, "add a learned number to each channel")
    padding_mode: PaddingMode = argument("zeros", "what is added")

    dims = 1
    formula = "[N, C, L] -> [N, out_channels, (L + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1]"


class Conv2d(_Conv):
    """Cross-correlation of [N, C, H, W] with learned kernels."""

    in_channels: Inferred[Positive] = inferred("channels of the input")
    out_channels: Positive = argument(help="number of filters")
    kernel_size: Pair = argument(help="height and width of a filter")
    stride: Pair = argument(1, "step of the filter")
    padding: PairPadding = argument(0, "zeros added on both sides")
    dilation: Pair = argument(1, "distance between the points of a filter")
    groups: Positive = argument(1, "blocks of channels that do not mix")
    bias: Flag = argument(True, "add a learned number to each channel")
    padding_mode: PaddingMode = argument("zeros", "what is added")

    dims = 2
    formula = (
        "[N, C, H, W] -> [N, out_channels, H', W'] with "
        "H' = (H + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1, W' likewise"
    )


class Conv3d(_Conv):
    """Cross-correlation of [N, C, D, H, W] with learned kernels."""

    in_channels: Inferred[Positive] = inferred("channels of the input")
    out_channels: Positive = argument(help="number of filters")
    kernel_size: Triple = argument(help="depth, height and width of a filter")
    stride: Triple = argument(1, "step of the filter")
    padding: TriplePadding = argument(0, "zeros added on both sides")
    dilation: Triple = argument(1, "distance between the points of a filter")
    groups: Positive = argument(1, "blocks of channels that do not mix")
    bias: Flag = argument(True, "add a learned number to each channel")
    padding_mode: PaddingMode = argument("zeros", "what is added")

    dims = 3
    formula = "[N, C, D, H, W] -> [N, out_channels, D', H', W'], each as in Conv1d"


class _ConvTranspose(_Convolution):
    def infer(self, input: TensorType) -> Result:
        names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
        arguments = [spread(self.__dict__[name], self.dims) for name in names]
        sizes = map(_transposed, self._spatial(input), *arguments, AXES[self.dims])
        return self._result(input, tuple(sizes))

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.in_channels is not None
        kernel = spread(self.kernel_size, self.dims)
        return {"weight": (self.in_channels, self.out_channels // self.groups, *kernel)} | self._bias()

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """Each point of the input meets each weight of its group once."""
        assert inputs[0] is not None
        return product(inputs[0].shape) * numel(self.weights()["weight"][1:])


def _transposed(length: Size, kernel: int, stride: int, padding: int, extra: int, dilation: int, axis: str) -> Size:
    """Source: torch.nn.ConvTranspose2d, "Shape"."""
    if extra >= max(stride, dilation):
        raise Problem(
            "bad-value", f"output_padding must be smaller than stride or dilation, but it is {extra} on the {axis}"
        )
    size = (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
    if isinstance(size, int) and size < 1:
        raise does_not_fit(length, kernel, padding, dilation, axis)
    return size


class ConvTranspose1d(_ConvTranspose):
    """The transpose (gradient) of Conv1d with regard to its input; upsamples [N, C, L] by `stride`."""

    in_channels: Inferred[Positive] = inferred("channels of the input")
    out_channels: Positive = argument(help="channels of the output")
    kernel_size: Single = argument(help="length of a filter")
    stride: Single = argument(1, "step on the output")
    padding: NaturalSingle = argument(0, "points cut off on both sides of the output")
    output_padding: NaturalSingle = argument(0, "points added on one side of the output")
    groups: Positive = argument(1, "blocks of channels that do not mix")
    bias: Flag = argument(True, "add a learned number to each channel")
    dilation: Single = argument(1, "distance between the points of a filter")
    padding_mode: Annotated[Literal["zeros"], Expected("zeros")] = argument("zeros", "what is added")

    dims = 1
    formula = (
        "[N, C, L] -> [N, out_channels, (L - 1) stride - 2 padding + dilation (kernel_size - 1) + output_padding + 1]"
    )


class ConvTranspose2d(_ConvTranspose):
    """The transpose (gradient) of Conv2d with regard to its input; upsamples [N, C, H, W] by `stride`."""

    in_channels: Inferred[Positive] = inferred("channels of the input")
    out_channels: Positive = argument(help="channels of the output")
    kernel_size: Pair = argument(help="height and width of a filter")
    stride: Pair = argument(1, "step on the output")
    padding: NaturalPair = argument(0, "points cut off on both sides of the output")
    output_padding: NaturalPair = argument(0, "points added on one side of the output")
    groups: Positive = argument(1, "blocks of channels that do not mix")
    bias: Flag = argument(True, "add a learned number to each channel")
    dilation: Pair = argument(1, "distance between the points of a filter")
    padding_mode: Annotated[Literal["zeros"], Expected("zeros")] = argument("zeros", "what is added")

    dims = 2
    formula = "[N, C, H, W] -> [N, out_channels, H', W'], each as in ConvTranspose1d"


class ConvTranspose3d(_ConvTranspose):
    """The transpose (gradient) of Conv3d with regard to its input; upsamples [N, C, D, H, W] by `stride`."""

    in_channels: Inferred[Positive] = inferred("channels of the input")
    out_channels: Positive = argument(help="channels of the output")
    kernel_size: Triple = argument(help="depth, height and width of a filter")
    stride: Triple = argument(1, "step on the output")
    padding: NaturalTriple = argument(0, "points cut off on both sides of the output")
    output_padding: NaturalTriple = argument(0, "points added on one side of the output")
    groups: Positive = argument(1, "blocks of channels that do not mix")
    bias: Flag = argument(True, "add a learned number to each channel")
    dilation: Triple = argument(1, "distance between the points of a filter")
    padding_mode: Annotated[Literal["zeros"], Expected("zeros")] = argument("zeros", "what is added")

    dims = 3
    formula = "[N, C, D, H, W] -> [N, out_channels, D', H', W'], each as in ConvTranspose1d"
