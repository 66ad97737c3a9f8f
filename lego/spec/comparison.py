"""The comparisons of expressions, and what counts as true."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable

from lego.diagnostics import Problem
from lego.shapes import Dim, equal, less, less_equal
from lego.spec.budget import Budget
from lego.spec.values import Value, describe, is_list, is_mapping, is_number, unresolved

_Comparison = Callable[[Value, Value, Budget], bool]
_Plain = Callable[[Value, Value], bool]
_Decision = Callable[[Value, Value], bool | None]


def compare(operation: type[ast.cmpop], left: Value, right: Value, budget: Budget) -> bool:
    """`left < right` and its like; raises `unresolved-dim` where symbols leave it undecided."""
    return _COMPARISONS[operation](left, right, budget)


def truth(value: Value) -> bool:
    """What `and`, `or`, `not` and `if` take a value for: nothing, zero and the empty are false."""
    if isinstance(value, Dim):
        return not _equal(value, 0)
    is_plain = value is None or isinstance(value, (int, float, str)) or is_list(value) or is_mapping(value)
    return bool(value) if is_plain else True


def same(left: Value, right: Value, budget: Budget) -> bool:
    """`left == right`, entry by entry; sizes as integers, opaque values as they see it themselves."""
    budget.spend(1)
    if isinstance(left, Dim) or isinstance(right, Dim):
        return all(isinstance(side, (int, float, Dim)) for side in (left, right)) and _equal(left, right)
    if is_list(left) and is_list(right):
        return len(left) == len(right) and not _any(False, zip(left, right, strict=True), budget)
    if is_mapping(left) and is_mapping(right):
        return left.keys() == right.keys() and not _any(False, ((left[key], right[key]) for key in left), budget)
    return bool(left == right)


def _any(wanted: bool, pairs: Iterable[tuple[Value, Value]], budget: Budget) -> bool:
    """Whether the sides of some pair are the same, or differ; such a pair decides, whatever is undecided before it."""
    undecided: Problem | None = None
    for left, right in pairs:
        try:
            if same(left, right, budget) is wanted:
                return True
        except Problem as problem:
            if problem.code != "unresolved-dim":
                raise
            undecided = undecided or problem
    if undecided is not None:
        raise undecided
    return False


def _equal(left: Value, right: Value) -> bool:
    if any(isinstance(side, float) and not side.is_integer() for side in (left, right)):
        return False
    return _decided("==", equal, left, right)


def _decided(sign: str, decide: _Decision, left: Value, right: Value) -> bool:
    left, right = (int(side) if isinstance(side, float) and side.is_integer() else side for side in (left, right))
    found = None if isinstance(left, float) or isinstance(right, float) else decide(left, right)
    if found is None:
        raise unresolved(f"`{left} {sign} {right}` cannot be decided", left, right)
    return found


def _order(sign: str, plain: _Plain, decide: _Decision) -> _Comparison:
    def comparison(left: Value, right: Value, _: Budget) -> bool:
        for value in (left, right):
            if not is_number(value):
                raise Problem("bad-expression", f"`{sign}` compares numbers, not {describe(value)}")
        if isinstance(left, Dim) or isinstance(right, Dim):
            return _decided(sign, decide, left, right)
        return plain(left, right)

    return comparison


def _contains(item: Value, items: Value, budget: Budget) -> bool:
    if not is_list(items):
        raise Problem("bad-expression", f"`in` looks into a list, not into {describe(items)}")
    return _any(True, ((item, entry) for entry in items), budget)


_COMPARISONS: dict[type[ast.cmpop], _Comparison] = {
    ast.Eq: same,
    ast.NotEq: lambda left, right, budget: not same(left, right, budget),
    ast.Lt: _order("<", operator.lt, less),
    ast.LtE: _order("<=", operator.le, less_equal),
    ast.Gt: _order(">", operator.gt, lambda left, right: less(right, left)),
    ast.GtE: _order(">=", operator.ge, lambda left, right: less_equal(right, left)),
    ast.In: _contains,
    ast.NotIn: lambda left, right, budget: not _contains(left, right, budget),
}
COMPARISONS = frozenset(_COMPARISONS)
