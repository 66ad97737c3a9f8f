"""A polynomial as a person would write it: `4*h*w + 2*h - 3`, `(H + 1)//2`, `3 - h`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from lego.shapes.atoms import Atom, Floor, Monomial, quotient_text


def polynomial_text(terms: Mapping[Monomial, int], constant: int) -> str:
    """The text of `sum(coefficient * monomial) + constant`; the same for equal polynomials."""
    ordered = sorted(terms.items(), key=_rank)
    minus = ordered[0][1] < 0 and constant <= 0
    written = [(_term(abs(value), monomial, minus), value > 0) for monomial, value in ordered]
    lone = _lone_floor(terms) if constant < 0 else None
    if lone is not None:
        # (H + 1)//2 - 1 is how the normal form keeps (H - 1)//2
        written = [(_lowered(lone, constant) if text == str(lone) else text, plus) for text, plus in written]
    elif constant:
        last = not any(plus for _, plus in written) and constant > 0
        written.insert(0 if last else len(written), (str(abs(constant)), constant > 0))
    return _signed(written)


def _signed(written: list[tuple[str, bool]]) -> str:
    (first, plus), *rest = written
    return (first if plus else f"-{first}") + "".join(f" {'+' if sign else '-'} {text}" for text, sign in rest)


def _rank(term: tuple[Monomial, int]) -> tuple[bool, int, bool, list[str]]:
    """Positive terms first, then higher degrees, symbols before floors, then the alphabet."""
    monomial, coefficient = term
    return coefficient < 0, -len(monomial), not _only_symbols(monomial), [str(atom) for atom in monomial]


def _only_symbols(monomial: Monomial) -> bool:
    return all(type(atom) is str for atom in monomial)


def _term(coefficient: int, monomial: Monomial, minus: bool) -> str:
    """The text of a term without its sign; `minus`: one stands before it and would bind before a division."""
    ordered = sorted(monomial, key=lambda atom: type(atom) is not str)
    factors = [(atom, len(list(group))) for atom, group in groupby(ordered)]
    bare = coefficient == 1 and len(monomial) == 1 and not minus
    product = "*".join(_factor(atom, power, bare) for atom, power in factors)
    return product if coefficient == 1 else f"{coefficient}*{product}"


def _factor(atom: Atom, power: int, bare: bool) -> str:
    text = f"({atom})" if isinstance(atom, Floor) and not bare else str(atom)
    return text if power == 1 else f"{text}**{power}"


def _lone_floor(terms: Mapping[Monomial, int]) -> Floor | None:
    """The only floor division, where it may take a negative constant under its bar."""
    atoms = [(monomial, atom) for monomial in terms for atom in monomial if isinstance(atom, Floor)]
    if len(atoms) != 1:
        return None
    [(monomial, floor)] = atoms
    fits = len(monomial) == 1 and terms[monomial] == 1 and isinstance(floor.denominator, int)
    return floor if fits and not isinstance(floor.numerator, int) and floor.numerator.constant > 0 else None


def _lowered(floor: Floor, constant: int) -> str:
    return quotient_text(floor.numerator + floor.denominator * constant, floor.denominator)
