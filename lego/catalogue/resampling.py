"""Resampling of the spatial dims, which `Upsample` and `Interpolate` share: modes, and the size of the output."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Literal, TypeVar, cast

from lego.catalogue.arguments import Expected
from lego.catalogue.rules import Size, count, need_rank
from lego.diagnostics import Problem
from lego.shapes import TensorType

T = TypeVar("T")

Mode = Annotated[
    Literal["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"],
    Expected("nearest, nearest-exact, linear, bilinear, bicubic, trilinear or area"),
]

_RANKS = {"linear": (3,), "bilinear": (4,), "bicubic": (4,), "trilinear": (5,)}
_LAYOUTS = {3: "[N, C, L]", 4: "[N, C, H, W]", 5: "[N, C, D, H, W]"}


def check_corners(mode: str, align_corners: bool | None) -> None:
    """Raise ValueError where `align_corners` has no meaning."""
    if align_corners is not None and mode not in _RANKS:
        raise ValueError(f"align_corners is for {', '.join(_RANKS)}, but the mode is {mode}")


def spatial_dims(input: TensorType, mode: str) -> tuple[Size, ...]:
    """The spatial dims of an input that the mode takes."""
    ranks = _RANKS.get(mode, (4, 3, 5))
    need_rank(input, f"{' or '.join(_LAYOUTS[rank] for rank in sorted(ranks))} for the mode {mode}", *ranks)
    return tuple(input.shape[2:])


def each(name: str, value: T | tuple[T, ...], spatial: Sequence[Size]) -> tuple[T, ...]:
    """An argument for each spatial dim: one for all, or a list of as many."""
    if not isinstance(value, tuple):
        return (value,) * len(spatial)
    values = cast("tuple[T, ...]", value)
    if len(values) != len(spatial):
        raise Problem(
            "rank-mismatch",
            f"{name} is a list of {len(values)}, but the input has {count(len(spatial), 'spatial dim')}",
        )
    return values


def scaled(size: Size, factor: float) -> Size:
    """floor(size · factor) as torch has it, exact with symbols where the factor has few binary places."""
    if isinstance(size, int):
        return int(size * factor)
    exact = Fraction(factor)
    if exact.denominator > 1024:
        raise Problem(
            "unresolved-dim",
            f"the size {size} cannot be scaled by {factor} without rounding",
            help="give `size`, or a factor such as 2, 0.5 or 1.25",
        )
    return size * exact.numerator // exact.denominator
