"""Which edges overtake others, and which say what they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lego.emit.diagram.picture import Box, Edge, Group, boxes_in
from lego.emit.diagram.wires import Wire

Wired = dict[tuple[str, str], Wire]
"""The wire from a box to another, in the order of drawing: a box is wired before those that read it."""


def fork(items: Sequence[Box | Group], wired: Wired) -> tuple[list[Box | Group], Wired]:
    """Where a value goes several ways in a group, it enters once; also what is repeated then has arcs of its own."""
    found: list[Box | Group] = []
    for item in items:
        if isinstance(item, Group):
            inner, wired = fork(item.items, wired)
            points, wired = _points(item.id, {box.id for box in boxes_in(inner)}, wired)
            item = replace(item, items=(*points, *inner))
        found.append(item)
    return found, wired


def _points(group: str, inside: set[str], wired: Wired) -> tuple[list[Box], Wired]:
    """The forks of a group, and all wires with those that enter it led through them."""
    entering: dict[str, int] = {}
    for source, target in wired:
        if target in inside and source not in inside:
            entering[source] = entering.get(source, 0) + 1
    points = {source: f"fork {group} {source}" for source, count in entering.items() if count > 1}
    led: Wired = {}
    for (source, target), wire in wired.items():
        if source in points and target in inside:
            led.setdefault((source, points[source]), wire)
            led[points[source], target] = wire._replace(box=points[source], changed=bool(wire.note))
        else:
            led[source, target] = wire
    return [Box(id, "", (), "fork", "fork") for id in points.values()], led


def finish(boxes: Sequence[Box], wired: Wired) -> list[Edge]:
    """The edges of a picture: skips are told apart, and shapes stand where they change or branch."""
    skips = _skips(boxes, wired)
    told = _told(wired, skips, {box.id for box in boxes if box.form == "fork"})
    return [
        Edge(*ends, wire.label if ends in told else "", "skip" if ends in skips else "flow")
        for ends, wire in wired.items()
    ]


def _skips(boxes: Sequence[Box], wired: Wired) -> set[tuple[str, str]]:
    """Edges into a merge or block whose source is also behind another of its inputs, however the text wires them."""
    sources: dict[str, list[str]] = {}
    for source, target in wired:
        sources.setdefault(target, []).append(source)
    bits = {box.id: 1 << number for number, box in enumerate(boxes)}
    behind: dict[str, int] = {}
    found: set[tuple[str, str]] = set()
    for box in boxes:
        inputs = sources.get(box.id, [])
        behind[box.id] = bits[box.id]
        for source in inputs:
            behind[box.id] |= behind[source]
        if box.form in ("merge", "block"):
            others = {source: [other for other in inputs if other != source] for source in inputs}
            found.update((s, box.id) for s in inputs if any(behind[other] & bits[s] for other in others[s]))
    return found


def _told(wired: Wired, skips: set[tuple[str, str]], forks: set[str]) -> set[tuple[str, str]]:
    """One edge for each value that has changed or is read several times, the straight one if there is one."""
    leaving: dict[tuple[str, str], list[tuple[str, str]]] = {}
    fans: dict[str, int] = {}
    for ends, wire in wired.items():
        leaving.setdefault((wire.box, wire.label), []).append(ends)
        fans[wire.box] = fans.get(wire.box, 0) + (2 if ends[1] in forks else 1)
    found: set[tuple[str, str]] = set()
    for (box, _), edges in leaving.items():
        if (box not in forks and fans[box] > 1) or wired[edges[0]].changed:
            found.add(min(edges, key=lambda ends: ends in skips))
    return found
