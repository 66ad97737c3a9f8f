"""Symbols of a size, and what becomes of it when they get values."""

from __future__ import annotations

from collections.abc import Mapping

from lego.diagnostics import Problem
from lego.shapes.atoms import Atom, Extremum, Floor
from lego.shapes.dim import Dim, Size, floor_div, of_atom
from lego.shapes.order import maximum, minimum


def symbols(size: Size) -> frozenset[str]:
    """The names that a size depends on."""
    if isinstance(size, int):
        return frozenset()
    return frozenset(name for monomial in size.terms for atom in monomial for name in _symbols(atom))


def _symbols(atom: Atom) -> frozenset[str]:
    if isinstance(atom, str):
        return frozenset((atom,))
    parts = (atom.numerator, atom.denominator) if isinstance(atom, Floor) else atom.sides
    return frozenset[str]().union(*map(symbols, parts))


def substitute(size: Size, values: Mapping[str, Size]) -> Size:
    """The size with values in place of symbols, all at once; symbols without a value stay.

    Raises:
        Problem: `bad-value` where that makes a divisor zero.
    """
    if isinstance(size, int):
        return size
    total: Size = size.constant
    for monomial, coefficient in size.terms.items():
        product: Size = coefficient
        for atom in monomial:
            product = product * _substitute(atom, values)
        total = total + product
    return total


def _substitute(atom: Atom, values: Mapping[str, Size]) -> Size:
    if isinstance(atom, str):
        value = values.get(atom)
        return of_atom(atom) if value is None else value
    if isinstance(atom, Floor):
        return floor_div(substitute(atom.numerator, values), substitute(atom.denominator, values))
    return _extreme(atom, [substitute(side, values) for side in atom.sides])


def _extreme(atom: Extremum, sides: list[Size]) -> Size:
    choose = minimum if atom.kind == "min" else maximum
    first, *rest = sides
    for side in rest:
        first = choose(first, side)
    return first


def evaluate(size: Size, values: Mapping[str, int]) -> int:
    """The integer that a size is for these values of its symbols.

    Raises:
        Problem: `unresolved-dim` where a symbol has no value, `bad-value` for a division by zero.
    """
    found = substitute(size, values)
    if isinstance(found, Dim):
        open_ = ", ".join(sorted(symbols(found)))
        raise Problem("unresolved-dim", f"{size} has no value as long as {open_} has none")
    return found
