"""A graph as a row of units that can be put on different machines: its nodes, blocks among them opened or shut."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from lego.graph.frame import Call, Frame, Ref, Shared
from lego.shapes import TensorType

Path = tuple[str, ...]


class Value(NamedTuple):
    """What a unit gives, or (`unit` = -1) an input of the net."""

    unit: int
    output: int


class Unit(NamedTuple):
    """A node that is not opened.

    Attributes:
        path: Names from the document's own graph down to it.
        call: The node.
        frame: The frame that it stands in.
        reads: The values that it reads; None where an input of a layer is left out.
        runs: The earlier units whose modules it runs too.
        openable: Whether it is a block that can be cut through.
    """

    path: Path
    call: Call
    frame: Frame
    reads: tuple[Value | None, ...]
    runs: tuple[int, ...]
    openable: bool


class Row(NamedTuple):
    """Units in the order of execution, and what the net gives."""

    units: tuple[Unit, ...]
    outputs: tuple[Value, ...]
    types: dict[Value, TensorType]

    def live(self, place: int) -> tuple[Value, ...]:
        """The values that cross a cut before this unit: made earlier, and read there or later, or given by the net."""
        later = [value for unit in self.units[place:] for value in unit.reads if value is not None]
        return tuple(sorted({value for value in [*later, *self.outputs] if value.unit < place}))

    def parted(self) -> set[int]:
        """The places where no cut may be: on both sides the same module would run."""
        return {
            place
            for index, unit in enumerate(self.units)
            for first in unit.runs
            for place in range(first + 1, index + 1)
        }


def row_of(root: Frame, opened: Collection[Path]) -> Row:
    """The units of a frame, with these blocks opened."""
    walk = _Walk(opened)
    ports = [Value(-1, index) for index in range(len(root.ports))]
    walk.types |= {value: port.type for value, port in zip(ports, root.ports, strict=True)}
    outputs = walk.run(root, (), ports)
    return Row(tuple(walk.units), tuple(outputs), walk.types)


class _Walk:
    def __init__(self, opened: Collection[Path]) -> None:
        self.opened = opened
        self.units: list[Unit] = []
        self.types: dict[Value, TensorType] = {}

    def run(self, frame: Frame, prefix: Path, ports: list[Value]) -> list[Value]:
        """Add the units of a frame that reads these values; gives what its outputs are."""
        values: list[list[Value]] = []
        places: dict[int, int] = {}
        lenders = {lender for call in frame.calls for lender in _lenders(call)}

        def value(ref: Ref) -> Value:
            return ports[ref.output] if ref.call < 0 else values[ref.call][ref.output]

        for index, call in enumerate(frame.calls):
            path = (*prefix, call.name)
            reads = tuple([None if ref is None else value(ref) for ref in call.inputs])
            if path in self.opened and isinstance(call.target, Frame):
                values.append(self.run(call.target, path, [one for one in reads if one is not None]))
                continue
            places[index] = len(self.units)
            runs = tuple([places[lender] for lender in _lenders(call)])
            openable = index not in lenders and _can_be_opened(call)
            values.append(self._add(Unit(path, call, frame, reads, runs, openable)))
        return [value(ref) for _, ref in frame.outputs]

    def _add(self, unit: Unit) -> list[Value]:
        values = [Value(len(self.units), number) for number in range(len(unit.call.outputs))]
        self.types |= dict(zip(values, unit.call.outputs, strict=True))
        self.units.append(unit)
        return values


def _lenders(call: Call) -> Iterator[int]:
    """The calls whose modules it runs beside its own; what is lent from further out is there in no opened block."""
    if isinstance(call.target, Shared) and call.target.call >= 0:
        yield call.target.call
    yield from (lender for lender in call.lends if lender >= 0)


def _can_be_opened(call: Call) -> bool:
    """A block or composite with modules of its own alone, which runs once and keeps its values."""
    target = call.target
    return (
        isinstance(target, Frame)
        and call.scan is None
        and not target.borrowed
        and not call.node.checkpoint
        and len(target.calls) > 0
        and target.kind != "recurrent"
    )
