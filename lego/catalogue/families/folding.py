"""Windows of an image as columns, and columns summed back into an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lego.catalogue.arguments import NaturalPair, Pair, argument
from lego.catalogue.layer import Layer, Result
from lego.catalogue.rules import (
    AXES,
    Size,
    at_least,
    divided,
    need_rank,
    numel,
    product,
    spatial,
    spread,
    window,
    with_shape,
)
from lego.diagnostics import Problem
from lego.shapes import TensorType


class _Windows(Layer):
    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        kernel_size: Any
        dilation: Any
        padding: Any
        stride: Any

    in_time = "rows"

    def positions(self, sizes: tuple[Size, ...]) -> tuple[Size, ...]:
        """How many windows an image of these sizes has below and beside one another."""
        names = ("kernel_size", "stride", "padding", "dilation")
        return tuple(map(window, sizes, *(spread(self.__dict__[name], 2) for name in names), AXES[2]))

    def points(self) -> int:
        """How many points a window has."""
        return numel(spread(self.kernel_size, 2))


class Unfold(_Windows):
    """Each window of an image becomes a column: im2col."""

    kernel_size: Pair = argument(help="height and width of a window")
    dilation: Pair = argument(1, "distance between the points of a window")
    padding: NaturalPair = argument(0, "zeros added on both sides")
    stride: Pair = argument(1, "step of the window")

    formula = "[N, C, H, W] -> [N, C · points of a window, number of windows]"

    def infer(self, input: TensorType) -> Result:
        positions = self.positions(spatial(input, 2))
        *batch, channels, _, _ = input.shape
        none_fits = Problem("shape-mismatch", f"no window fits into {input.shape}")
        requires = tuple(requirement for each in positions for requirement in at_least(each, 1, none_fits))
        output = with_shape(input, (*batch, channels * self.points(), product(positions)))
        return Result((output,), requires=requires)


class Fold(_Windows):
    """Columns become the windows of an image, which are summed where they overlap: col2im."""

    output_size: Pair = argument(help="height and width of the image")
    kernel_size: Pair = argument(help="height and width of a window")
    dilation: Pair = argument(1, "distance between the points of a window")
    padding: NaturalPair = argument(0, "zeros that had been added on both sides")
    stride: Pair = argument(1, "step of the window")

    formula = "[N, C · points of a window, number of windows] -> [N, C, *output_size]"

    def infer(self, input: TensorType) -> Result:
        need_rank(input, "[N, C · points of a window, number of windows]", 3, 2)
        *batch, rows, columns = input.shape
        height, width = spread(self.output_size, 2)
        needed = product(self.positions((height, width)))
        if columns != needed:
            raise Problem("shape-mismatch", f"an image of {height} × {width} has {needed} windows, found {columns}")
        channels = divided(rows, self.points(), "dim -2", "the points of a window")
        return Result((with_shape(input, (*batch, channels, height, width)),))
