"""One edit after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaml.nodes import MappingNode

from lego.diagnostics import Problem, Source, Span, SpecError, did_you_mean
from lego.spec.editing import splice
from lego.spec.editing.layout import Entry, Text
from lego.spec.editing.paths import Place, locate, missing


def replaced(source: Source, edits: Mapping[str, Any], after: str | None = None) -> str:
    """The text of a document with edits.

    Args:
        source: A text that `read` takes.
        edits: Values by dotted path, as plain data; None takes the part out. What is not there yet is added at the end
            of its mapping or list.
        after: The key, or the number, after which new parts are put; items of a list are then put between.

    Raises:
        SpecError: `unknown-name`: a path leads nowhere.
        TypeError: a value is no plain data.
    """
    source = source._replace(text=source.text.removeprefix("\ufeff"))
    for path, value in edits.items():
        data = None if value is None else _plain(value, path)
        source = source._replace(text=_edited(Text(source.text), source, path, data, after))
    return source.text


def _edited(text: Text, source: Source, path: str, value: Any, after: str | None) -> str:
    place = locate(text, path, source)
    node, entry = place.node, place.entry
    if value is None:
        if entry is None or entry.name != place.name:
            raise missing(source, text, place, path)
        return _without(text, place, entry)
    if entry is not None and entry.name != place.name:
        return splice.change(text, node, entry, {place.name: value})
    sibling = _sibling(text, source, place, after)
    between = sibling is not None and not isinstance(node, MappingNode)
    if entry is not None and not between:
        return splice.change(text, node, entry, value)
    if not isinstance(node, MappingNode):
        expected = len(text.entries(node)) if sibling is None else int(sibling.name) + 1
        if place.name != str(expected):
            raise _no_number(source, place, expected)
    elif place.around is not None and place.outer is not None and not node.value:
        return splice.change(text, place.outer, place.around, {place.name: value})
    return splice.insert(text, node, place.name, value, sibling)


def _without(text: Text, place: Place, entry: Entry) -> str:
    if len(place.node.value) > 1:
        return splice.remove(text, place.node, entry)
    empty: Any = {} if isinstance(place.node, MappingNode) else []
    if place.outer is None or place.around is None:
        return "{}\n"
    return splice.change(text, place.outer, place.around, empty)


def _sibling(text: Text, source: Source, place: Place, after: str | None) -> Entry | None:
    """The entry after which a new one is put."""
    if after is None or (place.entry is not None and isinstance(place.node, MappingNode)):
        return None
    entries = text.entries(place.node)
    for entry in entries:
        if entry.name == str(after):
            return entry
    known = [entry.name for entry in entries]
    help = did_you_mean(str(after), known) or f"there are: {', '.join(known) or 'none'}"
    raise _at(source, place, f"there is no `{after}` for `{place.name}` to come after", help)


def _no_number(source: Source, place: Place, expected: int) -> SpecError:
    message = f"a list has no item `{place.name}` to replace, and the new one would be number {expected}"
    return _at(source, place, message, f"end the path in `.{expected}`")


def _at(source: Source, place: Place, message: str, help: str) -> SpecError:
    mark: Any = place.node.start_mark
    return SpecError([Problem("unknown-name", message, help=help).at(Span(source, mark.line + 1, mark.column + 1))])


def _plain(value: Any, path: str) -> Any:
    """Plain data with lists for tuples."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_plain(item, path) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case Mapping():
            return {str(name): _plain(item, path) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case _:
            message = f"{path}: a document holds texts, numbers, lists and mappings, not {type(value).__name__}"
            raise TypeError(message)
