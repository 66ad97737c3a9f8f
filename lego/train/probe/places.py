"""Where a net is looked at: layers with weights, and activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lego.catalogue import Layer
from lego.graph import Graph, flat

if TYPE_CHECKING:
    import networkx as nx

_BY_CHANNEL = ("BatchNorm", "GroupNorm", "InstanceNorm", "Conv", "LazyConv")


class Place(NamedTuple):
    """A layer that is looked at.

    Attributes:
        path: Its path, which is that of its module, or of its one parameter.
        kind: Its name.
        family: Of the layer.
        unit_dim: The dim of its output that counts units: channels of images, features of all else.
    """

    path: str
    kind: str
    family: str
    unit_dim: int = -1


def places(graph: Graph) -> tuple[Place, ...]:
    """All of a graph, in the order of execution; a module that is run several times is there once."""
    found: list[Place] = []
    for item in flat(graph.root).items:
        layer = item.call.body
        if not item.shares and isinstance(layer, Layer) and (layer.weights() or layer.family == "activation"):
            found.append(Place(item.path, item.kind, layer.family, _unit_dim(graph.nx, item.path)))
    return tuple(found)


def _unit_dim(net: nx.MultiDiGraph[str], path: str) -> int:
    """That of the nearest layer with weights at or before this one, so far as one looks back along first inputs."""
    seen: set[str] = set()
    while path not in seen:
        seen.add(path)
        layer: Layer | None = net.nodes[path]["layer"]
        if layer is None:
            break
        if layer.weights():
            return 1 if type(layer).__name__.startswith(_BY_CHANNEL) else -1
        edges = net.in_edges(path, data=True)
        path = next((source for source, _, edge in edges if edge["slot"] == 0), path)
    return -1
