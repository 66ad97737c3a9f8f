"""Whether members learn faster together than one after another: how, and why, by what a step costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lego.emit.summary import bind_input, summarize
from lego.graph import Graph
from lego.spec.recipe import Recipe

# Seconds, measured on one core; the benchmark of ensembles prints what to hold against them.
_LOOP = 600e-6
_LAYER = 50e-6
_STACKED_LAYER = 150e-6
_MULTIPLY_ACCUMULATE = 6e-11
_CONVOLVED = 2.0
_WEIGHT = 1.5e-9
_SLOWER, _SLOWER_CONVOLVED = 1.1, 1.7
_WEIGHTS_IN_CACHE = 2e6
_WORTH_IT = 0.9


class Plan(NamedTuple):
    """How the members of an ensemble learn.

    Attributes:
        together: With stacked weights, at once; else one after another.
        why: The reason, in words.
        ratio: The time that it would take together, of that one after another; an estimate.
    """

    together: bool
    why: str
    ratio: float | None = None

    def __str__(self) -> str:
        return f"{'together' if self.together else 'one after another'}: {self.why}"


def plan_ensemble(graph: Graph, members: int, sizes: Mapping[str, Sequence[int]]) -> Plan:
    """What is faster for a step of members of this graph.

    Together, the time that starting operators takes is spent once; their arithmetic is done for each member, and large
    products, convolutions above all, are no faster for it.

    Args:
        graph: Of a member.
        members: How many.
        sizes: Of each input in one step of a member, with the batch: `{"image": [100, 1, 28, 28]}`.
    """
    starting, arithmetic, slower = _costs(graph, members, sizes)
    alone = members * (_LOOP + starting * _LAYER + arithmetic)
    ratio = (_LOOP + starting * _STACKED_LAYER + members * arithmetic * slower) / alone
    step = f"a step of a member is about {_time(arithmetic)} of arithmetic beside {_time(_LOOP + starting * _LAYER)}"
    if ratio < _WORTH_IT:
        why = f"{step} of starting it, which {members} members share; about {ratio:.2f} of the time"
        return Plan(True, why, ratio)
    return Plan(False, f"{step} of starting it; kernels dominate, and together they would be no faster", ratio)


def _costs(graph: Graph, members: int, sizes: Mapping[str, Sequence[int]]) -> tuple[int, float, float]:
    """Layers that are started, seconds of arithmetic in a member's step, and how much slower it is stacked."""
    bindings: dict[str, Any] = {}
    for name, size in sizes.items():
        bindings = bind_input(graph, name, size, bindings)
    summary = summarize(graph, {name: binding.size for name, binding in bindings.items()})
    layers = [one for entry in summary.nodes for one in entry.layers()]
    convolved = any(one.kind.startswith("Conv") for one in layers)
    weights = summary.params * _WEIGHT
    products = _number(summary.macs) * _MULTIPLY_ACCUMULATE * (_CONVOLVED if convolved else 1.0)
    slower = _SLOWER_CONVOLVED if convolved else _SLOWER
    past_cache = 2.0 if summary.params * members > _WEIGHTS_IN_CACHE else 1.0
    whole = products + weights
    return len(layers), whole, (products * slower + weights * past_cache) / whole if whole else 1.0


def _number(size: Any) -> int:
    return size if isinstance(size, int) else 0


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.1f} s"


def obstacle(recipe: Recipe, options: Mapping[str, Any]) -> str | None:
    """What of a recipe keeps its members from learning together; None: nothing."""
    if type(recipe.schedule).__name__ == "ReduceLROnPlateau":
        return "ReduceLROnPlateau lowers the rate of each member by its own validation"
    if recipe.precision == "16-mixed":
        return "with precision 16-mixed each member scales its own loss"
    if {"strategy", "devices", "num_nodes"} & set(options):
        return "several processes learn one net at a time"
    return None
