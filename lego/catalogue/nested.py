"""Tensors that are written out in a spec: numbers in nested lists."""

from __future__ import annotations

from typing import Any

from lego.catalogue.create import show

Nested = int | float | bool | tuple["Nested", ...]


def nested(value: Any) -> Nested:
    """Lists become tuples.

    Raises:
        ValueError: lists on one level differ in length or are empty, or there is something else than numbers.
    """
    if isinstance(value, list | tuple):
        items = tuple(nested(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
        if len({shape_of(item) for item in items}) != 1:
            raise ValueError("lists on one level must be of one length, and not empty")
        return items
    if not isinstance(value, int | float):
        raise ValueError(f"a constant is made of numbers, found {show(value)}")
    return value


def shape_of(value: Nested) -> tuple[int, ...]:
    """The shape of the tensor that these numbers make."""
    return (len(value), *shape_of(value[0])) if isinstance(value, tuple) else ()


def numbers_of(value: Nested) -> list[int | float | bool]:
    """The numbers, one after the other."""
    return [number for item in value for number in numbers_of(item)] if isinstance(value, tuple) else [value]
