"""The way back from a max pooling."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from lego.catalogue.arguments import NaturalPair, NaturalSingle, NaturalTriple, Pair, Single, Triple, argument
from lego.catalogue.elementwise import shape_notes
from lego.catalogue.layer import Layer, Result, Slot
from lego.catalogue.rules import Size, spatial, spread, with_shape
from lego.diagnostics import Problem
from lego.shapes import TensorType

Sizes = TypeVar("Sizes")
"""One size for each spatial dim."""
Paddings = TypeVar("Paddings")
"""One padding for each spatial dim."""


class _MaxUnpool(Layer, Generic[Sizes, Paddings]):
    kernel_size: Sizes = argument(help="size of the window of the pooling")
    stride: Sizes | None = argument(None, "step of the window; kernel_size unless given")
    padding: Paddings = argument(0, "points that the pooling added on both sides")

    dims: ClassVar[int]
    slots = (Slot("input", "floating"), Slot("indices", "integer"))

    def infer(self, input: TensorType, indices: TensorType) -> Result:
        sizes = spatial(input, self.dims)
        if indices.shape != input.shape:
            notes = shape_notes(self, (input, indices))
            raise Problem("shape-mismatch", "the indices must have the shape of the input", notes=notes)
        if indices.dtype != "int64":
            raise Problem("dtype-mismatch", f"the indices must be int64, found {indices.dtype}")
        stride = self.kernel_size if self.stride is None else self.stride
        windows = (spread(value, self.dims) for value in (self.kernel_size, stride, self.padding))
        return Result((with_shape(input, (*input.shape[: -self.dims], *map(_unpooled, sizes, *windows))),))


def _unpooled(size: Size, kernel: int, stride: int, padding: int) -> Size:
    return (size - 1) * stride - 2 * padding + kernel


class MaxUnpool1d(_MaxUnpool[Single, NaturalSingle]):
    """Values put back where MaxPool1d found them (its output `indices`), among zeros."""

    dims = 1
    formula = "[N, C, L], [N, C, L] int64 -> [N, C, (L - 1) stride - 2 padding + kernel_size]"


class MaxUnpool2d(_MaxUnpool[Pair, NaturalPair]):
    """Values put back where MaxPool2d found them (its output `indices`), among zeros."""

    dims = 2
    formula = "[N, C, H, W], [N, C, H, W] int64 -> [N, C, H', W'], each as in MaxUnpool1d"


class MaxUnpool3d(_MaxUnpool[Triple, NaturalTriple]):
    """Values put back where MaxPool3d found them (its output `indices`), among zeros."""

    dims = 3
    formula = "[N, C, D, H, W], [N, C, D, H, W] int64 -> [N, C, D', H', W'], each as in MaxUnpool1d"
