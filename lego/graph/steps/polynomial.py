"""Sums of products: the normal form in which the values of a cell are compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeAlias, cast

Atom: TypeAlias = tuple[Hashable, ...]
"""What is not taken apart: a state, rows of a Linear, a function of a sum."""

Monomial: TypeAlias = tuple[Atom, ...]
"""A product of atoms, sorted; the empty one is 1."""

Polynomial: TypeAlias = frozenset[tuple[Monomial, float]]
"""A sum of products with coefficients, none of which is 0."""

MOST = 16
"""Terms: a cell that needs more is none that torch has."""


def atom(*parts: Hashable) -> Polynomial:
    """One atom by itself."""
    return frozenset([((parts,), 1.0)])


def number(value: float) -> Polynomial:
    """A number."""
    return _collect([((), float(value))])


def argument(one: Atom) -> Polynomial:
    """What the function of an atom is applied to."""
    return cast("Polynomial", one[1])


def add(terms: Iterable[Polynomial]) -> Polynomial | None:
    """The sum; None where it has too many terms."""
    return _bounded(_collect(term for polynomial in terms for term in polynomial))


def scale(polynomial: Polynomial, factor: float) -> Polynomial:
    """The product with a number."""
    return _collect((monomial, coefficient * factor) for monomial, coefficient in polynomial)


def multiply(factors: Iterable[Polynomial]) -> Polynomial | None:
    """The product, written out; None where it has too many terms."""
    product = number(1)
    for factor in factors:
        terms = [(tuple(sorted((*left, *right), key=repr)), a * b) for left, a in product for right, b in factor]
        found = _bounded(_collect(terms))
        if found is None:
            return None
        product = found
    return product


def atoms(polynomial: Polynomial) -> list[Atom] | None:
    """The atoms of a plain sum of them; None where it is another."""
    if any(coefficient != 1.0 or len(monomial) != 1 for monomial, coefficient in polynomial):
        return None
    return sorted((monomial[0] for monomial, _ in polynomial), key=repr)


def _collect(terms: Iterable[tuple[Monomial, float]]) -> Polynomial:
    found: dict[Monomial, float] = {}
    for monomial, coefficient in terms:
        found[monomial] = found.get(monomial, 0.0) + coefficient
    return frozenset((monomial, coefficient) for monomial, coefficient in found.items() if coefficient)


def _bounded(polynomial: Polynomial) -> Polynomial | None:
    return polynomial if len(polynomial) <= MOST else None
