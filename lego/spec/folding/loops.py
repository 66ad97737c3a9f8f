"""Neighbours in a list that are uses of one layer or block become one node that repeats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lego.catalogue import is_layer
from lego.spec.document import Argument, Graph, Node, Reads, Reference, Sequential, Use
from lego.spec.folding.patterns import by_index
from lego.spec.folding.values import (
    Blocks,
    Missing,
    argument_names,
    arguments_of,
    asks_for_loop,
    defaults_of,
    is_tied,
    same,
)
from lego.spec.folding.walk import rebuilt
from lego.spec.folding.wires import explicit_reads, names_of


def with_loops(graph: Graph, known: Blocks) -> Graph:
    """The graph with `repeat` or `each` for every list whose nodes are uses of one layer or block."""

    def folded(one: Graph) -> Graph:
        reads = explicit_reads(one)
        nodes = tuple(_looped(node, reads[at], one, known) for at, node in enumerate(one.nodes))
        return one.model_copy(update={"nodes": nodes})

    return rebuilt(graph, graph_=folded)


def _looped(node: Node, reads: Reads | None, around: Graph, known: Blocks) -> Node:
    """The one node that a list is, if it is."""
    what = node.what
    plain = not (node.repeat or node.each or node.when or node.init or node.checkpoint)
    if not isinstance(what, Sequential) or not plain or reads is None:
        return node
    loop = loop_of(what.graph, known)
    if loop is None:
        return node
    if loop.further is not None:
        own = _supplied(reads, loop.further, node, around)
        if own is None:
            return node
        reads = own
    freeze = node.freeze or loop.node.freeze
    doc = node.doc or loop.node.doc
    return loop.node.model_copy(
        update={"name": node.name, "reads": reads, "freeze": freeze, "doc": doc, "span": node.span}
    )


class Loop(NamedTuple):
    """A chain as one node; `further` is what every turn reads besides the one before, in all slots but the first."""

    node: Node
    further: Reads | None


def loop_of(graph: Graph, known: Blocks) -> Loop | None:
    """The node that repeats in the place of a graph, whose nodes are numbered and follow each other."""
    nodes = graph.nodes
    if len(nodes) < 2 or [node.name for node in nodes] != [str(number) for number in range(len(nodes))]:
        return None
    first = nodes[0]
    if not all(_is_alike(node, first) for node in nodes):
        return None
    chained = _chain(graph)
    looped = _turns([node.what for node in nodes if isinstance(node.what, Use)], known) if chained else None
    if chained is None or looped is None:
        return None
    use, items = looped
    loop = {"each": Argument(items, first.span)} if items else {"repeat": Argument(len(nodes), first.span)}
    return Loop(first.model_copy(update={"what": use, "reads": None, **loop}), chained[0])


def _is_alike(node: Node, first: Node) -> bool:
    if not (isinstance(node.what, Use) and isinstance(first.what, Use)):
        return False
    if node.what.name != first.what.name or node.what.name.startswith("$") or node.repeat or node.each or node.when:
        return False
    common = (node.init, node.freeze, node.checkpoint, node.doc)
    return common == (first.init, first.freeze, first.checkpoint, first.doc)


def _chain(graph: Graph) -> tuple[Reads | None] | None:
    """What all nodes read besides the node before, in a tuple; None where they are no chain."""
    names = {"input", *names_of(graph)}
    previous = "input"
    rest: list[Reads] = []
    for node, reads in zip(graph.nodes, explicit_reads(graph), strict=True):
        references = reads.references() if reads is not None else ()
        if reads is None or not references or references[0].output or references[0].name != previous:
            return None
        if any(one.name in names for one in references[1:]):
            return None
        rest.append(_without_first(reads))
        previous = node.name
    if any(other != rest[0] or list(other.slots) != list(rest[0].slots) for other in rest):
        return None
    return (rest[0] if len(rest[0].references()) > 1 else None,)


def _without_first(reads: Reads) -> Reads:
    """The same with nothing in particular in the first slot."""
    nothing = Reference("", None, reads.span)
    return _with_first(reads, nothing)


def _with_first(reads: Reads, first: Reference) -> Reads:
    if reads.positional:
        return reads.model_copy(update={"positional": (first, *reads.positional[1:])})
    slot, *_ = reads.slots
    return reads.model_copy(update={"slots": {**reads.slots, slot: first}})


def _supplied(reads: Reads, further: Reads, node: Node, around: Graph) -> Reads | None:
    """What the list reads, and what its nodes read from around it; None where a name would mean another node."""
    position = {other.name: at for at, other in enumerate(around.nodes)}
    above = position[node.name]
    if any(position.get(one.name, -1) >= above for one in further.references()):
        return None
    return _with_first(further, reads.references()[0])


def _turns(uses: Sequence[Use], known: Blocks) -> tuple[Use, list[dict[str, Any]]] | None:
    """The use of all turns, and what is an item of each turn."""
    first = uses[0]
    columns = _columns(uses, known)
    if columns is None:
        return None
    default = defaults_of(first.name, known)
    constant = {name: values[0] for name, values in columns.items() if len(set(map(same, values))) == 1}
    varying = {name: by_index(values) for name, values in columns.items() if name not in constant}
    items = [name for name, text in varying.items() if text is None]
    given = {name: value for name, value in constant.items() if same(value) != same(default(name))}
    if not _is_worth_it(len(uses), first.name in known, len(given), len(varying), items, known):
        return None
    texts = {name: f"$item.{name}" if text is None else f"${text}" for name, text in varying.items()}
    values = given | texts
    arguments = {name: Argument(values[name], first.span) for name in columns if name in values}
    use = first.model_copy(update={"arguments": arguments, "primary": None})
    return use, [{name: columns[name][turn] for name in items} for turn in range(len(uses))] if items else []


def _columns(uses: Sequence[Use], known: Blocks) -> dict[str, list[Any]] | None:
    """The values of each argument, turn by turn; None where one means what it means only where it stands."""
    name = uses[0].name
    default = defaults_of(name, known)
    given = [arguments_of(use, known) for use in uses]
    columns: dict[str, list[Any]] = {}
    for argument in argument_names(name, given, known):
        values = [each[argument].value if argument in each else default(argument) for each in given]
        changes = len(set(map(same, values))) > 1
        if Missing in values or any(map(asks_for_loop, values)):
            return None
        if changes and any(is_tied(name, argument, value, known) for value in values):
            return None
        columns[argument] = values
    return columns


def _is_worth_it(turns: int, block: bool, constant: int, varying: int, items: list[str], known: Blocks) -> bool:
    """Whether a reader is better off: what changes should not be more than what stays."""
    if len(items) == 1 and (items[0] in known or is_layer(items[0])):
        return False  # as an item, `{name: value}` would be a block with its argument
    if not block and varying:
        return turns > 2 and varying <= constant
    return varying <= constant + 2 and (not items or turns > 2 or len(items) <= constant)
