"""Rearrangements between channels and positions."""

from __future__ import annotations

from lego.catalogue.arguments import Positive, argument
from lego.catalogue.layer import Layer, Result
from lego.catalogue.rules import AXES, divided, need_dims, with_shape
from lego.shapes import TensorType


class PixelShuffle(Layer):
    """Each group of r² channels becomes r × r positions, r = upscale_factor: sub-pixel convolution."""

    upscale_factor: Positive = argument(help="by how much height and width grow")

    formula = "[*, C r², H, W] -> [*, C, H r, W r]"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, C, H, W]", 3)
        *batch, channels, height, width = input.shape
        factor = self.upscale_factor
        fewer = divided(channels, factor * factor, "the number of channels", "upscale_factor²")
        return Result((with_shape(input, (*batch, fewer, height * factor, width * factor)),))


class PixelUnshuffle(Layer):
    """Each square of r × r positions becomes r² channels, r = downscale_factor; the inverse of PixelShuffle."""

    downscale_factor: Positive = argument(help="by how much height and width shrink")

    formula = "[*, C, H r, W r] -> [*, C r², H, W]"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, C, H, W]", 3)
        *batch, channels, height, width = input.shape
        factor = self.downscale_factor
        sizes = zip((height, width), AXES[2], strict=True)
        smaller = (divided(size, factor, f"the {axis}", "downscale_factor") for size, axis in sizes)
        return Result((with_shape(input, (*batch, channels * factor * factor, *smaller)),))


class ChannelShuffle(Layer):
    """The channels of `groups` groups take turns, so that what follows mixes the groups."""

    groups: Positive = argument(help="number of groups")

    formula = "[N, C, *] -> [N, C, *]"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, C, *]", 3)
        divided(input.shape[1], self.groups, "the number of channels", "groups")
        return Result((input,))
