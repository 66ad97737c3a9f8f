"""Random integer expressions, and what they are over sizes, over integers and over sympy's numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import sympy
from hypothesis import assume
from hypothesis import strategies as st

from lego.diagnostics import Problem
from lego.shapes import Size, maximum, minimum, symbol

NAMES = ("h", "w", "N")

Tree = Any
"""A name, an integer, or (operator, left, right)."""

_PYTHON: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "min": min,
    "max": max,
}
_SIZES = _PYTHON | {"min": minimum, "max": maximum}
_SYMPY = _PYTHON | {
    "//": lambda a, b: sympy.floor(a / b),
    "%": lambda a, b: a - b * sympy.floor(a / b),
    "min": sympy.Min,
    "max": sympy.Max,
}


def _extended(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    divisor = st.integers(1, 8) | st.integers(-4, -1) | children
    return (
        st.tuples(st.sampled_from(["+", "-", "*", "+", "-"]), children, children)
        | st.tuples(st.sampled_from(["//", "%"]), children, divisor)
        | st.tuples(st.sampled_from(["min", "max"]), children, children)
    )


def trees(leaves: int = 8) -> st.SearchStrategy[Tree]:
    """Expressions over three symbols."""
    return st.recursive(st.sampled_from(NAMES) | st.integers(-9, 9), _extended, max_leaves=leaves)


def values(largest: int = 40) -> st.SearchStrategy[dict[str, int]]:
    """A value for each of the three symbols."""
    return st.fixed_dictionaries({name: st.integers(1, largest) for name in NAMES})


def _fold(tree: Tree, leaves: Mapping[str, Any], operations: Mapping[str, Callable[[Any, Any], Any]]) -> Any:
    if isinstance(tree, str):
        return leaves[tree]
    if not isinstance(tree, tuple):
        return leaves.get("integer", int)(tree)
    name, left, right = tree
    return operations[name](_fold(left, leaves, operations), _fold(right, leaves, operations))


def as_size(tree: Tree) -> Size:
    return _fold(tree, {name: symbol(name) for name in NAMES}, _SIZES)


def as_int(tree: Tree, given: Mapping[str, int]) -> int:
    return _fold(tree, given, _PYTHON)


def as_sympy(tree: Tree, given: Mapping[str, int]) -> Any:
    """The value that sympy finds for its own expression."""
    leaves = {name: sympy.Symbol(name, integer=True, positive=True) for name in NAMES}
    found = _fold(tree, {**leaves, "integer": sympy.Integer}, _SYMPY)
    return found.subs({leaves[name]: value for name, value in given.items()})


def size_or_skip(tree: Tree) -> Size:
    try:
        return as_size(tree)
    except (Problem, ZeroDivisionError):
        assume(False)
        raise


def int_or_skip(tree: Tree, chosen: dict[str, int]) -> int:
    try:
        return as_int(tree, chosen)
    except ZeroDivisionError:
        assume(False)
        raise
