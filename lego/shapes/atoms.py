"""What a monomial is made of besides symbols: a floor division or a minimum that nothing simplifies further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from lego.diagnostics import Problem

if TYPE_CHECKING:
    from lego.shapes.dim import Dim, Size


_HEAVIEST = 1_000  # symbols in all that an atom nests: each rounding of a rounded sum may double them


class Floor:
    """`numerator // denominator`, already split: no term of the numerator is a multiple of the denominator."""

    __slots__ = ("_hash", "_text", "denominator", "numerator", "weight")

    def __init__(self, numerator: Size, denominator: Size) -> None:
        self.numerator = numerator
        self.denominator = denominator
        self.weight = _weighed(numerator, denominator)
        self._hash = hash((numerator, denominator))
        self._text: str | None = None

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Floor)
            and self._hash == other._hash
            and self.denominator == other.denominator
            and self.numerator == other.numerator
        )

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type[Floor], tuple[Size, Size]]:
        return Floor, (self.numerator, self.denominator)

    def __str__(self) -> str:
        if self._text is None:
            self._text = quotient_text(self.numerator, self.denominator)
        return self._text


class Extremum:
    """`min` or `max` of sizes of which none is known to be the one; the sides stand in the order of their text."""

    __slots__ = ("_hash", "kind", "sides", "weight")

    def __init__(self, kind: Literal["min", "max"], sides: tuple[Size, ...]) -> None:
        self.kind: Literal["min", "max"] = kind
        self.sides = sides
        self.weight = _weighed(*sides)
        self._hash = hash((kind, sides))

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Extremum)
            and self._hash == other._hash
            and self.kind == other.kind
            and self.sides == other.sides
        )

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type[Extremum], tuple[Literal["min", "max"], tuple[Size, ...]]]:
        return Extremum, (self.kind, self.sides)

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(map(str, self.sides))})"


Atom: TypeAlias = str | Floor | Extremum
"""A symbol by its name, or what stands for an integer that is no polynomial."""

Monomial: TypeAlias = tuple[Atom, ...]
"""A product of atoms, in the order of their text; a power is a repetition."""


def _weighed(*sizes: Size) -> int:
    """Number of symbols in the sizes, as their text would show them."""
    weight = 0
    for size in sizes:
        if not isinstance(size, int):
            for monomial in size.terms:
                for atom in monomial:
                    weight += 1 if isinstance(atom, str) else atom.weight
    if weight > _HEAVIEST:
        raise Problem(
            "limit",
            f"a size nests floor divisions of {weight} symbols, more than {_HEAVIEST}",
            help="give the dims that are scaled again and again a number in the inputs",
        )
    return weight


def quotient_text(numerator: Size, denominator: Size) -> str:
    """`H//2`, `(H + 1)//2`, `2*h//3`, `N//(2*T)`."""
    above = f"({numerator})" if _is_sum(numerator) else str(numerator)
    below = str(denominator) if _is_plain(denominator) else f"({denominator})"
    return f"{above}//{below}"


def _is_sum(size: Size) -> bool:
    if isinstance(size, int):
        return size < 0
    return len(size.terms) + (size.constant != 0) > 1 or min(size.terms.values()) < 0


def _is_plain(size: Size) -> bool:
    return isinstance(size, int) or _is_lone_symbol(size)


def _is_lone_symbol(dim: Dim) -> bool:
    (monomial, coefficient), *others = dim.terms.items()
    return not others and dim.constant == 0 and coefficient == 1 and len(monomial) == 1 and type(monomial[0]) is str
