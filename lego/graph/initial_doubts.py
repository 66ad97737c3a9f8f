"""Starts from which a network hardly learns: weights that are all alike, and sums that saturate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lego.catalogue import Layer
from lego.diagnostics import Diagnostic
from lego.graph.flat import flat
from lego.graph.frame import Call, Frame, Initial
from lego.graph.initial_follows import activation_after, feeds_weights

if TYPE_CHECKING:
    import networkx as nx

_FAMILIES = ("linear", "convolution")
"""The families of layers that add up their inputs, each times a weight."""

_DEEP = 6
"""Through so many saturated layers some gradient still comes."""


class _Started(NamedTuple):
    """A layer that learns, and how its weight starts."""

    path: str
    layer: Layer
    initial: Initial


def is_doubtful(call: Call) -> bool:
    """Whether a call has a weight that starts so, wherever it stands."""
    return any(_constant(one) is not None or _is_wide(one) for one in of_weight(call))


def doubtful_starts(root: Frame, graph: nx.MultiDiGraph[str]) -> Iterator[Diagnostic]:
    """A warning for each start of which nothing good is known; `graph` is the frame's flat graph."""
    started = list(_started(root))
    for one in started:
        value = _constant(one.initial)
        if value is not None and _units_are_alike(one.layer, value) and feeds_weights(graph, one.path):
            yield _symmetric(one, value)
    yield from _saturated(started, graph)


def _started(root: Frame) -> Iterator[_Started]:
    for item in flat(root).items:
        layer = item.call.body
        if isinstance(layer, Layer) and not item.frozen:
            yield from (_Started(item.path, layer, one) for one in of_weight(item.call))


def of_weight(call: Call) -> list[Initial]:
    """How the weight starts of a layer that adds up its inputs."""
    if not isinstance(call.body, Layer) or call.body.family not in _FAMILIES:
        return []
    return [one for weight, one in call.initial if weight == "weight"]


def _constant(initial: Initial) -> float | None:
    """The one value that all elements of a weight get."""
    values = {"zeros": 0.0, "ones": 1.0, **dict(initial.arguments)}
    return values.get({"constant": "val"}.get(initial.function, initial.function))


def _units_are_alike(layer: Layer, value: float) -> bool:
    """Whether several units weigh the same inputs alike; those of a depthwise convolution read each its own channel."""
    groups = vars(layer).get("groups", 1)
    units, reads = layer.weights()["weight"][:2]
    if type(layer).__name__.startswith("ConvTranspose"):
        units, reads = reads * groups, units // groups
    return units > 1 and not (value and groups > 1 and reads == 1)


def _symmetric(one: _Started, value: float) -> Diagnostic:
    message = f"weights that others follow all start at {value:g}, so that the units of a layer start alike"
    help = "let chance tell them apart: `auto`, or `he_normal` before ReLU; `lego explain init` says why"
    return Diagnostic("init", message, one.initial.span, one.path, "warning", help=help)


# -- saturation --------------------------------------------------------------------------------------------------------


def _saturated(started: list[_Started], graph: nx.MultiDiGraph[str]) -> Iterator[Diagnostic]:
    """A warning where more than six layers in a row have sums far outside of where a sigmoid or tanh is steep."""
    wide = {one.path: one for one in started if _is_wide(one.initial)}
    if len(wide) <= _DEEP:
        return
    squashed = {path: one for path, one in wide.items() if _is_squashed(activation_after(graph, path, norms=False))}
    depth, last = _deepest(squashed, graph) if len(squashed) > _DEEP else (0, "")
    if depth > _DEEP:
        one = squashed[last]
        message = f"{depth} layers of sigmoid or tanh in a row start from a normal distribution of std 1 or more"
        help = "their sums are so large that no gradient comes through: use `xavier_normal`, or `auto`"
        yield Diagnostic("init", message, one.initial.span, one.path, "warning", help=help)


def _is_wide(initial: Initial) -> bool:
    return initial.function == "normal" and dict(initial.arguments).get("std", 1.0) >= 1


def _is_squashed(activation: Layer | None) -> bool:
    return type(activation).__name__ in ("Sigmoid", "Tanh")


def _deepest(squashed: dict[str, _Started], graph: nx.MultiDiGraph[str]) -> tuple[int, str]:
    """The largest number of these layers on one way through the graph, and the last of them there."""
    import networkx as nx

    forward = nx.DiGraph((source, target) for source, target, edge in graph.edges(data=True) if "delay" not in edge)
    depths: dict[str, int] = {}
    for name in nx.topological_sort(forward):
        before = max((depths[source] for source in forward.predecessors(name)), default=0)
        depths[name] = before + (name in squashed)
    last = max(squashed, key=lambda path: depths[path])
    return depths[last], last
