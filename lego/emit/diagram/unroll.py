"""Recurrents unrolled in time: the graph of a step as a box, several times, side by side, with the states between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from lego.catalogue import Layer
from lego.diagnostics import Problem
from lego.emit.diagram.label import SIGNS
from lego.emit.diagram.palette import kind_of
from lego.emit.diagram.picture import Box, Edge, Group, Style, boxes_in
from lego.emit.diagram.recurrence import recurrence, scans_of, value_box
from lego.emit.diagram.structure import Structure
from lego.graph import Call, Carried, Frame, Graph, Ref, Scan

MOST_STEPS = 10
"""The most steps of an unrolled recurrent."""

_STARTS = {"zeros": " = 0", "ones": " = 1"}


class Unrolled(NamedTuple):
    """A recurrent unrolled: a group, and the edges in it."""

    group: Group
    edges: tuple[Edge, ...]


class Recurrent(NamedTuple):
    """A recurrent of a net, and where it stands."""

    path: str
    frame: Frame


def recurrents(graph: Graph) -> list[Recurrent]:
    """The recurrents of a graph, outer before inner, those of one structure once."""
    structure = Structure(exact=False)
    distinct: dict[int, Recurrent] = {}
    for found in _recurrents(graph.root, "", set()):
        distinct.setdefault(structure.of(found.frame), found)
    return list(distinct.values())


def unrolled(found: Sequence[Recurrent], steps: int) -> list[Unrolled]:
    """Recurrents unrolled, one below the other.

    Raises:
        Problem: there are none, or `steps` is out of range.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise Problem("bad-value", f"unroll is a number of steps from 1 to {MOST_STEPS}, found {steps}")
    if not found:
        help = "leave out `unroll`; layers such as LSTM are one box, a cell written with `recurrent` has steps to show"
        raise Problem("bad-value", "nothing can be unrolled: the net has no recurrent", help=help)
    views = [_Unroller(path, frame, steps).draw() for path, frame in found]
    return [views[0], *(_below(upper, lower) for upper, lower in pairwise(views))]


def _below(upper: Unrolled, lower: Unrolled) -> Unrolled:
    last, first = [*boxes_in([upper.group])][-1], next(boxes_in([lower.group]))
    return lower._replace(edges=(*lower.edges, Edge(last.id, first.id, "", "order")))


def _recurrents(frame: Frame, prefix: str, seen: set[Frame]) -> Iterator[Recurrent]:
    for call in frame.calls:
        body = call.body
        if isinstance(body, Frame) and body not in seen:
            seen.add(body)
            path = f"{prefix}{call.name}"
            if body.kind == "recurrent":
                yield Recurrent(path, body)
            yield from _recurrents(body, f"{path}.", seen)


class _Column(NamedTuple):
    """A step that is drawn: its time, and how it is written."""

    time: int
    label: str


class _Times:
    """Which steps are drawn, in the order of time: the first ones and the last; of one alone any stands for all."""

    def __init__(self, scan: Scan, count: int) -> None:
        length = scan.length
        count = min(count, length) if isinstance(length, int) else count
        self.any = count == 1 and length != 1
        beyond = count + 2 * max((state.delay for state in scan.states), default=1)
        self.last = 1 if self.any else length if isinstance(length, int) else beyond
        first = [_Column(time, str(time)) for time in range(1, count)]
        self.columns = [*first, _Column(self.last, "t" if self.any else str(length))]
        self.gap = self.last > count

    def drawn(self, time: int) -> bool:
        return any(column.time == time for column in self.columns)

    def ended(self, time: int) -> bool:
        return not 1 <= time <= self.last


