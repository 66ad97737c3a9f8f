"""Containers that nobody calls become nodes: with them goes what lies between their members."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from heapq import heapify, heappop, heappush

from lego.runtime.importing.calls import Value
from lego.runtime.importing.placing.parts import Again, Group, Item, Leaf, refused


def gather(group: Group, exports: Collection[Value]) -> None:
    """Bring all groups in a group to where each can be one node, and the items of each in an order that works.

    Args:
        group: It is changed in place.
        exports: The values that are read outside of it.

    Raises:
        SpecError: the members of two containers take turns.
    """
    for item in sorted(group.items, key=lambda item: item.at):
        if isinstance(item, Group) and item in group.items:
            _close(group, item)
            if item.frame is None:
                _take_joins(group, item, exports)
    read = wanted(group, exports)
    for item in group.items:
        if isinstance(item, Group):
            gather(item, exported(item, read))
    group.items = _in_order(group.items)


def wanted(group: Group, exports: Iterable[Value]) -> set[Value]:
    """The values that the items of a group read of each other, and those that are read outside."""
    return {*exports, *(value for item in group.items for value in item.needs())}


def exported(group: Group, read: Collection[Value]) -> list[Value]:
    """The values of a group that are among those read, in one of its calls."""
    calls: list[dict[Value, Value]] = [{}, *(again.values for again in group.agains)]
    return [value for value in group.makes() if any(call.get(value, value) in read for call in calls)]


# -- what lies between -------------------------------------------------------------------------------------------------


def _close(around: Group, group: Group) -> None:
    """Take what lies between the members of a container into it, and its members without weights."""
    weak = [] if group.frame is not None else [item for item in around.items if _is_weak_member(item, group)]
    between = _between(around, group, weak)
    if weak and _hindrance([*weak, *between]) is not None:
        weak, between = [], _between(around, group, [])
    hindrance = _hindrance(between)
    if hindrance is not None:
        one, other = group.path, hindrance.path
        message = f"`{one}` and `{other}` take turns: no order of nodes has each of them in one place"
        help = "hold what runs together in one module, and a list of those"
        raise refused(message, hindrance.span, other, help)
    if group.agains and between:
        raise refused(f"`{group.path}` is called again, but not as a whole", group.span, group.path)
    _move([*weak, *between], around, group)


def _is_weak_member(item: Item, group: Group) -> bool:
    return not item.fixed and _is_free(item) and item.path.startswith(f"{group.path}.")


def _is_free(item: Item) -> bool:
    """It has no weights, and may stand anywhere."""
    return not (item.fixed or isinstance(item, Again) or (isinstance(item, Leaf) and item.shares is not None))


def _hindrance(items: Iterable[Item]) -> Item | None:
    return next((item for item in items if not _is_free(item)), None)


def _move(items: Collection[Item], source: Group, target: Group) -> None:
    if items:
        source.items = [item for item in source.items if item not in items]
        target.add(items)


def _between(around: Group, group: Group, more: Collection[Item]) -> list[Item]:
    """The items that wait for the members and that members wait for."""
    inside: set[Item] = {group, *more}
    makers = {value: item for item in around.items for value in item.makes()}
    readers: dict[Value, list[Item]] = {}
    for item in around.items:
        for value in item.needs():
            readers.setdefault(value, []).append(item)
    before = _reached(inside, lambda item: [makers[value] for value in item.needs() if value in makers])
    after = _reached(inside, lambda item: [one for value in item.makes() for one in readers.get(value, ())])
    return [item for item in around.items if item in before and item in after]


def _reached(start: set[Item], neighbours: Callable[[Item], Iterable[Item]]) -> set[Item]:
    """The items outside that a walk from the start comes to."""
    found: set[Item] = set()
    waiting = list(start)
    while waiting:
        for item in neighbours(waiting.pop()):
            if item not in found and item not in start:
                found.add(item)
                waiting.append(item)
    return found


# -- what joins its values ---------------------------------------------------------------------------------------------


def _take_joins(around: Group, group: Group, exports: Collection[Value]) -> None:
    """Take in what joins several values of a container, if fewer leave it then."""
    while (join := _join(around, group, exports)) is not None:
        _move(join, around, group)


def _join(around: Group, group: Group, exports: Collection[Value]) -> list[Item] | None:
    """Items after which fewer values leave the container."""
    leaving = set(exported(group, wanted(around, exports)))
    if len(leaving) < 2:
        return None
    for item in around.items:
        read = leaving & set(item.needs())
        if len(read) < 2 or not _is_free(item):
            continue
        taken = [item, *_between(around, group, [item])]
        others = {value for one in around.items if one not in taken for value in one.needs()}
        if _hindrance(taken) is None and len(item.makes()) + len(leaving & {*others, *exports}) < len(leaving):
            return taken
    return None


# -- order -------------------------------------------------------------------------------------------------------------


def _in_order(items: list[Item]) -> list[Item]:
    """As they ran, but each after all that it reads."""
    makers = {value: item for item in items for value in item.makes()}
    waits = {item: {makers[value] for value in item.needs() if value in makers} for item in items}
    for item in items:
        if isinstance(item, Again):
            waits[item].add(item.first)
        elif isinstance(item, Leaf) and item.shares is not None:
            waits[item].add(item.shares)
    readers: dict[Item, list[Item]] = {}
    for item, before in waits.items():
        for one in before:
            readers.setdefault(one, []).append(item)
    ready = [(item.at, index) for index, item in enumerate(items) if not waits[item]]
    places = {item: index for index, item in enumerate(items)}
    heapify(ready)
    ordered: list[Item] = []
    while ready:
        item = items[heappop(ready)[1]]
        ordered.append(item)
        for reader in readers.get(item, ()):
            waits[reader].discard(item)
            if not waits[reader]:
                heappush(ready, (reader.at, places[reader]))
    assert len(ordered) == len(items), "a group waits for itself"
    return ordered
