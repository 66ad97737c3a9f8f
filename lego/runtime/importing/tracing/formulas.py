"""Sizes as formulas of others, found from few samples: the simpler the formula, the fewer samples prove it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import prod

from lego.runtime.dry_run import Sample
from lego.runtime.fit import fit
from lego.shapes import Dim, Size, evaluate

_MOST_VARIABLES = 8
_SAMPLES_FOR_ANY = 8
"""So many samples make sure of a formula of several variables."""


def formula(variables: Sequence[Dim], samples: Sequence[Sample], values: Sequence[int]) -> Size | None:
    """The size that has these values at these samples, by sizes that it may depend on, likely ones first.

    None where none is found, or more samples are needed to be sure of it.
    """
    variables = variables[:_MOST_VARIABLES]
    found = _product(variables, samples, values, 1)
    for one in variables if found is None else ():
        found = _sure(fit([one], samples, values), samples)
        if found is not None:
            return found
    if found is None:
        found = _product(variables, samples, values, 3)
    if found is None and len(samples) >= _SAMPLES_FOR_ANY:
        found = _sure(fit(variables[:6], samples, values), samples)
    return found


def _product(variables: Sequence[Dim], samples: Sequence[Sample], values: Sequence[int], degree: int) -> Size | None:
    """A number times a product of so many variables, or fewer."""
    rows = [[evaluate(variable, sample) for variable in variables] for sample in samples]
    for number in range(1, degree + 1):
        for term in combinations_with_replacement(range(len(variables)), number):
            products = [prod(row[index] for index in term) for row in rows]
            factor = values[0] // products[0] if products[0] else 0
            if factor and all(factor * one == value for one, value in zip(products, values, strict=True)):
                return factor * prod((variables[index] for index in term), start=1)
    return None


def _sure(found: Size | None, samples: Sequence[Sample]) -> Size | None:
    """A sum of fewer terms than samples; as many would agree with any values."""
    return None if isinstance(found, Dim) and len(found.terms) + 1 >= len(samples) else found
