"""What comes after a layer in the flat graph: the activation that its sums go through, and whether weights follow."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lego.catalogue import Layer

if TYPE_CHECKING:
    import networkx as nx

from lego.graph.initial_auto import STARTS

_FAMILIES = frozenset(
    "dropout pooling unpooling padding patterns shuffle upsampling folding flatten reshaping joining".split()
)
_LAYERS = frozenset("Identity Add Sub Mul Div Neg Mean Sum Max Min Maxout Where MaskedFill Cast".split())
"""Layers after which a value is much what it was: moved, joined with others, or a part of itself."""


def activation_after(flat: nx.MultiDiGraph[str], path: str, *, norms: bool = True) -> Layer | None:
    """The nearest activation that a layer's output comes to, through sums, poolings and the like, and through norms.

    None where weights, a softmax, a loss or the outputs come first, on every way; so does a norm unless `norms`.
    """
    for layer in _readers(flat, path, norms):
        if type(layer).__name__ in STARTS:
            return layer
    return None


def _readers(flat: nx.MultiDiGraph[str], path: str, norms: bool) -> Iterator[Layer]:
    """What reads a value, the nearest first, and what reads it after the layers that leave it much as it is."""
    seen = {path}
    waiting = deque([path])
    while waiting:
        for name in flat.successors(waiting.popleft()):
            if name in seen:
                continue
            seen.add(name)
            layer: Layer | None = flat.nodes[name]["layer"]
            if layer is not None:
                yield layer
            if layer is None or _is_passed(layer, norms):
                waiting.append(name)


def _is_passed(layer: Layer, norms: bool) -> bool:
    if layer.family == "normalization":
        return norms
    return layer.family in _FAMILIES or type(layer).__name__ in _LAYERS


def feeds_weights(flat: nx.MultiDiGraph[str], path: str) -> bool:
    """Whether a layer's output, before it meets any other value, comes to a layer that has a matrix of weights."""
    seen = {path}
    waiting = deque([path])
    while waiting:
        for name in flat.successors(waiting.popleft()):
            layer: Layer | None = flat.nodes[name]["layer"]
            if layer is not None and any(len(shape) > 1 for shape in layer.weights().values()):
                return True
            if name not in seen and flat.in_degree(name) == 1:
                seen.add(name)
                waiting.append(name)
    return False
