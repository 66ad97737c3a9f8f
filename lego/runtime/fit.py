"""Sizes as formulas of others, found from samples: a sum of products with integer factors, or one size over a number.

A formula is taken for found only where every sample agrees, those that it was not made from among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement
from math import prod

import numpy as np

from lego.shapes import Dim, Size, evaluate, floor_div

_HIGHEST_DEGREE = 3
_MOST_TERMS = 2
LARGEST_DIVISOR = 16


def fit(variables: Sequence[Dim], samples: Sequence[Mapping[str, int]], values: Sequence[int]) -> Size | None:
    """The size that has these values at these samples.

    Args:
        variables: Sizes that it may depend on, likely ones first.
        samples: Values of the symbols; more than there can be terms.
        values: What the size is at each of them.

    Returns:
        The simplest formula of those that `lego.runtime.fit` knows of; None where none agrees with all samples.
    """
    if len(set(values)) == 1:
        return values[0]
    rows = [[evaluate(variable, sample) for variable in variables] for sample in samples]
    for terms in _sums(len(variables)):
        table = [[prod(row[index] for index in term) for term in (*terms, ())] for row in rows]
        factors = _solve(table, values)
        if factors is not None:
            products = [prod((variables[index] for index in term), start=1) for term in (*terms, ())]
            return sum((factor * one for factor, one in zip(factors, products, strict=True)), start=0)
    return next(_quotients(variables, rows, values), None)


def _sums(count: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Sums of products of variables, by their indices, simple ones first."""
    degrees = range(1, _HIGHEST_DEGREE + 1)
    products = [one for degree in degrees for one in combinations_with_replacement(range(count), degree)]
    for number in range(1, _MOST_TERMS + 1):
        yield from combinations(products, number)


def _solve(table: list[list[int]], values: Sequence[int]) -> list[int] | None:
    """Integer factors of the columns that give all values, exactly."""
    width = len(table[0])
    try:
        found = np.linalg.solve(np.array(table[:width], float), np.array(values[:width], float))
    except np.linalg.LinAlgError:
        return None
    factors = [round(factor) for factor in found.tolist()]
    fits = all(
        sum(map(prod, zip(factors, row, strict=True))) == value for row, value in zip(table, values, strict=True)
    )
    return factors if fits else None


def _quotients(variables: Sequence[Dim], rows: list[list[int]], values: Sequence[int]) -> Iterator[Size]:
    """A variable plus a number, over a divisor: what a stride leaves."""
    for index, variable in enumerate(variables):
        for divisor in range(2, LARGEST_DIVISOR + 1):
            rests = [divisor * value - row[index] for row, value in zip(rows, values, strict=True)]
            shifts = range(max(rests), min(rests) + divisor)
            found = {floor_div(variable + shift, divisor) for shift in shifts}
            if len(found) == 1:  # with more the samples leave open which it is
                yield found.pop()
