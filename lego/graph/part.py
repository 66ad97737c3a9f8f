"""A part of a graph as a graph of its own: whatever of a block is in it keeps its path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from lego.graph.frame import Call, Frame, Port, Ref, Shared
from lego.graph.graph import Graph
from lego.graph.units import Row, Unit, Value


class Part(NamedTuple):
    """What a part is to have.

    Attributes:
        units: Those that are in it: a range of the row.
        reads: The values that it is given, in this order.
        gives: The values that it gives.
    """

    units: range
    reads: tuple[Value, ...]
    gives: tuple[Value, ...]


def graph_of(graph: Graph, row: Row, part: Part, name: str) -> Graph:
    """The graph of a part. The last part gives what the whole does; the others give values by the names of nodes."""
    cutter = _Cutter(row, names_of(graph, row))
    frame = cutter.frame(graph.root, part.units, 0, part.reads, part.gives)
    if part.units.stop == len(row.units):
        places = {value: ref for value, (_, ref) in zip(part.gives, frame.outputs, strict=True)}
        outputs = [(name, places[value]) for (name, _), value in zip(graph.root.outputs, row.outputs, strict=True)]
        frame = replace(frame, outputs=tuple(outputs), form=graph.root.form)
    return Graph(frame, name, graph.doc)


def names_of(graph: Graph, row: Row) -> dict[Value, str]:
    """A name for each value: the input's, or that of the node that gives it, with its path."""
    names: dict[Value, str] = {}
    for value in row.types:
        if value.unit < 0:
            found = graph.root.ports[value.output].name
        else:
            found = "_".join(row.units[value.unit].path) + (f"_{value.output}" if value.output else "")
        names[value] = _unlike(found, names.values())
    return names


def _unlike(name: str, taken: Iterable[str]) -> str:
    known = set(taken)
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, len(known) + 3))) if one not in known)


class _Cutter:
    def __init__(self, row: Row, names: Mapping[Value, str]) -> None:
        self.row = row
        self.names = names

    def frame(self, whole: Frame, units: range, depth: int, reads: Sequence[Value], gives: Sequence[Value]) -> Frame:
        """What of a frame these units are, with these inputs and outputs."""
        places = {value: Ref(-1, index) for index, value in enumerate(reads)}
        calls: list[Call] = []
        for name, inside in self._children(units, depth):
            unit = self.row.units[inside.start]
            if len(unit.path) == depth + 1:
                call, given = self._unit(unit, places), [Value(inside.start, k) for k in range(len(unit.call.outputs))]
            else:
                call, given = self._block(whole, name, inside, units, depth, places, gives)
            places |= {value: Ref(len(calls), number) for number, value in enumerate(given)}
            calls.append(call)
        ports = tuple([Port(self.names[value], self.row.types[value]) for value in reads])
        outputs = tuple([(self.names[value], places[value]) for value in gives])
        return replace(
            whole,
            ports=ports,
            arity=len(ports),
            calls=tuple(_renumbered(whole, calls)),
            outputs=outputs,
            form="one" if len(outputs) == 1 else "list",
            ties=tuple([pair for pair in whole.ties if all(has(calls, path) for path in pair)]),
            size=len(units),
        )

    def _children(self, units: range, depth: int) -> list[tuple[str, range]]:
        """The units by the node at this depth that they stand in; those of a node follow each other."""
        groups = groupby(units, key=lambda index: self.row.units[index].path[depth])
        found = [(name, list(group)) for name, group in groups]
        return [(name, range(group[0], group[-1] + 1)) for name, group in found]

    def _unit(self, unit: Unit, places: Mapping[Value, Ref]) -> Call:
        return unit.call._replace(inputs=tuple([None if value is None else places[value] for value in unit.reads]))

    def _block(
        self,
        whole: Frame,
        name: str,
        inside: range,
        around: range,
        depth: int,
        places: Mapping[Value, Ref],
        gives: Sequence[Value],
    ) -> tuple[Call, list[Value]]:
        """The part of an opened block as a call, and the values that it gives."""
        call = next(one for one in whole.calls if one.name == name)
        assert isinstance(call.target, Frame)
        read = _ordered(value for index in inside for value in self.row.units[index].reads)
        outside = [index for index in around if index not in inside]
        wanted = {*gives, *(value for index in outside for value in self.row.units[index].reads)}
        reads = [value for value in read if value.unit not in inside]
        made = [value for value in self.row.types if value.unit in inside and value in wanted]
        frame = self.frame(call.target, inside, depth + 1, reads, made)
        types = tuple([self.row.types[value] for value in made])
        names = tuple([self.names[value] for value in made])
        inputs = tuple([places[value] for value in reads])
        return call._replace(target=frame, inputs=inputs, outputs=types, output_names=names), made


def _ordered(values: Iterable[Value | None]) -> list[Value]:
    return list(dict.fromkeys(value for value in values if value is not None))


def _renumbered(whole: Frame, calls: Sequence[Call]) -> list[Call]:
    """Calls that say by number whose modules they run: the numbers of a part are others."""
    numbers = {call.name: index for index, call in enumerate(calls)}

    def number(lender: int) -> int:
        return lender if lender < 0 else numbers[whole.calls[lender].name]

    def renumbered(call: Call) -> Call:
        target = call.target
        if isinstance(target, Shared):
            target = Shared(number(target.call), target.target)
        return call._replace(target=target, lends=tuple(map(number, call.lends)))

    return [renumbered(call) for call in calls]


def has(calls: Sequence[Call], path: str) -> bool:
    """Whether the path of a node or weight leads into these calls."""
    name, _, rest = path.partition(".")
    call = next((one for one in calls if one.name == name), None)
    return call is not None and (not rest or not isinstance(call.target, Frame) or has(call.target.calls, rest))
