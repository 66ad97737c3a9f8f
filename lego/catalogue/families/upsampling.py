"""Resampling to a larger (or smaller) grid of positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import model_validator

from lego.catalogue.arguments import Expected, Flag, Positive, PositiveReal, argument
from lego.catalogue.layer import Layer, Result
from lego.catalogue.resampling import Mode, check_corners, each, scaled, spatial_dims
from lego.catalogue.rules import Size, need_rank, with_shape
from lego.shapes import TensorType

AnySize = Annotated[
    Positive | tuple[Positive, ...] | None,
    Expected("a positive integer, or a list with one for each spatial dim"),
]
AnyFactor = Annotated[
    PositiveReal | tuple[PositiveReal, ...] | None,
    Expected("a number above 0, or a list with one for each spatial dim"),
]


class _Resampling(Layer):
    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        size: Any
        scale_factor: Any

    in_time = "rows"

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.size is None) == (self.scale_factor is None):
            found = "neither" if self.size is None else "both"
            raise ValueError(f"either size or scale_factor must be given, found {found}")
        return self

    def resampled(self, input: TensorType, mode: str) -> Result:
        """The shape rule of a mode."""
        spatial = spatial_dims(input, mode)
        sizes: tuple[Size, ...]
        if self.size is not None:
            sizes = each("size", self.size, spatial)
        else:
            sizes = tuple(map(scaled, spatial, each("scale_factor", self.scale_factor, spatial)))
        return Result((with_shape(input, (*input.shape[:2], *sizes)),))


class Upsample(_Resampling):
    """The spatial dims resampled to `size`, or by `scale_factor`."""

    size: AnySize = argument(None, "size of the output")
    scale_factor: AnyFactor = argument(None, "size of the output in sizes of the input, rounded down")
    mode: Mode = argument("nearest", "how values between the points are found")
    align_corners: Flag | None = argument(None, "the corners of input and output have the same values")
    recompute_scale_factor: Flag | None = argument(None, "interpolate with the factor that the rounded size has")

    formula = "[N, C, H, W] -> [N, C, ⌊H scale_factor⌋, ⌊W scale_factor⌋]; [N, C, L] and [N, C, D, H, W] likewise"

    @model_validator(mode="after")
    def _options_of_the_mode(self) -> Self:
        check_corners(self.mode, self.align_corners)
        if self.recompute_scale_factor and self.scale_factor is None:
            raise ValueError("recompute_scale_factor needs a scale_factor")
        return self

    def infer(self, input: TensorType) -> Result:
        return self.resampled(input, self.mode)


class _Upsampling2d(_Resampling):
    size: AnySize = argument(None, "height and width of the output")
    scale_factor: AnyFactor = argument(None, "size of the output in sizes of the input, rounded down")

    formula = "[N, C, H, W] -> [N, C, ⌊H scale_factor⌋, ⌊W scale_factor⌋]"

    def infer(self, input: TensorType) -> Result:
        need_rank(input, "[N, C, H, W]", 4)
        return self.resampled(input, "bilinear")


class UpsamplingNearest2d(_Upsampling2d):
    """Images resampled: each point takes the value of the nearest one."""


class UpsamplingBilinear2d(_Upsampling2d):
    """Images resampled: linear between the points, the corners aligned."""
