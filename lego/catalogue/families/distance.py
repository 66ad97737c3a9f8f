"""Distances and similarities of two inputs of equal shape."""

from __future__ import annotations

from lego.catalogue.arguments import Flag, Integer, NonNegative, Real, argument
from lego.catalogue.elementwise import shape_notes
from lego.catalogue.layer import Layer, Result, Slot
from lego.catalogue.rules import axis, need_dims, with_shape
from lego.diagnostics import Problem
from lego.shapes import TensorType


class _Pairwise(Layer):
    slots = (Slot("x1"), Slot("x2"))

    def check_equal(self, x1: TensorType, x2: TensorType) -> None:
        """Raise `shape-mismatch` unless both have one shape; torch would broadcast."""
        if x1.shape != x2.shape:
            name = type(self).__name__
            raise Problem("shape-mismatch", f"{name} needs equal shapes", notes=shape_notes(self, (x1, x2)))


class CosineSimilarity(_Pairwise):
    """y = x₁ · x₂ / (‖x₁‖ ‖x₂‖) along a dim."""

    dim: Integer = argument(1, "the dim of the vectors, which vanishes")
    eps: NonNegative = argument(1e-8, "the least value of the divisor")

    formula = "[*, D, *], [*, D, *] -> [*, *]"

    def infer(self, x1: TensorType, x2: TensorType) -> Result:
        self.check_equal(x1, x2)
        at = axis(self.dim, len(x1.shape))
        return Result((with_shape(x1, (*x1.shape[:at], *x1.shape[at + 1 :])),))


class PairwiseDistance(_Pairwise):
    """y = ‖x₁ - x₂ + eps‖, the p-norm over the last dim."""

    p: Real = argument(2.0, "the p of the norm")
    eps: Real = argument(1e-6, "added to the difference, so that the gradient exists")
    keepdim: Flag = argument(False, "keep the last dim, of size 1")

    formula = "[*, D], [*, D] -> [*]"

    def infer(self, x1: TensorType, x2: TensorType) -> Result:
        need_dims(x1, "[*, D]", 1)
        self.check_equal(x1, x2)
        return Result((with_shape(x1, (*x1.shape[:-1], *((1,) if self.keepdim else ()))),))
