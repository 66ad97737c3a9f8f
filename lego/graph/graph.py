"""The checked graph of a spec: the tree of frames, and the same as one flat NetworkX graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lego.diagnostics import Diagnostic
from lego.graph.frame import Call, Frame, Ref, Scan
from lego.shapes import Dim, Shape, TensorType, least, unsolved
from lego.spec import collector_paused

if TYPE_CHECKING:
    import networkx as nx


class Site(NamedTuple):
    """A layer in the flat graph."""

    path: str
    call: Call


@dataclass(frozen=True)
class Graph:
    """A spec that is sound, with the type of every value.

    Attributes:
        root: The document's own frame.
        name: The document's name.
        warnings: What was found that leaves it sound.
    """

    root: Frame
    name: str
    doc: str = ""
    warnings: tuple[Diagnostic, ...] = field(default=())

    @property
    def inputs(self) -> dict[str, TensorType]:
        """Name and type of each input."""
        return {port.name: port.type for port in self.root.ports}

    @property
    def outputs(self) -> dict[str, Shape]:
        """Name and shape of each output."""
        return {name: self.root.type_of(ref).shape for name, ref in self.root.outputs}

    @cached_property
    def requires(self) -> dict[str, int]:
        """The least value of each symbol that the whole net asks for: `{"H": 33}`."""
        return least(self.root.requires)

    @cached_property
    def open_requirements(self) -> tuple[int | Dim, ...]:
        """Sizes over several symbols that must be at least 1."""
        return unsolved(self.root.requires)

    @cached_property
    def nx(self) -> nx.MultiDiGraph[str]:
        """Layers and inputs as nodes, values as edges.

        A node is a path (`layer2.0.conv1`) with `kind`, `layer`, `outputs` (types), `span`; an input has kind `input`.
        An edge has `shape`, `dtype`, `slot` and `output`. The graph itself has `outputs`: name -> (node, output).
        A state of a recurrent is a node of kind `state` (`lstm.cell.h`); the edge from what it becomes to it has its
        `delay`, and every cycle crosses such an edge.
        """
        return flatten(self.root)


def sites(frame: Frame, prefix: str = "") -> Iterator[Site]:
    """Every layer in a frame with its path, in the order of execution."""
    for call in frame.calls:
        path = f"{prefix}{call.name}"
        if isinstance(call.body, Frame):
            yield from sites(call.body, f"{path}.")
        else:
            yield Site(path, call)


class _Edge(NamedTuple):
    """Where a value comes from in the flat graph."""

    node: str
    output: int


def flatten(root: Frame) -> nx.MultiDiGraph[str]:
    """The flat graph of a frame; frames inside are gone, paths tell of them."""
    import networkx as nx

    with collector_paused():
        return _fill(nx.MultiDiGraph(), root)


def _fill(graph: nx.MultiDiGraph[str], root: Frame) -> nx.MultiDiGraph[str]:
    sources: list[_Edge] = []
    for port in root.ports:
        graph.add_node(port.name, kind="input", layer=None, outputs=(port.type,), span=None)
        sources.append(_Edge(port.name, 0))
    found = _flatten(graph, root, "", sources)
    names = [name for name, _ in root.outputs]
    graph.graph["outputs"] = {name: tuple(edge) for name, edge in zip(names, found, strict=True)}
    return graph


def _flatten(graph: nx.MultiDiGraph[str], frame: Frame, prefix: str, ports: list[_Edge]) -> list[_Edge]:
    """Add the layers of a frame; `ports` are its inputs in the flat graph. Gives its outputs there."""
    values: list[list[_Edge]] = []

    def source(ref: Ref) -> _Edge:
        return ports[ref.output] if ref.call < 0 else values[ref.call][ref.output]

    for call in frame.calls:
        path = f"{prefix}{call.name}"
        body = call.body
        if isinstance(body, Frame):
            inner = [None if ref is None else source(ref) for ref in call.inputs]
            if call.scan is not None:
                values.append(_flatten_scan(graph, body, f"{path}.", call.scan, inner))
            else:
                values.append(_flatten(graph, body, f"{path}.", [edge for edge in inner if edge is not None]))
            continue
        graph.add_node(path, kind=type(body).__name__, layer=body, outputs=call.outputs, span=call.node.span)
        for slot, ref in enumerate(call.inputs):
            if ref is not None:
                _connect(graph, source(ref), path, frame.type_of(ref), slot)
        values.append([_Edge(path, number) for number in range(len(call.outputs))])
    return [source(ref) for _, ref in frame.outputs]


def _flatten_scan(
    graph: nx.MultiDiGraph[str], frame: Frame, prefix: str, scan: Scan, inputs: list[_Edge | None]
) -> list[_Edge]:
    """Add the layers of a step once; each state is a node, which an edge with a delay leads back to."""
    first = len(scan.axes)
    ports = list(inputs[: len(frame.ports)])
    for index, state in enumerate(scan.states):
        path = f"{prefix}{state.name}"
        graph.add_node(path, kind="state", layer=None, outputs=(state.type,), span=None, start=state.start)
        start = ports[first + index]
        if start is not None:
            _connect(graph, start, path, state.type, 0)
        ports[first + index] = _Edge(path, 0)
    found = _flatten(graph, frame, prefix, [port for port in ports if port is not None])
    for state, source in zip(scan.states, found[len(scan.stacked) :], strict=True):
        _connect(graph, source, f"{prefix}{state.name}", state.type, 0, delay=state.delay)
    return found


def _connect(
    graph: nx.MultiDiGraph[str], source: _Edge, target: str, type: TensorType, slot: int, **further: int
) -> None:
    node, output = source
    graph.add_edge(node, target, shape=type.shape, dtype=type.dtype, slot=slot, output=output, **further)
