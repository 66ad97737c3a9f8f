"""Putting values into a text and taking them out, in the style of what stands around them."""

from __future__ import annotations

from typing import Any

from lego.spec.editing.layout import Collection, Entry, MappingNode, Text
from lego.spec.writing.layout import WIDTH, Tall, lines, one_line
from lego.spec.writing.scalars import key


def change(text: Text, node: Collection, entry: Entry, value: Any) -> str:
    """The text with another value for an entry; comments beside it stay."""
    if text.is_flow(node):
        gap = ": " if entry.is_empty and text.text[entry.head - 1] != ":" else " " if entry.is_empty else ""
        return _spliced(text, entry.begin, entry.end, f"{gap}{one_line(value)}")
    first, *rest = _lines(text, node, entry.name, _as_tall(value, entry), entry.start)
    first = first[len(_head(node, entry.name)) :]
    here = text.line_start(entry.begin) == text.line_start(entry.head)
    comment = "" if here else text.text[entry.head : text.line_end(entry.head)]
    end = entry.end
    if _is_block(entry.value):
        end = text.line_end(end)  # what is said of its last part goes with it
    if rest:
        comment = comment or text.text[end : text.line_end(end)]
        end = max(end, text.line_end(end))
        return _spliced(text, entry.head, end, text.newline.join([f"{first}{comment}", *rest]))
    gap = text.text[entry.head : entry.begin] if here and not entry.is_empty else " "
    return _spliced(text, entry.head, end, f"{gap}{first.lstrip()}{comment}")


def insert(text: Text, node: Collection, name: str, value: Any, after: Entry | None) -> str:
    """The text with a new entry after another one, or after the last."""
    entries = text.entries(node)
    before = after or (entries[-1] if entries else None)
    if text.is_flow(node) or before is None:
        return _insert_in_flow(text, node, name, value, before)
    offset = text.line_end(before.end)
    added = _lines(text, node, name, value, before.start)
    added[0] = f"{_indent(text, before.start)}{added[0]}"
    return _spliced(text, offset, offset, text.newline + text.newline.join(added))


def remove(text: Text, node: Collection, entry: Entry) -> str:
    """The text without an entry, which is not the only one, and without the comment on its line."""
    entries = text.entries(node)
    index = next(index for index, one in enumerate(entries) if one.start == entry.start)
    following = entries[index + 1].start if index + 1 < len(entries) else None
    if text.is_flow(node):
        if following is not None:
            return _spliced(text, entry.start, following, "")
        return _spliced(text, entries[index - 1].end, entry.end, "")
    line = text.line_start(entry.start)
    if following is not None and text.text[line : entry.start].strip():
        return _spliced(text, entry.start, following, "")  # it stands behind the `-` of a list
    return _spliced(text, line, text.next_line(entry.end), "")


def _insert_in_flow(text: Text, node: Collection, name: str, value: Any, before: Entry | None) -> str:
    pair = f"{key(name)}: {one_line(value)}" if isinstance(node, MappingNode) else f"{one_line(value)}"
    if before is None:
        begin = text.start(node) + 1
        return _spliced(text, begin, begin, pair)
    start, end = text.start(node), text.end(node)
    if text.text[start] not in "{[":  # a lone pair in a list: `[a: 1]`
        return _spliced(text, start, end, f"{{{text.text[start:end]}, {pair}}}")
    return _spliced(text, before.end, before.end, f", {pair}")


def _lines(text: Text, node: Collection, name: str, value: Any, start: int) -> list[str]:
    """An entry as lines of a block collection; those after the first with their indentation."""
    indent = _indent(text, start)
    data = {name: value} if isinstance(node, MappingNode) else [value]
    first, *rest = lines(data, WIDTH - len(indent))
    return [first, *(f"{indent}{line}" if line else "" for line in rest)]


def _indent(text: Text, offset: int) -> str:
    return " " * (offset - text.line_start(offset))


def _head(node: Collection, name: str) -> str:
    return f"{key(name)}:" if isinstance(node, MappingNode) else "-"


def _as_tall(value: Any, entry: Entry) -> Any:
    """A mapping stays on lines of its own where the one before it was."""
    return Tall(value) if type(value) is dict and value and _is_block(entry.value) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _is_block(value: Any) -> bool:
    return bool(value.value) and getattr(value, "flow_style", True) is False


def _spliced(text: Text, begin: int, end: int, new: str) -> str:
    return f"{text.text[:begin]}{new}{text.text[end:]}"
