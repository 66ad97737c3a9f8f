"""Padding: points added at both ends of the spatial dims; a negative number cuts points off."""

from __future__ import annotations

from typing import Annotated, ClassVar, Generic, TypeVar, cast

from lego.catalogue.arguments import Expected, Integer, Real, argument
from lego.catalogue.layer import Layer, Result, Slot
from lego.catalogue.rules import (
    AXES,
    Size,
    at_least,
    need_dims,
    need_held,
    spatial,
    spread,
    too_small_to_pad,
    with_shape,
)
from lego.shapes import TensorType

Sides1 = Annotated[Integer | tuple[Integer, Integer], Expected("an integer or a list of 2: left, right")]
Sides2 = Annotated[
    Integer | tuple[Integer, Integer, Integer, Integer],
    Expected("an integer or a list of 4: left, right, top, bottom"),
]
Sides3 = Annotated[
    Integer | tuple[Integer, Integer, Integer, Integer, Integer, Integer],
    Expected("an integer or a list of 6: left, right, top, bottom, front, back"),
]

Sides = TypeVar("Sides")
"""A number of points for each side, the last dim first, as in torch."""

_FORMULAS = {
    1: "[N, C, L] -> [N, C, L + left + right]",
    2: "[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]",
    3: "[N, C, D, H, W] -> [N, C, D + front + back, H + top + bottom, W + left + right]",
}


class _Padding(Layer, Generic[Sides]):
    padding: Sides = argument(help="points on each side, or a list of them by side, the last dim first")

    dims: ClassVar[int]

    in_time = "rows"

    def least(self, points: int) -> int:
        """The smallest size to which so many points can be added at one end."""
        return max(0, -points)

    def check_rank(self, input: TensorType) -> None:
        """Raise `rank-mismatch` unless torch takes it."""
        spatial(input, self.dims)

    def infer(self, input: TensorType) -> Result:
        self.check_rank(input)
        sides = cast("tuple[int, ...]", spread(self.padding, 2 * self.dims))
        sizes: list[Size] = []
        requires: list[Size] = []
        for index, axis in enumerate(AXES[self.dims]):
            at = self.dims - 1 - index
            size, ends = input.shape[index - self.dims], sides[2 * at : 2 * at + 2]
            sizes.append(size + sum(ends))
            for points in ends:
                least = self.least(points)
                requires += at_least(size, least, too_small_to_pad(size, points, axis, least))
        return Result((with_shape(input, (*input.shape[: -self.dims], *sizes)),), {}, tuple(requires))


class _AnyRank(_Padding[Sides], Generic[Sides]):
    """The dims before the padded ones are free."""

    slots = (Slot("input", "number"),)
    in_time = "bound"  # the dim that steps would be folded into may be padded

    def check_rank(self, input: TensorType) -> None:
        need_dims(input, _FORMULAS[self.dims].partition(" ->")[0], self.dims)


class _ConstantPad(_AnyRank[Sides], Generic[Sides]):
    value: Real = argument(help="the value of the points that are added")

    def infer(self, input: TensorType) -> Result:
        need_held(self.value, input.dtype)
        return super().infer(input)


class ConstantPad1d(_ConstantPad[Sides1]):
    """Points of one value before and after the length."""

    dims = 1
    formula = _FORMULAS[1]


class ConstantPad2d(_ConstantPad[Sides2]):
    """Points of one value on the four sides of an image."""

    dims = 2
    formula = _FORMULAS[2]


class ConstantPad3d(_ConstantPad[Sides3]):
    """Points of one value on the six sides of a volume."""

    dims = 3
    formula = _FORMULAS[3]


class ZeroPad1d(_AnyRank[Sides1]):
    """Zeros before and after the length."""

    dims = 1
    formula = _FORMULAS[1]


class ZeroPad2d(_AnyRank[Sides2]):
    """Zeros on the four sides of an image."""

    dims = 2
    formula = _FORMULAS[2]


class ZeroPad3d(_AnyRank[Sides3]):
    """Zeros on the six sides of a volume."""

    dims = 3
    formula = _FORMULAS[3]


class _ReflectionPad(_Padding[Sides], Generic[Sides]):
    def least(self, points: int) -> int:
        return points + 1 if points > 0 else -points


class ReflectionPad1d(_ReflectionPad[Sides1]):
    """The length mirrored at its ends, which are not repeated: c b a b c b a."""

    dims = 1
    formula = _FORMULAS[1]


class ReflectionPad2d(_ReflectionPad[Sides2]):
    """An image mirrored at its edges, which are not repeated."""

    dims = 2
    formula = _FORMULAS[2]


class ReflectionPad3d(_ReflectionPad[Sides3]):
    """A volume mirrored at its faces, which are not repeated."""

    dims = 3
    formula = _FORMULAS[3]


class ReplicationPad1d(_Padding[Sides1]):
    """The ends of the length repeated: a a a b c c c."""

    dims = 1
    formula = _FORMULAS[1]


class ReplicationPad2d(_Padding[Sides2]):
    """The edges of an image repeated."""

    dims = 2
    formula = _FORMULAS[2]


class ReplicationPad3d(_Padding[Sides3]):
    """The faces of a volume repeated."""

    dims = 3
    formula = _FORMULAS[3]


class _CircularPad(_Padding[Sides], Generic[Sides]):
    def least(self, points: int) -> int:
        return abs(points)


class CircularPad1d(_CircularPad[Sides1]):
    """The length continued from its other end: b c a b c a b."""

    dims = 1
    formula = _FORMULAS[1]


class CircularPad2d(_CircularPad[Sides2]):
    """An image continued from its opposite edges."""

    dims = 2
    formula = _FORMULAS[2]


class CircularPad3d(_CircularPad[Sides3]):
    """A volume continued from its opposite faces."""

    dims = 3
    formula = _FORMULAS[3]
