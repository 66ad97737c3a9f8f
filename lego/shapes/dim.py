"""A symbolic integer in normal form.

A `Dim` is a polynomial with integer coefficients over atoms: symbols, which stand for integers of at least 1, and
floor divisions, minima and maxima that nothing simplifies further. Arithmetic on it is exact. A result without
atoms is a plain `int`, so a `Dim` is never constant, and two sizes are equal when their normal forms are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import gcd
from typing import TypeAlias

from lego.diagnostics import Problem
from lego.shapes.atoms import Atom, Floor, Monomial
from lego.shapes.text import polynomial_text

_HIGHEST_DEGREE = 64
_MOST_PRODUCTS = 20_000


class Dim:
    """A symbolic integer; made by `symbol` and by arithmetic, never changed.

    Attributes:
        terms: Coefficient of each monomial, none of them 0; not empty, not to be changed.
        constant: What is added to them.
    """

    __slots__ = ("_hash", "constant", "terms")

    terms: Mapping[Monomial, int]
    constant: int
    _hash: int | None

    def __add__(self, other: Size) -> Size:
        if isinstance(other, int):
            return _dim(self.terms, self.constant + other)
        if not isinstance(other, Dim):  # pyright: ignore[reportUnnecessaryIsInstance] - a float gets a TypeError
            return NotImplemented
        terms = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            total = terms.get(monomial, 0) + coefficient
            if total:
                terms[monomial] = total
            else:
                del terms[monomial]
        return size(terms, self.constant + other.constant)

    __radd__ = __add__

    def __neg__(self) -> Dim:
        return self._scaled(-1)

    def __sub__(self, other: Size) -> Size:
        return self + -other

    def __rsub__(self, other: int) -> Size:
        return -self + other

    def __mul__(self, other: Size) -> Size:
        if isinstance(other, int):
            return self._scaled(other) if other else 0
        if not isinstance(other, Dim):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        if len(self.terms) * len(other.terms) > _MOST_PRODUCTS:
            raise Problem("limit", f"a size is a product of {len(self.terms)} and {len(other.terms)} terms, too many")
        terms: dict[Monomial, int] = {}
        for left, coefficient in _with_constant(self):
            for right, factor in _with_constant(other):
                monomial = _product(left, right) if left and right else left or right
                terms[monomial] = terms.get(monomial, 0) + coefficient * factor
        constant = terms.pop((), 0)
        return size({monomial: value for monomial, value in terms.items() if value}, constant)

    __rmul__ = __mul__

    def __floordiv__(self, other: Size) -> Size:
        if not isinstance(other, (int, Dim)):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return floor_div(self, other)

    def __rfloordiv__(self, other: int) -> Size:
        return floor_div(other, self)

    def __mod__(self, other: Size) -> Size:
        return self - self // other * other

    def __rmod__(self, other: int) -> Size:
        return other - floor_div(other, self) * self

    def __pow__(self, exponent: int) -> Size:
        if not 0 <= exponent <= _HIGHEST_DEGREE:
            raise Problem("bad-value", f"({self})**{exponent} needs an exponent from 0 to {_HIGHEST_DEGREE}")
        result: Size = 1
        for _ in range(exponent):
            result = self * result
        return result

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Dim) and self.constant == other.constant and self.terms == other.terms
        )

    def __hash__(self) -> int:
        found = self._hash
        if found is None:
            found = self._hash = hash((frozenset(self.terms.items()), self.constant))
        return found

    def __reduce__(self) -> tuple[object, tuple[Mapping[Monomial, int], int]]:
        return _dim, (self.terms, self.constant)

    def __str__(self) -> str:
        return polynomial_text(self.terms, self.constant)

    __repr__ = __str__

    def _scaled(self, factor: int) -> Dim:
        return _dim({monomial: value * factor for monomial, value in self.terms.items()}, self.constant * factor)


Size: TypeAlias = int | Dim
"""A dimension of a shape."""


def symbol(name: str) -> Dim:
    """The symbol `name`: an integer of at least 1, the same wherever it stands."""
    return _dim({(name,): 1}, 0)


def of_atom(atom: Atom) -> Dim:
    """An atom as a size."""
    return _dim({(atom,): 1}, 0)


def size(terms: Mapping[Monomial, int], constant: int) -> Size:
    """The size of these terms, whose coefficients are not 0: an integer where there are none."""
    return _dim(terms, constant) if terms else constant


def smallest(value: Size) -> int | None:
    """The least value that a size takes, where that shows at once: symbols alone, and none with a minus."""
    if isinstance(value, int):
        return value
    total = value.constant
    for monomial, coefficient in value.terms.items():
        if coefficient < 0:
            return None
        for atom in monomial:
            if type(atom) is not str:
                return None
        total += coefficient
    return total


def _dim(terms: Mapping[Monomial, int], constant: int) -> Dim:
    made = object.__new__(Dim)
    made.terms = terms
    made.constant = constant
    made._hash = None  # pyright: ignore[reportPrivateUsage] - the one place that makes a Dim
    return made


def _product(left: Monomial, right: Monomial) -> Monomial:
    if len(left) + len(right) > _HIGHEST_DEGREE:
        raise Problem("limit", f"a size has a term of degree {len(left) + len(right)}, more than {_HIGHEST_DEGREE}")
    return tuple(sorted(left + right, key=str))


def _with_constant(dim: Dim) -> list[tuple[Monomial, int]]:
    return [*dim.terms.items(), ((), dim.constant)] if dim.constant else list(dim.terms.items())


# Division. Whatever is a multiple of the divisor leaves the bar, so that what stays below is unique.


def floor_div(a: Size, b: Size) -> Size:
    """`a // b`, rounded down as Python does.

    Raises:
        Problem: `bad-value` for a division by zero.
    """
    if isinstance(b, Dim):
        return _divide_by_dim(a, b)
    if b == 0:
        raise Problem("bad-value", f"{a} cannot be divided by zero")
    if isinstance(a, int):
        return a // b
    return _divide_by_integer(a, b) if b > 0 else _divide_by_integer(-a, -b)


def ceil_div(a: Size, b: Size) -> Size:
    """`a / b` rounded up; `b` is positive."""
    return floor_div(a + b - 1, b)


def _divide_by_integer(a: Dim, divisor: int) -> Size:
    """Each coefficient is split as divisor * q + r with 0 <= r < divisor, then what the r have in common cancels."""
    quotient: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    common = divisor
    for monomial, coefficient in a.terms.items():
        whole, remainder = divmod(coefficient, divisor)
        if whole:
            quotient[monomial] = whole
        if remainder:
            rest[monomial] = remainder
            common = gcd(common, remainder)
    whole, remainder = divmod(a.constant, divisor)
    if not rest:
        return size(quotient, whole)
    if common > 1:
        rest = {monomial: value // common for monomial, value in rest.items()}
        remainder, divisor = remainder // common, divisor // common
    floor = _floor(_dim(rest, remainder), divisor)
    return floor + size(quotient, whole) if quotient or whole else floor


def _floor(a: Dim, divisor: Size) -> Size:
    """floor((floor(p / q) + x) / divisor) = floor((p + q x) / (q divisor)) for divisor > 0; else a new atom."""
    inner = _lone_floor(a)
    if inner is None:
        return of_atom(Floor(a, divisor))
    others = a - of_atom(inner)
    return floor_div(inner.numerator + inner.denominator * others, inner.denominator * divisor)


def _lone_floor(a: Dim) -> Floor | None:
    """The one floor division that is a term by itself; of several, none can be preferred."""
    found: Floor | None = None
    for monomial, coefficient in a.terms.items():
        atom = monomial[0]
        if coefficient == 1 and len(monomial) == 1 and isinstance(atom, Floor):
            if found is not None:
                return None
            found = atom
    return found


def _divide_by_dim(a: Size, divisor: Dim) -> Size:
    """Long division by the leading term of the divisor: unique, whatever the order of the terms of `a`."""
    leading, factor = _leading(divisor)
    if factor < 0:
        return _divide_by_dim(-a, -divisor)
    quotient: Size = 0
    rest: Size = 0
    while isinstance(a, Dim):
        monomial, coefficient = _leading(a)
        term = _dim({monomial: coefficient}, 0)
        cofactor = _without(monomial, leading)
        if cofactor is None or coefficient // factor == 0:
            rest, a = rest + term, a - term
            continue
        step = size({cofactor: coefficient // factor}, 0) if cofactor else coefficient // factor
        remaining = size({monomial: coefficient % factor}, 0) if coefficient % factor else 0
        quotient, rest, a = quotient + step, rest + remaining, a - step * divisor - remaining
    return quotient + _proper(rest + a, divisor)


def _leading(dim: Dim) -> tuple[Monomial, int]:
    return max(dim.terms.items(), key=lambda term: (len(term[0]), [str(atom) for atom in term[0]]))


def _without(monomial: Monomial, factor: Monomial) -> Monomial | None:
    """The monomial divided by `factor`; None where that leaves a fraction."""
    left = list(monomial)
    for atom in factor:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def _proper(a: Size, divisor: Dim) -> Size:
    """The floor of what long division left over."""
    least = smallest(divisor)
    if isinstance(a, int) and (a == 0 or (least is not None and -least <= a < least)):
        return -1 if a < 0 else 0
    if least is None or least < 1:
        return of_atom(Floor(a, divisor))
    above, below = _reduced(a, divisor)
    if (above, below) != (a, divisor):
        return floor_div(above, below)
    return _floor(a, divisor) if isinstance(a, Dim) else of_atom(Floor(a, divisor))


def _reduced(a: Size, divisor: Dim) -> tuple[Size, Size]:
    """The fraction without the factors that all its terms share."""
    terms = [*(_with_constant(a) if isinstance(a, Dim) else [((), a)]), *_with_constant(divisor)]
    shared = Counter(terms[0][0])
    for monomial, _ in terms:
        shared &= Counter(monomial)
    common = gcd(*(coefficient for _, coefficient in terms))
    factor = tuple(sorted(shared.elements(), key=str))
    return _over(a, common, factor), _over(divisor, common, factor)


def _over(value: Size, number: int, factor: Monomial) -> Size:
    if isinstance(value, int):
        return value // number
    terms = {_without(monomial, factor) or (): value // number for monomial, value in value.terms.items()}
    constant = terms.pop((), 0) + value.constant // number
    return size(terms, constant)
