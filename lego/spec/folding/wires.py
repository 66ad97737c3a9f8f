"""What each node of a graph reads, by the places of nodes rather than their names."""

from __future__ import annotations

from typing import NamedTuple

from lego.catalogue import find_layer
from lego.spec.document import Block, Graph, Node, Output, Reads, Reference, Sequential, Use

Place = tuple[str, ...]
"""The names that lead to a node of a block; the input of a graph has the graph's place, and `input`."""


class Wire(NamedTuple):
    """A value that a node reads: whose, and which of its outputs (None: the first)."""

    place: Place
    output: str | None


class Scope(NamedTuple):
    """The names in sight of a graph: those of its own nodes, and, above position `above`, those around it."""

    place: Place
    names: dict[str, int]
    inputs: tuple[str, ...] = ("input",)
    around: Scope | None = None
    above: int = 0

    def find(self, name: str, before: int | None = None) -> Place:
        """The place of the node or input of this name; the bare name where nothing in sight has it."""
        if name == "input":
            return (*self.place, self.inputs[0], "")
        if name in self.inputs:
            return (*self.place, name, "")
        position = self.names.get(name)
        if position is not None and (before is None or position < before):
            return (*self.place, name)
        return (name,) if self.around is None else self.around.find(name, self.above)

    def inside(self, node: Node, graph: Graph) -> Scope:
        """The names in sight of a graph that a node of this one holds."""
        return Scope((*self.place, node.name), names_of(graph), ("input",), self, self.names[node.name])


def names_of(graph: Graph) -> dict[str, int]:
    """Names of the nodes, and where they stand."""
    return {node.name: position for position, node in enumerate(graph.nodes)}


def reads_nothing(node: Node) -> bool:
    """Layers without inputs (Parameter, Constant) do not read the node before them."""
    layer = find_layer(node.what.name) if isinstance(node.what, Use) else None
    return layer is not None and layer.slots == ()


def explicit_reads(graph: Graph) -> list[Reads | None]:
    """What each node of a graph reads, said even where it is the node before; None where it reads nothing."""
    found: list[Reads | None] = []
    previous = "input"
    for node in graph.nodes:
        reads = node.reads
        if reads is None and not reads_nothing(node):
            reads = Reads(positional=(Reference(previous, None, node.span),), span=node.span)
        found.append(reads)
        previous = node.name
    return found


def wires(graph: Graph, scope: Scope) -> dict[Place, tuple[Wire, ...]]:
    """What every node reads, those inside Sequentials too, but none inside other composites.

    What a Sequential gives, its last node, stands under its place and an empty name.
    """
    found: dict[Place, tuple[Wire, ...]] = {}
    for node, reads in zip(graph.nodes, explicit_reads(graph), strict=True):
        references = reads.references() if reads is not None else ()
        found[(*scope.place, node.name)] = tuple(Wire(scope.find(one.name), one.output) for one in references)
        if isinstance(node.what, Sequential):
            inner = scope.inside(node, node.what.graph)
            found |= wires(node.what.graph, inner)
            found[(*inner.place, "")] = (Wire((*inner.place, node.what.graph.nodes[-1].name), None),)
    return found


def wires_of(block: Block) -> dict[Place, tuple[Wire, ...]]:
    """What every node of a block reads, and under the empty place the outputs."""
    inputs = tuple(one.name for one in block.inputs) or ("input",)
    scope = Scope((), names_of(block.graph), inputs)
    found = wires(block.graph, scope)
    found[()] = tuple(Wire(scope.find(one.reference.name), one.reference.output) for one in output_entries(block))
    return found


def output_entries(block: Block) -> tuple[Output, ...]:
    """The outputs of a block, its last node where it names none."""
    if block.outputs is not None:
        return block.outputs.entries
    last = block.graph.nodes[-1]
    return (Output(key=last.name, reference=Reference(last.name, None, last.span)),)
