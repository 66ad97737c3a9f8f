"""Arguments that are one value or a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard


def is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether an argument is a list, or a tuple."""
    return isinstance(value, list | tuple)


def items(value: Any) -> tuple[Any, ...]:
    """The values of a list; a value by itself is one of one."""
    return tuple(value) if is_list(value) else (value,)


def listed(values: Sequence[Any]) -> tuple[Any, ...]:
    """Arguments that are given one by one, or as one list."""
    return items(values[0]) if len(values) == 1 else tuple(values)


def short(value: Any) -> Any:
    """One value for a list of equal ones, which are not null."""
    found = items(value)
    equal = bool(found) and found[0] is not None and all(one == found[0] for one in found)
    return found[0] if equal or not is_list(value) else found


def one_or_all(value: Any) -> Any:
    """One value for a list of one, nothing for an empty one."""
    found = items(value)
    return found[0] if len(found) == 1 else (found or None)


def is_slice(value: Any) -> TypeGuard[slice[Any, Any, Any]]:
    """Whether an index is a slice."""
    return isinstance(value, slice)
