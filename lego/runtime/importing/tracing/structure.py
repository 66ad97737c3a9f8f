"""What functions take and give: tensors and numbers in lists, tuples, mappings, slices and dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

from torch import nn

from lego.runtime.importing.calls import Value
from lego.runtime.importing.tracing.run import Seen


def mapped(structure: Any, function: Callable[[Any], Any]) -> Any:
    """The same structure with `function` of each leaf in place of the leaf."""
    opened = opened_up(structure)
    if opened is None:
        return function(structure)
    parts, rebuild = opened
    return rebuild([mapped(part, function) for part in parts.values()])


def leaves(structure: Any) -> list[Any]:
    """All leaves, in order."""
    found: list[Any] = []
    mapped(structure, found.append)
    return found


Rebuild = Callable[[list[Any]], Any]


def opened_up(structure: Any) -> tuple[dict[Any, Any], Rebuild] | None:
    """The parts of a structure by their keys, and what makes a structure of others; None for a leaf."""
    if isinstance(structure, list | tuple):
        items = cast("list[Any]", structure)
        return dict(enumerate(items)), _sequence(structure)
    if isinstance(structure, slice):
        parts = cast("list[Any]", [structure.start, structure.stop, structure.step])  # pyright: ignore[reportUnknownMemberType]
        return dict(enumerate(parts)), lambda values: slice(*values)
    if isinstance(structure, Mapping):
        mapping = dict(cast("Mapping[Any, Any]", structure))
        return mapping, lambda values: dict(zip(mapping, values, strict=True))
    if is_dataclass(structure) and not isinstance(structure, type | nn.Module | Value | Seen):
        found = {field.name: getattr(structure, field.name) for field in fields(structure)}
        return found, lambda values: _remade(structure, dict(zip(found, values, strict=True)))
    return None


def _sequence(structure: Any) -> Rebuild:
    """Named tuples stay what they are; a `Size` holds integers only, so it becomes a tuple."""
    kind = cast("Any", type(structure))
    if kind is list:
        return list
    if hasattr(kind, "_fields"):
        return lambda values: kind(*values)
    return kind if hasattr(kind, "n_sequence_fields") else tuple


def _remade(value: Any, parts: dict[str, Any]) -> Any:
    """A dataclass with other fields, whatever its `__init__` makes of them."""
    made = object.__new__(cast("type[Any]", type(value)))
    made.__dict__.update(getattr(value, "__dict__", {}))
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made
