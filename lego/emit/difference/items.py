"""Two items at one place: what is different in them by itself, and what only follows from something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lego.emit.difference.difference import Edit
from lego.emit.difference.moved import renamed
from lego.graph import Item
from lego.spec import Use

_Found = Iterator[tuple[bool, Edit]]
"""Edits, each with whether it only follows."""


def edits_of(before: Item, after: Item, moved: Mapping[str, str]) -> tuple[tuple[Edit, ...], tuple[Edit, ...]]:
    """What is different by itself; and what follows: shapes, what is inferred, values that are written as before."""
    found = list(_all(before, after, moved))
    return tuple(edit for follows, edit in found if not follows), tuple(edit for follows, edit in found if follows)


def _all(before: Item, after: Item, moved: Mapping[str, str]) -> _Found:
    if before.kind != after.kind:
        follows = _name(before) == _name(after) and _name(after).startswith("$")
        same = before.arguments == after.arguments
        yield follows, Edit("layer", *[item.kind if same else _with_arguments(item) for item in (before, after)])
    else:
        yield from _arguments(before, after)
    yield from _wiring(before, after, moved)
    if not (before.is_block or after.is_block):
        yield from _flags(before, after, moved)
    shapes = [", ".join(map(str, item.outputs)) for item in (before, after)]
    if shapes[0] != shapes[1]:
        yield True, Edit("shape", *shapes)


def _arguments(before: Item, after: Item) -> _Found:
    for name in dict.fromkeys([*before.arguments, *after.arguments]):
        values = before.arguments.get(name), after.arguments.get(name)
        if values[0] != values[1]:
            yield _is_written_alike(before, after, name), Edit(name, *values)


def _is_written_alike(before: Item, after: Item, name: str) -> bool:
    """Whether both documents say the same of an argument, which then has other values because of something else."""
    written = _written(before, name), _written(after, name)
    if written == (None, None) and after.is_block:
        return False  # the block has another default
    return written[0] == written[1]


def _written(item: Item, name: str) -> Any:
    """What the document says of an argument; for what a composite brings, all that it says of the composite."""
    what = item.call.node.what
    if not isinstance(what, Use):
        return what
    if what.primary is not None and name == _primary(item):
        return what.primary.value
    return what.arguments[name].value if name in what.arguments else None


def _primary(item: Item) -> str | None:
    body: Any = item.call.body
    return next(iter(item.arguments), None) if item.is_block else body.primary()


def _name(item: Item) -> str:
    what = item.call.node.what
    return what.name if isinstance(what, Use) else ""


def _with_arguments(item: Item) -> str:
    arguments = ", ".join(f"{name}: {value}" for name, value in item.arguments.items())
    return f"{item.kind}({arguments})" if arguments else item.kind


def _wiring(before: Item, after: Item, moved: Mapping[str, str]) -> _Found:
    reads = tuple([_moved(path, moved) for path in before.reads])
    if reads != after.reads:
        prefix = after.around.block[1]
        texts = [_list(path.removeprefix(prefix) for path in paths) for paths in (reads, after.reads)]
        yield before.call.node.reads == after.call.node.reads, Edit("from", *texts)


def _moved(source: str, moved: Mapping[str, str]) -> str:
    path, mark, number = source.partition("#")
    return f"{renamed(path.rstrip('@'), moved)}{'@' * path.endswith('@')}{mark}{number}"


def _flags(before: Item, after: Item, moved: Mapping[str, str]) -> _Found:
    flags = {
        "init": [_list(f"{name}: {value}" for name, value in item.initial.items()) for item in (before, after)],
        "freeze": [_flag(item.frozen and item.has_weights) for item in (before, after)],
        "checkpoint": [renamed(before.checkpoint, moved), after.checkpoint],
        "share": [_moved(before.shares, moved), after.shares],
    }
    for name, (was, now) in flags.items():
        if was != now:
            yield False, Edit(name, was or None, now or None)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _list(texts: Any) -> str:
    return ", ".join(text for text in texts if text)