@dataclass(slots=True)
class _Unroller:
    path: str
    frame: Frame
    count: int
    edges: dict[Edge, None] = field(default_factory=dict[Edge, None])

    def draw(self) -> Unrolled:
        calls = scans_of(self.frame)
        scans = [call.scan for call in calls if call.scan is not None]
        times = _Times(scans[0], self.count)
        outputs = self.outputs(times)
        rows = [self.row(call, scan, times) for call, scan in zip(calls, scans, strict=True)]
        inputs = self.inputs(calls, scans[0], times)
        items = [*outputs, *(box for row in rows for box in row), *inputs]
        for call, scan in zip(calls, scans, strict=True):
            for state in scan.states:
                self.pass_on(call, scan, state, times)
        name = f"{self.path} unrolled"
        ranks = tuple(tuple(box.id for box in row) for row in rows)
        self.arrange(ranks)
        lines = (recurrence(self.frame), "the same weights in each step")
        group = Group(f"{self.path} unrolled", name, lines, "recurrent", tuple(items), (name, *lines), ranks)
        return Unrolled(group, tuple(self.edges))

    def connect(self, source: str, target: str, label: str = "", style: Style = "flow") -> None:
        self.edges[Edge(source, target, label, style)] = None

    def arrange(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows in the order of time, one above the other."""
        for row in rows:
            for one, other in pairwise(row):
                self.connect(one, other, style="order")
        for upper, lower in pairwise(rows):
            self.connect(upper[1], lower[1], style="order")  # more of them, and the engine forgets the order of time

    def id(self, call: Call, what: str) -> str:
        return f"{self.path} unrolled {call.name} {what}"

    # -- a row: the steps of a direction, between its start and its end ----------------------------------------------

    def row(self, call: Call, scan: Scan, times: _Times) -> list[Box]:
        """From left to right, in the order of time."""
        name = self.path.rpartition(".")[2] if call.name == "cell" else f"{self.path.rpartition('.')[2]} reverse"
        steps = [
            Box(self.id(call, column.label), name, (), "step", "recurrent", (f"{self.path}.{call.name}", column.label))
            for column in times.columns
        ]
        if times.gap:
            steps.insert(-1, Box(self.id(call, "…"), "…", (), "value", "terminal", ("the steps between",)))
        start, end = self.ends(call, scan, times)
        return [end, *steps, start] if scan.reverse else [start, *steps, end]

    def ends(self, call: Call, scan: Scan, times: _Times) -> tuple[Box, Box]:
        values = [("" if times.any else _STARTS.get(state.start, "")) for state in scan.states]
        before = [f"{state.name}{_before(scan, state, times)}" for state in scan.states]
        starts = [f"{state}{value}" for state, value in zip(before, values, strict=True)]
        finals = [f"{state.name}[{_final(scan, times).label}]" for state in scan.states]
        return self.column(call, "start", starts), self.column(call, "end", finals)

    def column(self, call: Call, what: str, names: list[str]) -> Box:
        return Box(self.id(call, what), names[0], tuple(names[1:]), "state", "state", (f"{self.path}: {what}", *names))

    def pass_on(self, call: Call, scan: Scan, state: Carried, times: _Times) -> None:
        """What gives a state to each step, and what the last step gives away."""
        ahead = -state.delay if scan.reverse else state.delay
        for column in times.columns:
            here, source, target = self.id(call, column.label), column.time - ahead, column.time + ahead
            if times.ended(source):
                self.connect(self.id(call, "start"), here, state.name)
            else:
                self.connect(self.at(call, times, source), here, state.name)
            if not times.ended(target) and not times.drawn(target):
                self.connect(here, self.id(call, "…"), state.name)
        self.connect(self.id(call, _final(scan, times).label), self.id(call, "end"), state.name)

    def at(self, call: Call, times: _Times, time: int) -> str:
        return self.id(call, next((column.label for column in times.columns if column.time == time), "…"))

    # -- what goes in and comes out ------------------------------------------------------------------------------------

    def inputs(self, calls: list[Call], scan: Scan, times: _Times) -> list[Box]:
        """What each step reads: one element of each sequence, and what is the same in all of them."""
        body = calls[0].body
        assert isinstance(body, Frame)
        count = len(scan.axes)
        constant = [port.name for port in body.ports[count + len(scan.states) :]]
        names = [(port.name, axis is not None) for port, axis in zip(body.ports, scan.axes, strict=False)]
        names += [(name, False) for name in constant]
        return [self.input(calls, *name, column) for name in names for column in times.columns]

    def input(self, calls: list[Call], name: str, scanned: bool, column: _Column) -> Box:
        id = f"{self.path} unrolled input {name}[{column.label}]"
        box = value_box(id, f"{name}[{column.label}]", "") if scanned else value_box(id, name, "the same in each step")
        for call in calls:
            self.connect(box.id, self.id(call, column.label))
        return box

    def outputs(self, times: _Times) -> list[Box]:
        """What each step gives, joined where there are two directions."""
        found: list[Box] = []
        for key, ref in self.frame.outputs:
            call = self.frame.calls[ref.call]
            sources = [ref] if call.scan else [source for source in call.inputs if source is not None]
            if all(self.is_output(source) for source in sources):
                found += self.output(key, call, sources, times)
        return found

    def is_output(self, ref: Ref) -> bool:
        """Whether it is an output of each step, and not what a state ends with."""
        scan = self.frame.calls[ref.call].scan
        return scan is not None and ref.output < len(scan.stacked)

    def output(self, key: str, merge: Call, sources: list[Ref], times: _Times) -> list[Box]:
        scan = self.frame.calls[sources[0].call].scan
        assert scan is not None
        stacked = scan.stacked[sources[0].output] is not None
        marks = [f"[{column.label}]" for column in times.columns] if stacked else [""]
        values = [value_box(f"{self.path} unrolled output {key}{mark}", f"{key}{mark}", "") for mark in marks]
        if merge.scan is None:
            merges = [self.merge(merge, f"{key}{mark}") for mark in marks]
            for one, value in zip(merges, values, strict=True):
                self.connect(one.id, value.id)
        else:
            merges = values
        for number, one in enumerate(merges):
            for source in sources:
                call = self.frame.calls[source.call]
                assert call.scan is not None
                column = times.columns[number] if stacked else _final(call.scan, times)
                self.connect(self.id(call, column.label), one.id)
        return values if merges is values else [*values, *merges]

    def merge(self, call: Call, what: str) -> Box:
        body = call.body
        name = body.label or body.kind if isinstance(body, Frame) else type(body).__name__
        kind = kind_of(body.family) if isinstance(body, Layer) else "operation"
        id = self.id(call, what)
        return Box(id, SIGNS.get(name, name), (), "merge" if name in SIGNS else "step", kind, (name,))


def _before(scan: Scan, state: Carried, times: _Times) -> str:
    """The time of a state before the first step; with a delay there are several."""
    first = times.columns[-1 if scan.reverse else 0].label
    steps = [1, state.delay] if scan.reverse else [-state.delay, -1]
    written = [str(int(first) + step) if first.isdigit() else f"{first}{step:+}" for step in steps]
    return f"[{'..'.join(dict.fromkeys(written))}]"


def _final(scan: Scan, times: _Times) -> _Column:
    return times.columns[0 if scan.reverse else -1]
