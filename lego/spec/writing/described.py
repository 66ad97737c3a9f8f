"""What has arguments, as a document writes it: what was given, and nothing that was not."""

from __future__ import annotations

from typing import Any

from lego.catalogue import Described, LayerOf, marks


def arguments_data(described: Described) -> dict[str, Any]:
    """The arguments by name; those that have arguments in turn by their names, a lone primary one by itself."""
    given = {name: vars(described)[name] for name in type(described).model_fields if name in described.model_fields_set}
    return {name: _value(described, name, value) for name, value in given.items() if value is not None}


def _value(owner: Described, field: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if not isinstance(value, Described):
        return value
    arguments = arguments_data(value)
    name = value.primary() or ""
    lone = list(arguments) == [name] and not isinstance(vars(value)[name], Described)
    inner = arguments[name] if lone else arguments
    if not any(isinstance(mark, LayerOf) for mark in marks(type(owner).model_fields[field])):
        return inner
    return {type(value).__name__: inner} if arguments else type(value).__name__
