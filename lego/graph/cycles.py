"""Order and cycles of what depends on what, by NetworkX; which is imported only for what is out of order or wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar

T = TypeVar("T")


def in_order(count: int, edges: Iterable[tuple[int, int]]) -> tuple[int, ...] | None:
    """Positions so that every edge leads forward, as near to their own order as may be; None where there is a cycle."""
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)
    try:
        return tuple(nx.lexicographical_topological_sort(graph))
    except nx.NetworkXUnfeasible:
        return None


def cycles(edges: Collection[tuple[T, T]]) -> list[list[T]]:
    """One cycle of each knot of nodes that lead to each other, begun at the node that comes first in the edges."""
    if _is_acyclic(edges):
        return []
    import networkx as nx

    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_edges_from(edges)
    rank = {node: number for number, node in enumerate(graph)}
    found: list[list[T]] = []
    for component in nx.strongly_connected_components(graph):
        first = min(component, key=rank.__getitem__)
        if len(component) > 1 or graph.has_edge(first, first):
            cycle: Sequence[tuple[T, T]] = nx.find_cycle(graph.subgraph(component), first)  # pyright: ignore
            found.append([edge[0] for edge in cycle])  # pyright: ignore
    return sorted(found, key=lambda cycle: rank[cycle[0]])


def _is_acyclic(edges: Iterable[tuple[T, T]]) -> bool:
    sorter: TopologicalSorter[Any] = TopologicalSorter()
    for before, after in edges:
        sorter.add(after, before)
    try:
        sorter.prepare()
    except CycleError:
        return False
    return True
