"""Nodes that stand under another path: the same content, gone here and new there."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from lego.graph import Item


def outermost(items: Iterable[Item], others: Mapping[str, Item]) -> list[Item]:
    """Items whose path the others do not have, but for those inside a block that is among them."""
    found: list[Item] = []
    inside = ""
    for item in items:
        if inside and item.path.startswith(inside):
            continue
        inside = f"{item.path}." if item.is_block and differs(item, others.get(item.path)) else ""
        if item.path not in others:
            found.append(item)
    return found


def differs(item: Item, other: Item | None) -> bool:
    """Whether the other is not there, or is another layer or block: what is inside cannot be compared."""
    return other is None or other.kind != item.kind or other.is_block != item.is_block


def moves(removed: Iterable[Item], added: Iterable[Item]) -> dict[str, str]:
    """Where items that are gone stand now: new paths by old ones.

    Those whose last name is the same go together first, then whatever has the same content, in order.
    """
    found: dict[str, str] = {}
    added = list(added)
    for is_named in (True, False):
        places: defaultdict[tuple[object, ...], deque[str]] = defaultdict(deque)
        for item in added:
            places[_content(item, is_named)].append(item.path)
        for item in removed:
            if item.path not in found and (fitting := places.get(_content(item, is_named))):
                found[item.path] = fitting.popleft()
        taken = set(found.values())
        added = [item for item in added if item.path not in taken]
    return found


def renamed(path: str, moved: Mapping[str, str]) -> str:
    """A path of the first graph as it is in the second: its own, but where it or a block around it was moved."""
    head, tail = path, ""
    while head:
        if head in moved:
            return f"{moved[head]}{tail}"
        head, dot, last = head.rpartition(".")
        tail = f"{dot}{last}{tail}"
    return path


def _content(item: Item, is_named: bool) -> tuple[object, ...]:
    name = item.path.rpartition(".")[2] if is_named else ""
    shapes = tuple([str(type) for type in item.outputs])
    return (item.kind, name, *sorted(item.arguments.items()), shapes if not is_named else ())
