"""What an expression computes with: numbers, sizes, texts, lists, mappings, and things it only passes through."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

from lego.diagnostics import Problem
from lego.shapes import Dim, symbols

Value: TypeAlias = Any
"""None, bool, int, float, str, Dim, a list or dict of values, or an object of another class, which is opaque."""


def is_number(value: Value) -> TypeGuard[int | float | Dim]:
    """Whether there is arithmetic on a value; booleans are no numbers."""
    return isinstance(value, (int, float, Dim)) and not isinstance(value, bool)


def is_integer(value: Value) -> TypeGuard[int]:
    """Whether a value is an integer that is known."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_list(value: Value) -> TypeGuard[list[Value]]:
    """Whether a value is a list."""
    return isinstance(value, list)


def is_mapping(value: Value) -> TypeGuard[dict[Any, Value]]:
    """Whether a value is a mapping."""
    return isinstance(value, dict)


def describe(value: Value) -> str:
    """A value in an error message."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return f"the text `{shortened(value)}`"
        case int() | float():
            return f"the number {value}"
        case Dim():
            return f"the size {shortened(str(value))}"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return "a layer or block"


def shortened(text: str) -> str:
    """A text cut to what a message can hold."""
    return text if len(text) <= 60 else text[:59] + "…"


def unresolved(what: str, *sizes: Value) -> Problem:
    """The cause that a result needs a number where only symbols are known."""
    names = sorted({name for size in sizes if isinstance(size, Dim) for name in symbols(size)})
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    many = len(names) > 1
    return Problem(
        "unresolved-dim",
        f"{what}: it depends on the symbol{'s' * many} {listed}",
        help=f"write {'numbers' if many else 'a number'} for {listed} in the inputs",
    )
