"""The arithmetic of expressions: exact, bounded, and never on booleans or texts."""

from __future__ import annotations

import ast
from collections.abc import Callable

from lego.diagnostics import Problem
from lego.shapes import Dim
from lego.spec.budget import Budget
from lego.spec.values import Value, describe, is_integer, is_list, is_number, unresolved

_PRODUCT = 16  # steps for the product of two terms
_Operation = Callable[[Value, Value, Budget], Value]


def binary(operation: type[ast.operator], left: Value, right: Value, budget: Budget) -> Value:
    """`left + right` and its like."""
    return budget.checked(_OPERATIONS[operation](left, right, budget))


def unary(operation: type[ast.unaryop], value: Value, budget: Budget) -> Value:
    """`-value` and `+value`."""
    sign = "-" if operation is ast.USub else "+"
    if not is_number(value):
        raise Problem("bad-expression", f"`{sign}` takes a number, not {describe(value)}")
    return budget.checked(-value if operation is ast.USub else value)


def add(left: Value, right: Value, budget: Budget) -> Value:
    """The sum of two numbers, or two lists one after the other."""
    if is_list(left) and is_list(right):
        budget.check_length(len(left) + len(right))
        return left + right
    _check_numbers("+", left, right, " or two lists")
    return left + right


def _subtract(left: Value, right: Value, _: Budget) -> Value:
    _check_numbers("-", left, right)
    return left - right


def _multiply(left: Value, right: Value, budget: Budget) -> Value:
    if is_list(right):
        left, right = right, left
    if is_list(left):
        return _repeat(left, right, budget)
    _check_numbers("*", left, right, " or a list and an integer")
    _spend_on_product(left, right, budget)
    return left * right


def _repeat(items: list[Value], times: Value, budget: Budget) -> list[Value]:
    if isinstance(times, Dim):
        raise unresolved("the length of a list must be known", times)
    if not is_integer(times):
        raise Problem("bad-expression", f"a list is repeated by an integer, not by {describe(times)}")
    budget.check_length(len(items) * times)
    return items * times


def _divide(left: Value, right: Value, budget: Budget) -> Value:
    _check_divisor("/", left, right, budget)
    if not isinstance(left, Dim) and not isinstance(right, Dim):
        return left / right
    quotient = left // right
    if quotient * right != left:
        message = f"{left} is not a multiple of {right} for every value of its symbols"
        raise Problem("bad-expression", message, help="write `//` to round down")
    return quotient


def _divide_down(left: Value, right: Value, budget: Budget) -> Value:
    _check_divisor("//", left, right, budget)
    return left // right


def _remainder(left: Value, right: Value, budget: Budget) -> Value:
    _check_divisor("%", left, right, budget)
    return left % right


def _power(base: Value, exponent: Value, budget: Budget) -> Value:
    _check_numbers("**", base, exponent)
    if isinstance(exponent, Dim):
        raise unresolved("an exponent must be known", exponent)
    if isinstance(base, Dim):
        return _power_of_size(base, exponent, budget)
    if base == 0 and exponent < 0:
        raise Problem("bad-expression", "zero has no negative power")
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        lower_bits = (abs(base).bit_length() - 1) * exponent
        if lower_bits > budget.limits.integer.bit_length():
            raise budget.limits.exceeded("integer", f"a result is larger than {budget.limits.integer:,}")
    result = base**exponent
    if isinstance(result, complex):
        raise Problem("bad-expression", f"{describe(base)} has no power {exponent}, for it is negative")
    return result


def _power_of_size(base: Dim, exponent: Value, budget: Budget) -> Value:
    if not is_integer(exponent) or exponent < 0:
        raise unresolved(f"the power {exponent} of a size is known once the size is", base)
    result: Value = 1
    for _ in range(exponent):
        result = budget.checked(_multiply(result, base, budget))
    return result


def _check_numbers(sign: str, left: Value, right: Value, others: str = "") -> None:
    if not is_number(left) or not is_number(right):
        found = f"{describe(left)} and {describe(right)}"
        raise Problem("bad-expression", f"`{sign}` takes two numbers{others}, not {found}")
    if isinstance(left, float) or isinstance(right, float):
        sizes = [value for value in (left, right) if isinstance(value, Dim)]
        if sizes:
            raise unresolved(f"`{sign}` with a fraction needs a number", *sizes)


def _check_divisor(sign: str, left: Value, right: Value, budget: Budget) -> None:
    _check_numbers(sign, left, right)
    if right == 0:
        raise Problem("bad-expression", f"{describe(left)} is divided by zero")
    _spend_on_product(left, right, budget)


def _spend_on_product(left: Value, right: Value, budget: Budget) -> None:
    """Sizes multiply term by term, and division multiplies too."""
    if isinstance(left, Dim) and isinstance(right, Dim):
        budget.spend(_PRODUCT * len(left.terms) * len(right.terms))


_OPERATIONS: dict[type[ast.operator], _Operation] = {
    ast.Add: add,
    ast.Sub: _subtract,
    ast.Mult: _multiply,
    ast.Div: _divide,
    ast.FloorDiv: _divide_down,
    ast.Mod: _remainder,
    ast.Pow: _power,
}
OPERATORS = frozenset(_OPERATIONS)
