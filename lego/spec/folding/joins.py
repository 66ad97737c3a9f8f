"""A list of inputs that a block first joins into one: the join moves to where the block is used.

The blocks of a class may have any number of them, as the layers of a DenseNet have; without the join they are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import NamedTuple

from lego.catalogue import Variadic, find_layer
from lego.spec.document import Block, Document, Graph, Input, Node, Reads, Reference, Use
from lego.spec.folding.classes import class_of, every_node, mentioned, used_specially
from lego.spec.folding.values import arguments_of, holds_expression, is_literal
from lego.spec.folding.walk import all_nodes, rebuilt


class Join(NamedTuple):
    """The node of a block that joins its first inputs, and how many."""

    node: Node
    inputs: int


def with_joins_outside(document: Document) -> Document:
    """The document with the joins of blocks whose number of inputs differs where these blocks are used."""
    joins = _joins(document)
    if not joins:
        return document
    blocks = {
        name: _calling(_without(block, joins[name]) if name in joins else block, joins)
        for name, block in document.blocks.items()
    }
    graph = document.graph and _inserted(document.graph, joins, {one.name for one in document.inputs})
    return document.model_copy(update={"blocks": blocks, "graph": graph})


def _joins(document: Document) -> dict[str, Join]:
    """The joins that move, by block."""
    fixed: set[str] | None = None
    found: dict[str, Join] = {}
    classes: dict[str, list[str]] = {}
    for name in document.blocks:
        classes.setdefault(class_of(name), []).append(name)
    for names in classes.values():
        joins = {name: join for name in names if (join := _join(document.blocks[name])) is not None}
        if joins and len({joins[name].inputs if name in joins else 1 for name in names}) > 1:
            fixed = (mentioned(document) | _used_otherwise(document)) if fixed is None else fixed
            found |= {name: join for name, join in joins.items() if name not in fixed}
    return found


def _join(block: Block) -> Join | None:
    node, *others = block.graph.nodes
    if not others or len(block.inputs) < 2 or not is_literal(block) or not _is_join(node) or node.reads is None:
        return None
    names = [one.name for one in block.inputs]
    read = [names[0] if one.name == "input" else one.name for one in node.reads.positional]
    if read != names[: len(read)] or _reads(block, {"input", *read}):
        return None
    return Join(node, len(read))


def _is_join(node: Node) -> bool:
    use = node.what
    wired = node.repeat or node.each or node.when or node.init or node.freeze or node.checkpoint or node.doc
    if wired or not isinstance(use, Use):
        return False
    layer = find_layer(use.name)
    literal = not holds_expression(arguments_of(use, {}).values())
    return layer is not None and isinstance(layer.slots, Variadic) and literal


def _reads(block: Block, names: set[str]) -> bool:
    """Whether anything but the first node reads one of these; a graph inside may have an `input` of its own."""
    first, *others = block.graph.nodes
    read = {one.name for node in others if node.reads is not None for one in node.reads.references()}
    inner = [node for node in all_nodes(block.graph) if node is not first]
    read |= {
        one.name for node in inner if node.reads is not None for one in node.reads.references() if one.name != "input"
    }
    read |= {one.reference.name for one in block.outputs.entries} if block.outputs is not None else set()
    return bool(read & names) or not all(isinstance(node.what, Use) or node in others for node in inner)


def _used_otherwise(document: Document) -> set[str]:
    """Blocks with a use that does not simply give all inputs in order."""
    found = used_specially(document)
    for node in every_node(document):
        if isinstance(node.what, Use) and node.what.name in document.blocks:
            inputs = max(1, len(document.blocks[node.what.name].inputs))
            given = 1 if node.reads is None else 0 if node.reads.slots else len(node.reads.positional)
            found |= {node.what.name} if given != inputs else set()
    return found


def _without(block: Block, join: Join) -> Block:
    """The block whose first input is what the join gave."""
    joined = Input(name=join.node.name, span=join.node.span)
    graph = block.graph.model_copy(update={"nodes": block.graph.nodes[1:]})
    return block.model_copy(update={"inputs": (joined, *block.inputs[join.inputs :]), "graph": graph})


def _calling(block: Block, joins: Mapping[str, Join]) -> Block:
    return block.model_copy(update={"graph": _inserted(block.graph, joins, {one.name for one in block.inputs})})


def _inserted(graph: Graph, joins: Mapping[str, Join], taken: set[str]) -> Graph:
    """The graph with a join before each use of these blocks."""
    taken = taken | {node.name for node in all_nodes(graph)}

    def joined(one: Graph) -> Graph:
        nodes = [new for node in one.nodes for new in _joined(node, joins, taken)]
        listed = one.listed and len(nodes) == len(one.nodes)
        return one.model_copy(update={"nodes": tuple(nodes), "listed": listed})

    return rebuilt(graph, graph_=joined)


def _joined(node: Node, joins: Mapping[str, Join], taken: set[str]) -> list[Node]:
    """A use, behind the join of what it reads."""
    join = joins.get(node.what.name) if isinstance(node.what, Use) else None
    if join is None or node.reads is None:
        return [node]
    name = next(one for one in _names(join.node.name) if one not in taken)
    taken.add(name)
    positional = node.reads.positional
    before = join.node.model_copy(
        update={"name": name, "reads": Reads(positional=positional[: join.inputs], span=node.reads.span)}
    )
    reads = Reads(positional=(Reference(name, None, node.span), *positional[join.inputs :]), span=node.reads.span)
    return [before, node.model_copy(update={"reads": reads})]


def _names(name: str) -> Iterator[str]:
    """A name, and the same with numbers."""
    bare = "join" if name.isdigit() else name
    yield bare
    yield from (f"{bare}_{number}" for number in count(1))
