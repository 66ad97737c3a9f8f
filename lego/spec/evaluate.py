"""Expressions to values: a walk over the syntax tree, in which every step is counted."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, cast

from lego.diagnostics import Problem, did_you_mean
from lego.shapes import Dim
from lego.spec.arithmetic import binary, unary
from lego.spec.budget import Budget
from lego.spec.comparison import compare, truth
from lego.spec.expression import Expression
from lego.spec.functions import FUNCTIONS
from lego.spec.limits import DEFAULT_LIMITS, Limits
from lego.spec.values import Value, describe, is_integer, is_list, is_mapping, shortened, unresolved

Lookup = Callable[[str], Value]


def evaluate(expression: Expression, lookup: Lookup, limits: Limits = DEFAULT_LIMITS) -> Value:
    """The value of an expression.

    Args:
        expression: What to compute.
        lookup: The value of a name; called only for names that the result needs. It raises Problem for a name
            without value, which passes unchanged.
        limits: The bounds on work and results.

    Raises:
        Problem: `bad-expression`, `unresolved-dim`, `unknown-name` or `limit`; its message quotes the expression.
    """
    try:
        return _Evaluation(lookup, Budget(limits)).value(expression.tree)
    except _FromLookup as passed:
        raise passed.problem from None
    except Problem as problem:
        message = f"`{shortened(str(expression))}`: {problem.message}"
        raise Problem(problem.code, message, notes=problem.notes, help=problem.help) from None
    except (OverflowError, MemoryError, RecursionError):
        raise Problem("limit", f"`{shortened(str(expression))}`: a result is too large") from None


class _FromLookup(Exception):
    """A problem that is the caller's own."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


class _Evaluation:
    """One walk over one tree."""

    def __init__(self, lookup: Lookup, budget: Budget) -> None:
        self._lookup = lookup
        self._budget = budget

    def value(self, tree: ast.expr) -> Value:
        self._budget.spend(1)
        return _VISITS[type(tree)](self, tree)

    def constant(self, tree: ast.Constant) -> Value:
        return self._budget.checked(tree.value)

    def name(self, tree: ast.Name) -> Value:
        try:
            value = self._lookup(tree.id)
        except Problem as problem:
            raise _FromLookup(problem) from None
        return [*cast(tuple[Value, ...], value)] if isinstance(value, tuple) else value

    def binary(self, tree: ast.BinOp) -> Value:
        return binary(type(tree.op), self.value(tree.left), self.value(tree.right), self._budget)

    def unary(self, tree: ast.UnaryOp) -> Value:
        value = self.value(tree.operand)
        return not truth(value) if isinstance(tree.op, ast.Not) else unary(type(tree.op), value, self._budget)

    def boolean(self, tree: ast.BoolOp) -> Value:
        """As in Python: the first operand that decides, or the last; those after it are not looked at."""
        decisive = isinstance(tree.op, ast.Or)
        for operand in tree.values[:-1]:
            value = self.value(operand)
            if truth(value) is decisive:
                return value
        return self.value(tree.values[-1])

    def comparison(self, tree: ast.Compare) -> bool:
        left = self.value(tree.left)
        for operation, operand in zip(tree.ops, tree.comparators, strict=True):
            right = self.value(operand)
            if not compare(type(operation), left, right, self._budget):
                return False
            left = right
        return True

    def choice(self, tree: ast.IfExp) -> Value:
        return self.value(tree.body if truth(self.value(tree.test)) else tree.orelse)

    def list(self, tree: ast.List | ast.Tuple) -> Value:
        return self._budget.checked([self.value(item) for item in tree.elts])

    def call(self, tree: ast.Call) -> Value:
        name = tree.func
        assert isinstance(name, ast.Name), "the parser lets no other call pass"
        return self._budget.checked(FUNCTIONS[name.id].call([self.value(item) for item in tree.args], self._budget))

    def attribute(self, tree: ast.Attribute) -> Value:
        return _entry(self.value(tree.value), tree.attr, tree.value)

    def subscript(self, tree: ast.Subscript) -> Value:
        value = self.value(tree.value)
        if isinstance(tree.slice, ast.Slice):
            return self._budget.checked(self._slice(value, tree.slice))
        index = self.value(tree.slice)
        if isinstance(index, str):
            return _entry(value, index, tree.value)
        return _item(value, index)

    def _slice(self, value: Value, tree: ast.Slice) -> list[Value]:
        if not is_list(value):
            raise Problem("bad-expression", f"only lists have slices, not {describe(value)}")
        bounds = [None if part is None else self.value(part) for part in (tree.lower, tree.upper, tree.step)]
        for bound in bounds:
            if bound is not None:
                _check_index(bound)
        if bounds[2] == 0:
            raise Problem("bad-expression", "a slice cannot go in steps of zero")
        return value[slice(*bounds)]


def _entry(value: Value, key: str, tree: ast.expr) -> Value:
    if is_mapping(value) and key in value:
        return value[key]
    shown = ast.unparse(tree)
    if not is_mapping(value):
        raise Problem("bad-expression", f"only a mapping has keys such as `{key}`, and `{shown}` is {describe(value)}")
    raise Problem("unknown-name", f"`{shown}` has no key `{key}`", help=did_you_mean(key, map(str, value)))


def _item(value: Value, index: Value) -> Value:
    if not is_list(value):
        raise Problem("bad-expression", f"only a list has entries by number, not {describe(value)}")
    _check_index(index)
    if not -len(value) <= index < len(value):
        count = "1 entry" if len(value) == 1 else f"{len(value)} entries"
        raise Problem("bad-expression", f"there is no entry {index} in a list of {count}, which count from 0")
    return value[index]


def _check_index(index: Value) -> None:
    if isinstance(index, Dim):
        raise unresolved("an index must be known", index)
    if not is_integer(index):
        raise Problem("bad-expression", f"an index is an integer, not {describe(index)}")


_VISITS: dict[type[ast.expr], Callable[[_Evaluation, Any], Value]] = {
    ast.Constant: _Evaluation.constant,
    ast.Name: _Evaluation.name,
    ast.BinOp: _Evaluation.binary,
    ast.UnaryOp: _Evaluation.unary,
    ast.BoolOp: _Evaluation.boolean,
    ast.Compare: _Evaluation.comparison,
    ast.IfExp: _Evaluation.choice,
    ast.List: _Evaluation.list,
    ast.Tuple: _Evaluation.list,
    ast.Call: _Evaluation.call,
    ast.Attribute: _Evaluation.attribute,
    ast.Subscript: _Evaluation.subscript,
}
