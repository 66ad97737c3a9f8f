"""Nodes and graphs as plain data, in the forms that a person would choose."""

from __future__ import annotations

from typing import Any

from lego.spec.document import (
    Argument,
    Copies,
    Graph,
    Init,
    Initialiser,
    Node,
    Reads,
    Recurrent,
    Sequential,
    Share,
    Skip,
    Split,
    State,
    Use,
    What,
)
from lego.spec.writing.ends import outputs_data, type_data
from lego.spec.writing.layout import Tall
from lego.spec.writing.scalars import NOTHING, Word


def graph_data(graph: Graph) -> Any:
    """A list, or a mapping by name."""
    if graph.listed:
        return [node_data(node) for node in graph.nodes]
    return Tall((node.name, node_data(node)) for node in graph.nodes)


def node_data(node: Node) -> Any:
    """What is under a node's name."""
    wiring = _wiring(node)
    what = node.what
    if not wiring:
        if isinstance(what, Use) and not what.arguments and what.primary is None:
            return Word(what.name)
        if isinstance(what, Sequential) and what.graph.listed:
            return graph_data(what.graph)
    name, value = _what(what)
    return {Word(name): value, **wiring}


def _wiring(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if node.reads is not None:
        found["from"] = _reads(node.reads)
    arguments = {"repeat": node.repeat, "each": node.each, "when": node.when}
    found |= {name: argument.value for name, argument in arguments.items() if argument is not None}
    if node.init is not None:
        found["init"] = init_data(node.init)
    found |= {name: True for name in ("freeze", "checkpoint") if getattr(node, name)}
    if node.doc:
        found["doc"] = node.doc
    return found


def _reads(reads: Reads) -> Any:
    if reads.slots:
        return {slot: Word(reference) for slot, reference in reads.slots.items()}
    names = [Word(reference) for reference in reads.positional]
    return names[0] if len(names) == 1 else names


# -- what a node is ----------------------------------------------------------------------------------------------------


def _what(what: What) -> tuple[str, Any]:
    match what:
        case Use():
            return what.name, _arguments(what)
        case Sequential():
            return "Sequential", graph_data(what.graph)
        case Skip():
            return "skip", _skip(what)
        case Split():
            branches = {name: graph_data(graph) for name, graph in what.branches.items()}
            return "split", {"branches": branches, **_sides(what)}
        case Copies():
            return "split", {"copies": what.copies.value, "graph": graph_data(what.graph), **_sides(what)}
        case Recurrent():
            return "recurrent", _recurrent(what)
        case Share():
            return "share", Word(what.of)


def _arguments(use: Use) -> Any:
    if use.primary is not None:
        return use.primary.value
    return {name: argument.value for name, argument in use.arguments.items()} or NOTHING


def _skip(skip: Skip) -> Any:
    graph = graph_data(skip.graph)
    parts = {"shortcut": skip.shortcut, "merge": skip.merge}
    written = {name: node_data(part) for name, part in parts.items() if part is not None}
    if not written and not any(node.name == "graph" for node in skip.graph.nodes):
        return graph
    return {"graph": graph, **written}


def _sides(split: Split | Copies) -> dict[str, Any]:
    by = {} if split.by is None else {"by": node_data(split.by)}
    return {**by, "merge": Word("none") if split.merge is None else node_data(split.merge)}


def _recurrent(what: Recurrent) -> dict[str, Any]:
    found: dict[str, Any] = {
        "over": what.over.value,
        "state": {state.name: _state(state) for state in what.state},
        "graph": graph_data(what.graph),
        "next": {name: Word(reference) for name, reference in what.following.items()},
    }
    if what.outputs is not None:
        found["outputs"] = outputs_data(what.outputs)
    if what.reverse is not None:
        found["reverse"] = what.reverse.value
    if what.bidirectional is not None:
        both = what.bidirectional
        found["bidirectional"] = _merge(both) if isinstance(both, Node) else both.value
    return found | ({"lengths": Word(what.lengths)} if what.lengths is not None else {})


def _merge(merge: Node) -> Any:
    """A parameter alone would be a flag."""
    data = node_data(merge)
    return {data: NOTHING} if isinstance(data, Word) and data.startswith("$") else data


def _state(state: State) -> Any:
    further: dict[str, Any] = {} if state.start == "zeros" else {"init": str(state.start)}
    if state.delay is not None:
        further["delay"] = state.delay.value
    return type_data(state, **further)


# -- init --------------------------------------------------------------------------------------------------------------


def init_data(init: Init) -> Any:
    """An `init`: one initialiser, or a mapping by weight and by layer."""
    if init.whole is not None:
        return _initialiser(init.whole)
    layers = {layer: _by_weight(weights) for layer, weights in init.layers.items()}
    return {name: _initialiser(one) for name, one in init.weights.items()} | layers


def _by_weight(weights: dict[str, Initialiser]) -> Any:
    if list(weights) == [""]:
        return _initialiser(weights[""])
    return {name: _initialiser(one) for name, one in weights.items()}


def _initialiser(one: Initialiser) -> Any:
    value = one.arguments.get("val")
    if one.name == "constant" and len(one.arguments) == 1 and type(value) in (int, float):
        return value
    if not one.arguments:
        return one.name
    return {one.name: _given(one.arguments)}


def _given(arguments: dict[str, Any]) -> Any:
    """The arguments of an initialiser; a lone one without a name by itself."""
    lone = arguments.get("")
    return arguments if isinstance(lone, dict) or list(arguments) != [""] else lone


def values(arguments: dict[str, Argument]) -> dict[str, Any]:
    """Arguments as they are written."""
    return {name: argument.value for name, argument in arguments.items()}
