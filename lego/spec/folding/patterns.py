"""Values that change from turn to turn of a repeat, as an expression of `index`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from lego.spec.folding.values import same


def by_index(values: Sequence[Any]) -> str | None:
    """The expression that gives these values, without its `$`; None where no short one does."""
    if not all(map(_is_written, values)):
        return None
    kinds = list(dict.fromkeys(map(same, values)))
    progression = _progression(values)
    if progression is not None:
        return progression
    return _choice([same(value) for value in values], kinds) if len(kinds) == 2 else None


def _is_written(value: Any) -> bool:
    """Whether an expression can hold a value: a finite number, a boolean, or a list of such."""
    if isinstance(value, list):
        return all(map(_is_written, value))  # pyright: ignore[reportUnknownArgumentType]
    return isinstance(value, int | float) and isfinite(value)


def _progression(values: Sequence[Any]) -> str | None:
    """`0.1 * index`, `0.1 * (index + 2)`, `1 + 2 * index`: at least three numbers, exactly."""
    numbers = any(all(type(value) is kind for value in values) for kind in (int, float))
    if len(values) < 3 or not numbers or values[0] == values[1]:
        return None
    turns = range(len(values))
    found = [same(value) for value in values]
    start, step = values[0], round(values[1] - values[0], 8)
    if [same(step * turn) for turn in turns] == found:
        return f"({step} * index)"
    ahead = round(start / step) if step else 0
    if ahead > 0 and [same(step * (turn + ahead)) for turn in turns] == found:
        return f"({step} * (index + {ahead}))"
    return f"({start} + {step} * index)" if [same(start + step * turn) for turn in turns] == found else None


def _choice(values: Sequence[str], kinds: Sequence[str]) -> str | None:
    """One of two values, by a condition that says when."""
    flags = set(kinds) == {"True", "False"}
    chosen, other = ("True", "False") if flags else kinds
    for condition, holds in _conditions(len(values)):
        if [chosen if there else other for there in holds] == values:
            return f"({condition})" if flags else f"({chosen} if {condition} else {other})"
    return None


def _conditions(count: int) -> Iterator[tuple[str, list[bool]]]:
    """Conditions on the turn, the simple ones first, and where each holds."""
    turns = range(count)
    yield "index == 0", [index == 0 for index in turns]
    yield "index > 0", [index > 0 for index in turns]
    yield "index % 2 == 0", [index % 2 == 0 for index in turns]
    yield "index % 2 == 1", [index % 2 == 1 for index in turns]
    for limit in range(2, count):
        yield f"index < {limit}", [index < limit for index in turns]
        yield f"index >= {limit}", [index >= limit for index in turns]
    for place in range(1, count):
        yield f"index == {place}", [index == place for index in turns]
        yield f"index != {place}", [index != place for index in turns]
