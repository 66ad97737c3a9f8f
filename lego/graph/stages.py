"""A graph cut into stages that follow each other on different machines (pipelining; Huang et al. 2019, GPipe).

Each stage is a graph of its own, whose nodes keep their paths. Stages are of about the same work, and little crosses
from one to the next: what a later stage reads goes through all those before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from lego.diagnostics import Problem
from lego.graph.cost import Costs, parameters, value_bytes
from lego.graph.cutting import Cut, best_cut, spans
from lego.graph.graph import Graph
from lego.graph.part import Part, graph_of, has, names_of
from lego.graph.units import Path, Row, Value, row_of
from lego.shapes import Shape, Size, TensorType, substitute, symbols

TOLERANCE = 0.05


class Passed(NamedTuple):
    """A value that one stage gives to the next.

    Attributes:
        name: The input's, or the path of the node that gives it.
        type: Its type.
        bytes: With float32 weights.
    """

    name: str
    type: TensorType
    bytes: int


@dataclass(frozen=True)
class Stage:
    """One stage.

    Attributes:
        graph: What runs there. Its inputs are what the stage before gives, in that order.
        nodes: The paths of its nodes: top nodes of the document, and those in blocks that are cut through.
        macs: Multiply-accumulates.
        parameters: Learned numbers, copies of tied weights included.
        bytes: Of the outputs of its layers, with float32 weights.
        gives: What goes on to the next stage; nothing, of the last.
    """

    graph: Graph
    nodes: tuple[str, ...]
    macs: int
    parameters: int
    bytes: int
    gives: tuple[Passed, ...]

    @property
    def crossing(self) -> int:
        """Bytes that go on to the next stage."""
        return sum([one.bytes for one in self.gives])


@dataclass(frozen=True)
class Plan:
    """A graph in stages.

    Attributes:
        name: The document's name.
        stages: In the order of execution.
        sizes: What symbols are: those that were given, and 1 for each that counts samples.
        copies: Weights that are tied to one of another stage, and that one; the gradients of both are to be added up.
    """

    name: str
    stages: tuple[Stage, ...]
    sizes: Mapping[str, Size]
    copies: Mapping[str, str]

    @cached_property
    def balance(self) -> float:
        """The mean work of a stage, as a share of that of the heaviest: at 1 none waits for another."""
        work = [stage.macs for stage in self.stages]
        return sum(work) / len(work) / max(work) if max(work) else 1.0

    @property
    def crossing(self) -> int:
        """Bytes that cross from stage to stage, in all."""
        return sum([stage.crossing for stage in self.stages])

    def to_json(self) -> dict[str, Any]:
        """Plain data for programs; it is the same for equal plans."""
        return {
            "name": self.name,
            "sizes": {name: size if isinstance(size, int) else str(size) for name, size in self.sizes.items()},
            "balance": self.balance,
            "crossing": self.crossing,
            "copies": dict(self.copies),
            "stages": [_plain(stage) for stage in self.stages],
        }


def _plain(stage: Stage) -> dict[str, Any]:
    gives = [{"name": one.name, "type": str(one.type), "bytes": one.bytes} for one in stage.gives]
    numbers = {"macs": stage.macs, "parameters": stage.parameters, "bytes": stage.bytes}
    return {"nodes": list(stage.nodes), **numbers, "gives": gives, "crossing": stage.crossing}


def plan(graph: Graph, stages: int, values: Mapping[str, Size] | None = None, *, tolerance: float = TOLERANCE) -> Plan:
    """Cut a graph into stages.

    Among all cuts between its nodes whose heaviest stage is at most `tolerance` heavier than need be, the one that the
    fewest bytes cross. Blocks are cut through only where stages would differ by more than that otherwise.

    Args:
        graph: A checked graph.
        stages: How many, at least 1.
        values: Sizes in place of symbols. Symbols that count samples (dim 0 of the inputs) are 1 unless given.
        tolerance: How uneven stages may be for less to cross.

    Raises:
        Problem: the graph has too few places to be cut at; the work depends on further symbols.
    """
    if stages < 1:
        raise Problem("bad-value", f"a net has at least 1 stage, found {stages}")
    sizes = _sizes(graph, values or {})
    counted = _Counted(sizes)
    row, cut = _cut(graph, counted, stages, tolerance)
    names = names_of(graph, row)
    parts = _parts(row, cut)
    made = tuple(
        _stage(graph, row, part, counted, names, f"{graph.name}_stage_{number}")
        for number, part in enumerate(parts, start=1)
    )
    return Plan(graph.name, made, sizes, _copies(graph, made))


# -- sizes and costs ---------------------------------------------------------------------------------------------------


def _sizes(graph: Graph, values: Mapping[str, Size]) -> dict[str, Size]:
    counts = [size for type in graph.inputs.values() for size in type.shape[:1]]
    samples = {name: 1 for size in counts for name in symbols(size)}
    return {**samples, **values}


class _Counted:
    """Costs as numbers."""

    def __init__(self, sizes: Mapping[str, Size]) -> None:
        self.sizes = sizes
        self.costs = Costs()

    def number(self, size: Size) -> int:
        found = substitute(size, self.sizes)
        if isinstance(found, int):
            return found
        open = ", ".join(sorted(symbols(found)))
        help = "give the shapes of the inputs: --input image=1,3,224,224, say"
        raise Problem("bad-value", f"how much work the net does depends on {open}", help=help)

    def type(self, type: TensorType) -> TensorType:
        return type._replace(shape=Shape(substitute(size, self.sizes) for size in type.shape))

    def work(self, row: Row) -> list[int]:
        """Multiply-accumulates of each unit."""
        return [self.number(self.costs.macs_of(unit.frame, unit.call)) for unit in row.units]

    def made(self, row: Row) -> list[int]:
        """Bytes of what each unit makes."""
        return [self.number(self.costs.bytes_of(unit.call)) for unit in row.units]

    def crossing(self, row: Row) -> list[int | None]:
        """Bytes that cross a cut at each place; None where there may be none."""
        parted = row.parted()
        sizes = {value: self.number(value_bytes(type)) for value, type in row.types.items()}
        places = range(len(row.units) + 1)
        return [None if place in parted else sum([sizes[one] for one in row.live(place)]) for place in places]


# -- cutting -----------------------------------------------------------------------------------------------------------


def _cut(graph: Graph, counted: _Counted, stages: int, tolerance: float) -> tuple[Row, Cut]:
    """The best cut, with as few blocks opened as it takes."""
    opened: set[Path] = set()
    while True:
        row = row_of(graph.root, opened)
        work = counted.work(row)
        if not any(work):
            work = counted.made(row)
        cut = best_cut(work, counted.crossing(row), stages, tolerance)
        even = sum(work) / stages
        least = max([even, *(cost for unit, cost in zip(row.units, work, strict=True) if not unit.openable)])
        if cut is not None and cut.heaviest <= least * (1 + tolerance):
            return row, cut
        chosen = _heaviest(row, work, cut, tolerance * even)
        if chosen is not None:
            opened.add(chosen)
        elif cut is not None:
            return row, cut
        else:
            raise _too_few(row, stages)


def _heaviest(row: Row, work: list[int], cut: Cut | None, least: float) -> Path | None:
    """The block to open: the heaviest of the heaviest stage, else of all; None where none is heavy enough to matter."""
    everywhere = range(len(row.units))
    parts = spans(cut.bounds) if cut is not None else [everywhere]
    heaviest = max(parts, key=lambda part: sum(work[part.start : part.stop]))
    for part in (heaviest, everywhere):
        found = [index for index in part if row.units[index].openable and (cut is None or work[index] > least)]
        if found:
            return row.units[max(found, key=lambda index: work[index])].path
    return None


def _too_few(row: Row, stages: int) -> Problem:
    most = len(row.units) - len(row.parted())
    message = f"the net cannot be cut into {stages} stages: no more than {most} of its nodes can be apart"
    return Problem("bad-value", message, help=f"ask for fewer: --stages {most}")


def _parts(row: Row, cut: Cut) -> list[Part]:
    every = tuple([Value(-1, index) for index in range(len([one for one in row.types if one.unit < 0]))])
    parts: list[Part] = []
    for span in spans(cut.bounds):
        last = span.stop == len(row.units)
        gives = tuple(dict.fromkeys(row.outputs)) if last else row.live(span.stop)
        parts.append(Part(span, parts[-1].gives if parts else every, gives))
    return parts


def _stage(graph: Graph, row: Row, part: Part, counted: _Counted, names: Mapping[Value, str], name: str) -> Stage:
    made = graph_of(graph, row, part, name)
    units = [row.units[index] for index in part.units]
    types = [(names[value], counted.type(row.types[value])) for value in part.gives]
    gives = tuple([Passed(one, type, counted.number(value_bytes(type))) for one, type in types])
    return Stage(
        made,
        tuple([".".join(unit.path) for unit in units]),
        sum([counted.number(counted.costs.macs_of(unit.frame, unit.call)) for unit in units]),
        parameters(made.root),
        sum([counted.number(counted.costs.bytes_of(unit.call)) for unit in units]),
        () if part.units.stop == len(row.units) else gives,
    )


def _copies(graph: Graph, stages: tuple[Stage, ...]) -> dict[str, str]:
    """The tied weights whose pairs are in different stages."""
    tied = Costs().tied(graph.root)
    place = {path: _place(stages, path) for pair in tied.items() for path in pair}
    return {left: right for left, right in tied.items() if place[left] != place[right]}


def _place(stages: tuple[Stage, ...], path: str) -> int:
    return next(index for index, stage in enumerate(stages) if has(stage.graph.root.calls, path))
