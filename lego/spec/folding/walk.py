"""Every node of a graph, however deep its composites are nested."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lego.spec.document import Copies, Graph, Node, Recurrent, Sequential, Skip, Split, What

ChangeNode = Callable[[Node], Node]
ChangeGraph = Callable[[Graph], Graph]


def _same_node(node: Node) -> Node:
    return node


def _same_graph(graph: Graph) -> Graph:
    return graph


def rebuilt(graph: Graph, node: ChangeNode = _same_node, graph_: ChangeGraph = _same_graph) -> Graph:
    """The graph with all its nodes and graphs changed, the innermost first."""

    def inside(one: Graph) -> Graph:
        return graph_(one.model_copy(update={"nodes": tuple(map(whole, one.nodes))}))

    def whole(one: Node) -> Node:
        what = _changed(one.what, inside, whole)
        return node(one if what is one.what else one.model_copy(update={"what": what}))

    return inside(graph)


def _changed(what: What, graph: ChangeGraph, node: ChangeNode) -> What:
    """What a node is, with the graphs and nodes that it holds changed."""

    def part(one: Node | None) -> Node | None:
        return None if one is None else node(one)

    match what:
        case Sequential():
            return what.model_copy(update={"graph": graph(what.graph)})
        case Skip():
            held = {"graph": graph(what.graph), "shortcut": part(what.shortcut), "merge": part(what.merge)}
        case Split():
            branches = {name: graph(branch) for name, branch in what.branches.items()}
            held = {"branches": branches, "by": part(what.by), "merge": part(what.merge)}
        case Copies():
            held = {"graph": graph(what.graph), "by": part(what.by), "merge": part(what.merge)}
        case Recurrent():
            both = what.bidirectional
            held = {"graph": graph(what.graph), "bidirectional": node(both) if isinstance(both, Node) else both}
        case _:
            return what
    return what.model_copy(update=held)


def all_nodes(graph: Graph) -> Iterator[Node]:
    """Every node, in the order of the text, those that hold others first."""
    for node in graph.nodes:
        yield from with_inner(node)


def with_inner(node: Node) -> Iterator[Node]:
    """A node, and all that it holds."""
    yield node
    what = node.what
    match what:
        case Sequential():
            yield from all_nodes(what.graph)
        case Skip():
            yield from all_nodes(what.graph)
            yield from _parts(what.shortcut, what.merge)
        case Split():
            for branch in what.branches.values():
                yield from all_nodes(branch)
            yield from _parts(what.by, what.merge)
        case Copies():
            yield from all_nodes(what.graph)
            yield from _parts(what.by, what.merge)
        case Recurrent():
            yield from all_nodes(what.graph)
            if isinstance(what.bidirectional, Node):
                yield from with_inner(what.bidirectional)
        case _:
            pass


def _parts(*nodes: Node | None) -> Iterator[Node]:
    for node in nodes:
        if node is not None:
            yield from with_inner(node)
