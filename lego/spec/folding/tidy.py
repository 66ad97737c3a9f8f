"""What goes without saying is left out: `from` that names the node before, outputs that are the last node, …"""

from __future__ import annotations

from typing import TypeVar

from lego.catalogue import find_layer
from lego.spec.document import Block, Document, Graph, Node, Outputs, Reads, Sequential, Use
from lego.spec.folding.walk import all_nodes, rebuilt

PartT = TypeVar("PartT", Block, Document)


def tidy(part: PartT) -> PartT:
    """A block or document without what it need not say."""
    if part.graph is None:
        return part
    inputs = part.inputs
    graph = part.graph
    if isinstance(part, Block) and len(inputs) == 1 and inputs[0].shape is None:
        renamed = _named_input(graph, inputs[0].name)
        graph, inputs = (graph, inputs) if renamed is None else (renamed, ())
    first = inputs[0].name if inputs else "input"
    graph = rebuilt(graph, _tidy_node, _tidy_graph)
    graph = _without_defaults(graph, first)
    outputs = _tidy_outputs(part.outputs, graph) if isinstance(part, Block) else part.outputs
    return part.model_copy(update={"inputs": inputs, "graph": graph, "outputs": outputs})


def _tidy_graph(graph: Graph) -> Graph:
    return _without_defaults(graph, "input")


def _without_defaults(graph: Graph, first: str) -> Graph:
    """Each node reads the one before it, the first the graph's input."""
    before = [{"input", first}, *({node.name} for node in graph.nodes)]
    nodes = tuple(
        node.model_copy(update={"reads": None}) if _is_default(node.reads, names) else node
        for node, names in zip(graph.nodes, before, strict=False)
    )
    return graph.model_copy(update={"nodes": nodes})


def _is_default(reads: Reads | None, before: set[str]) -> bool:
    if reads is None or reads.slots or len(reads.positional) != 1:
        return False
    [only] = reads.positional
    return only.output is None and only.name in before


def _tidy_outputs(outputs: Outputs | None, graph: Graph) -> Outputs | None:
    if outputs is None or outputs.form != "one":
        return outputs
    [only] = outputs.entries
    reference = only.reference
    last = reference.output is None and reference.name == graph.nodes[-1].name and only.when is None
    return None if last else outputs


def _named_input(graph: Graph, name: str) -> Graph | None:
    """The graph with `input` for the name of its only input; None where a graph inside reads it, too."""
    if name == "input":
        return graph
    if _reads_inside(graph, name):
        return None
    nodes = tuple(_renamed(node, name) for node in graph.nodes)
    return graph.model_copy(update={"nodes": nodes})


def _reads_inside(graph: Graph, name: str) -> bool:
    own = set(map(id, graph.nodes))
    inner = (node for node in all_nodes(graph) if id(node) not in own)
    mentioned = (one.name for node in inner if node.reads is not None for one in node.reads.references())
    return name in mentioned or any(not isinstance(node.what, Use | Sequential) for node in all_nodes(graph))


def _renamed(node: Node, name: str) -> Node:
    reads = node.reads
    if reads is None or all(one.name != name for one in reads.references()):
        return node
    positional = tuple(one._replace(name="input") if one.name == name else one for one in reads.positional)
    slots = {slot: one._replace(name="input") if one.name == name else one for slot, one in reads.slots.items()}
    return node.model_copy(update={"reads": reads.model_copy(update={"positional": positional, "slots": slots})})


def _tidy_node(node: Node) -> Node:
    """A lone argument that a lone value sets: `Linear: 10`."""
    use = node.what
    if not isinstance(use, Use) or len(use.arguments) != 1 or use.primary is not None:
        return node
    [(name, argument)] = use.arguments.items()
    layer = find_layer(use.name)
    if layer is None or layer.primary() != name or argument.value is None or isinstance(argument.value, dict):
        return node
    return node.model_copy(update={"what": use.model_copy(update={"arguments": {}, "primary": argument})})
