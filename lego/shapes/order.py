"""What is known of sizes for all values of their symbols: bounds, and the decisions that rest on them."""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import Literal, NamedTuple

from lego.shapes.atoms import Atom, Extremum, Floor, Monomial
from lego.shapes.dim import Dim, Size, of_atom, size, smallest, symbol

_STEPS = 64  # replacements in one bound, halved where paths part; a size that needs more is left undecided


def less_equal(a: Size, b: Size) -> bool | None:
    """Whether `a <= b`: True for all values of the symbols, False for none, None undecided."""
    difference = b - a
    least = lower_bound(difference)
    if least is not None and least >= 0:
        return True
    most = lower_bound(-difference)
    return False if most is not None and most > 0 else None


def less(a: Size, b: Size) -> bool | None:
    """Whether `a < b`: True for all values of the symbols, False for none, None undecided."""
    return less_equal(a + 1, b)


def equal(a: Size, b: Size) -> bool | None:
    """Whether `a == b`: True for all values of the symbols, False for none, None undecided."""
    difference = a - b
    if isinstance(difference, int):
        return difference == 0
    least, most = lower_bound(difference), lower_bound(-difference)
    if least == 0 and most == 0:
        return True
    apart = (least is not None and least > 0) or (most is not None and most > 0)
    return False if apart or difference.constant % gcd(*difference.terms.values()) else None


def minimum(a: Size, b: Size) -> Size:
    """The smaller of two sizes: one of them where bounds decide."""
    if less_equal(a, b):
        return a
    return b if less_equal(b, a) else _extremum("min", a, b)


def maximum(a: Size, b: Size) -> Size:
    """The larger of two sizes: one of them where bounds decide."""
    if less_equal(a, b):
        return b
    return a if less_equal(b, a) else _extremum("max", a, b)


def _extremum(kind: Literal["min", "max"], *sizes: Size) -> Size:
    sides = {side for size in sizes for side in _sides(kind, size)}
    kept: list[Size] = []
    for side in sorted(sides, key=lambda side: (isinstance(side, int), str(side))):
        if not any(_decides(kind, other, side) for other in kept):
            kept = [*(other for other in kept if not _decides(kind, side, other)), side]
    return of_atom(Extremum(kind, tuple(kept))) if len(kept) > 1 else kept[0]


def _decides(kind: str, side: Size, other: Size) -> bool:
    """Whether a side makes the other one idle."""
    return (less_equal(side, other) if kind == "min" else less_equal(other, side)) is True


def _sides(kind: str, value: Size) -> tuple[Size, ...]:
    """The sides of a minimum within a minimum stand beside the others."""
    if isinstance(value, Dim) and value.constant == 0 and len(value.terms) == 1:
        [(monomial, coefficient)] = value.terms.items()
        if coefficient == 1 and len(monomial) == 1:
            atom = monomial[0]
            if isinstance(atom, Extremum) and atom.kind == kind:
                return atom.sides
    return (value,)


# Bounds. Atoms that are no symbols are replaced, one after the other, by something that is never larger; what is
# left is a polynomial of symbols, and with s = 1 + t for each of them its least value shows in its coefficients.


@lru_cache(maxsize=16_384)
def lower_bound(value: Size) -> int | None:
    """An integer that a size is never below, however its symbols are chosen; None where none was found."""
    quick = smallest(value)
    if quick is not None or isinstance(value, int):
        return quick
    return _best([_lowered(value, 1, tight, _STEPS) for tight in (True, False)])


class _Step(NamedTuple):
    """`scale * atom` is at least `value`, or, with a minus before it, at most."""

    value: Size
    scale: int = 1


def _lowered(value: Size, scale: int, tight: bool, steps: int) -> int | None:
    """A lower bound of `value / scale`, rounded up, for it is an integer that is bounded."""
    if isinstance(value, int):
        return -(-value // scale)
    found = _first_compound(value)
    if found is None:
        least = _polynomial_bound(value)
        return None if least is None else -(-least // scale)
    monomial, atom = found
    others = list(monomial)
    others.remove(atom)
    if steps == 0 or not all(_never_negative(other) for other in others):
        return None
    coefficient = value.terms[monomial]
    rest = value - size({monomial: coefficient}, 0)
    cofactor = size({tuple(others): coefficient}, 0) if others else coefficient
    choices = _steps(atom, coefficient > 0, tight)
    left = steps - 1 if len(choices) == 1 else steps // 2
    bounds = [_lowered(rest * step.scale + cofactor * step.value, scale * step.scale, tight, left) for step in choices]
    every = isinstance(atom, Extremum) and (atom.kind == "min") == (coefficient > 0)
    return _worst(bounds) if every else _best(bounds)


def _first_compound(value: Dim) -> tuple[Monomial, Atom] | None:
    for monomial in value.terms:
        for atom in monomial:
            if type(atom) is not str:
                return monomial, atom
    return None


def _never_negative(atom: Atom) -> bool:
    least = 1 if isinstance(atom, str) else lower_bound(of_atom(atom))
    return least is not None and least >= 0


def _steps(atom: Atom, below: bool, tight: bool) -> list[_Step]:
    """What bounds an atom from below, or else from above; sides of a minimum or maximum, of which one is it."""
    if isinstance(atom, Extremum):
        return [_Step(side) for side in atom.sides]
    if not isinstance(atom, Floor):
        return []
    return _below(atom, tight) if below else _above(atom)


def _below(floor: Floor, tight: bool) -> list[_Step]:
    """floor(n / k) >= (n - k + 1) / k, and it is no less than with the least n."""
    denominator = floor.denominator
    if isinstance(denominator, int) and tight:
        return [_Step(floor.numerator - denominator + 1, denominator)]
    least = lower_bound(floor.numerator)
    if isinstance(denominator, int):
        return [] if least is None else [_Step(least // denominator)]
    return [_Step(0)] if least is not None and least >= 0 and _positive(denominator) else []


def _above(floor: Floor) -> list[_Step]:
    """floor(n / k) <= n / k, and at most n for n >= 0 and any k >= 1."""
    denominator = floor.denominator
    if isinstance(denominator, int):
        return [_Step(floor.numerator, denominator)]
    least = lower_bound(floor.numerator)
    return [_Step(floor.numerator)] if least is not None and least >= 0 and _positive(denominator) else []


def _positive(value: Size) -> bool:
    least = lower_bound(value)
    return least is not None and least > 0


def _best(bounds: list[int | None]) -> int | None:
    return max((bound for bound in bounds if bound is not None), default=None)


def _worst(bounds: list[int | None]) -> int | None:
    known = [bound for bound in bounds if bound is not None]
    return min(known) if len(known) == len(bounds) else None


def _polynomial_bound(value: Dim) -> int | None:
    """The least value of a polynomial of symbols: its value at 1 where, written in t = s - 1, it has no minus."""
    if all(coefficient > 0 for coefficient in value.terms.values()):
        return value.constant + sum(value.terms.values())
    shifted: Size = value.constant
    for monomial, coefficient in value.terms.items():
        product: Size = coefficient
        for name in monomial:
            product = (symbol(str(name)) + 1) * product
        shifted = shifted + product
    if isinstance(shifted, int):
        return shifted
    return shifted.constant if all(coefficient > 0 for coefficient in shifted.terms.values()) else None
