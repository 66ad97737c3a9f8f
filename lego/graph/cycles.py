"""Order and cycles of what depends on what, by NetworkX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import networkx as nx

T = TypeVar("T")


def in_order(count: int, edges: Iterable[tuple[int, int]]) -> tuple[int, ...] | None:
    """Positions so that every edge leads forward, as near to their own order as may be; None where there is a cycle."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)
    try:
        return tuple(nx.lexicographical_topological_sort(graph))
    except nx.NetworkXUnfeasible:
        return None


def cycles(edges: Iterable[tuple[T, T]]) -> list[list[T]]:
    """One cycle of each knot of nodes that lead to each other, begun at the node that comes first in the edges."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_edges_from(edges)
    rank = {node: number for number, node in enumerate(graph)}
    found: list[list[T]] = []
    for component in nx.strongly_connected_components(graph):
        first = min(component, key=rank.__getitem__)
        if len(component) > 1 or graph.has_edge(first, first):
            cycle: Sequence[tuple[T, T]] = nx.find_cycle(graph.subgraph(component), first)  # pyright: ignore
            found.append([edge[0] for edge in cycle])
    return sorted(found, key=lambda cycle: rank[cycle[0]])
