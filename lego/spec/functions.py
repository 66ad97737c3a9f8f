"""The functions that expressions know."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

from lego.diagnostics import Problem
from lego.shapes import Dim, maximum, minimum
from lego.spec.arithmetic import add
from lego.spec.budget import Budget
from lego.spec.values import Value, describe, is_integer, is_list, is_mapping, is_number, unresolved

_DIGITS = 30


class Function(NamedTuple):
    """A function of one argument or more: what it computes, and the most that it takes."""

    call: Callable[[list[Value], Budget], Value]
    most: int | None = 1


def _len(arguments: list[Value], _: Budget) -> int:
    [value] = arguments
    if not is_list(value) and not is_mapping(value):
        raise Problem("bad-expression", f"`len` takes a list, not {describe(value)}")
    return len(value)


def _min(arguments: list[Value], budget: Budget) -> Value:
    numbers = _numbers("min", arguments, budget)
    return reduce(minimum, numbers) if _symbolic("min", numbers) else min(numbers)


def _max(arguments: list[Value], budget: Budget) -> Value:
    numbers = _numbers("max", arguments, budget)
    return reduce(maximum, numbers) if _symbolic("max", numbers) else max(numbers)


def _sum(arguments: list[Value], budget: Budget) -> Value:
    [items] = arguments
    if not is_list(items):
        raise Problem("bad-expression", f"`sum` takes a list of numbers, not {describe(items)}")
    numbers = _checked_numbers("sum", items, budget)
    return reduce(lambda total, number: add(total, number, budget), numbers, 0)


def _ceil(arguments: list[Value], _: Budget) -> Value:
    return _rounded("ceil", math.ceil, arguments[0])


def _floor(arguments: list[Value], _: Budget) -> Value:
    return _rounded("floor", math.floor, arguments[0])


def _round(arguments: list[Value], _: Budget) -> Value:
    value, *digits = arguments
    if not digits:
        return _rounded("round", round, value)
    if not is_integer(digits[0]) or abs(digits[0]) > _DIGITS:
        raise Problem("bad-expression", f"`round` takes a number of digits up to {_DIGITS}, not {describe(digits[0])}")
    if isinstance(value, Dim) and digits[0] < 0:
        raise unresolved("`round` needs a number", value)
    return _rounded("round", lambda number: round(number, digits[0]), value)


def _sqrt(arguments: list[Value], _: Budget) -> float:
    [value] = arguments
    _check_number("sqrt", value)
    if isinstance(value, Dim):
        raise unresolved("`sqrt` needs a number", value)
    if value < 0:
        raise Problem("bad-expression", f"{describe(value)} has no square root, for it is negative")
    return math.sqrt(value)


def _range(arguments: list[Value], budget: Budget) -> list[int]:
    for value in arguments:
        if isinstance(value, Dim):
            raise unresolved("`range` needs a number", value)
        if not is_integer(value):
            raise Problem("bad-expression", f"`range` takes integers, not {describe(value)}")
    if len(arguments) == 3 and arguments[2] == 0:
        raise Problem("bad-expression", "`range` cannot go in steps of zero")
    numbers = range(*arguments)
    if numbers:
        budget.check_length((numbers[-1] - numbers[0]) // numbers.step + 1)
    return list(numbers)


def _rounded(name: str, rounded: Callable[[Value], Value], value: Value) -> Value:
    """A size is an integer, so that it is rounded already."""
    _check_number(name, value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Problem("bad-expression", f"`{name}` takes a finite number, not {value}")
    return value if isinstance(value, Dim) else rounded(value)


def _numbers(name: str, arguments: list[Value], budget: Budget) -> list[Value]:
    """The numbers given, one by one or as a list."""
    given: list[Value] = arguments[0] if len(arguments) == 1 and is_list(arguments[0]) else arguments
    if not given:
        raise Problem("bad-expression", f"`{name}` of an empty list")
    return _checked_numbers(name, given, budget)


def _checked_numbers(name: str, values: list[Value], budget: Budget) -> list[Value]:
    budget.spend(len(values))
    for value in values:
        _check_number(name, value)
    return values


def _check_number(name: str, value: Value) -> None:
    if not is_number(value):
        raise Problem("bad-expression", f"`{name}` takes numbers, not {describe(value)}")


def _symbolic(name: str, numbers: list[Value]) -> bool:
    sizes = [number for number in numbers if isinstance(number, Dim)]
    if sizes and any(isinstance(number, float) for number in numbers):
        raise unresolved(f"`{name}` with a fraction needs a number", *sizes)
    return bool(sizes)


FUNCTIONS = {
    "len": Function(_len),
    "min": Function(_min, most=None),
    "max": Function(_max, most=None),
    "ceil": Function(_ceil),
    "floor": Function(_floor),
    "round": Function(_round, most=2),
    "sqrt": Function(_sqrt),
    "range": Function(_range, most=3),
    "sum": Function(_sum),
}
