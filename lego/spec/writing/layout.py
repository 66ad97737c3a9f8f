"""Plain data as YAML: on one line where it fits, one line an entry where it does not, or is not meant to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lego.spec.writing.scalars import NOTHING, block_lines, key, scalar

WIDTH = 120


class Tall(dict[str, Any]):
    """A mapping that always has one line an entry: the nodes of a graph, the keys of a document."""


def lines(value: Any, width: int = WIDTH) -> list[str]:
    """The lines of a mapping or a list that is not written on one line."""
    return list(_mapping(value, width) if isinstance(value, dict) else _list(value, width))  # pyright: ignore[reportUnknownArgumentType]


def _mapping(value: Mapping[str, Any], width: int) -> Iterable[str]:
    for name, item in value.items():
        head = f"{key(name)}:"
        block = block_lines(item, width - len(head)) if isinstance(item, str) else None
        short = one_line(item) if isinstance(item, dict | list) else scalar(item, flow=False)
        if block is not None:
            yield f"{head} {block[0]}"
            yield from _indented(block[1:])
        elif short is not None and (len(head) + 1 + len(short) <= width or not _parts(item)):
            yield f"{head} {short}".rstrip()
        else:
            yield head
            yield from _indented(lines(item, width - 2))


def _list(value: Iterable[Any], width: int) -> Iterable[str]:
    for item in value:
        short = one_line(item)
        if short is not None and (len(short) + 2 <= width or not _parts(item)):
            yield f"- {short}"
        else:
            first, *rest = lines(item, width - 2)
            yield f"- {first}"
            yield from _indented(rest)


def one_line(value: Any) -> str | None:
    """The value in flow style; None where something in it is `Tall`."""
    if isinstance(value, Tall):
        return None
    if isinstance(value, dict):
        entries = [(name, item, one_line(item)) for name, item in _entries(value)]
        texts = [key(name) if item is NOTHING else f"{key(name)}: {text}" for name, item, text in entries]
        return None if any(text is None for _, _, text in entries) else f"{{{', '.join(texts)}}}"
    if isinstance(value, list):
        items = [one_line(item) for item in _items(value)]
        return None if None in items else f"[{', '.join(filter(None, items))}]"
    return scalar(value)


def _parts(value: Any) -> bool:
    """Whether there is anything to put on lines of its own."""
    return isinstance(value, dict | list) and bool(value)  # pyright: ignore[reportUnknownArgumentType]


def _indented(texts: Iterable[str]) -> Iterable[str]:
    return (f"  {text}" if text else "" for text in texts)


def _entries(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items()


def _items(value: Any) -> Iterable[Any]:
    return value
