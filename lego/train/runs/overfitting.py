"""Where a net begins to overfit, seen in its curves, and what helps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import sqrt
from statistics import fmean

from lego.catalogue import Layer
from lego.graph import Graph, sites
from lego.spec.recipe import Recipe

_SHARE = 10
"""A running mean goes over this part of all epochs, and over three at least."""

_SURE = 2.4
"""So many standard deviations beyond what chance gives is a rise. Of curves that only waver it takes about one in a
hundred for a rise; it takes five epochs, all of them rising, or more."""

_HARM = 0.01
"""A rise by less than this share of the value does no harm."""


def overfitting(training: Sequence[float], validation: Sequence[float]) -> int | None:
    """The place from which the error of validation rises while that of training falls; None where there is none.

    The place is that of the least error of validation, smoothed by a running mean. From there on it must rise beyond
    chance, as Kendall's rank correlation with time tells, and the error of training must have fallen in the end.

    Args:
        training: The error, or loss, of each epoch.
        validation: The same of what is held back.
    """
    if not validation or len(training) != len(validation):
        return None
    smooth, learned = _smoothed(validation), _smoothed(training)
    start = min(range(len(smooth)), key=smooth.__getitem__)
    after = validation[start + 1 :]
    rises = _trend(after) > _SURE and fmean(after) > smooth[start] + _HARM * abs(smooth[start])
    return start if rises and learned[-1] < learned[start] else None


def _smoothed(values: Sequence[float]) -> list[float]:
    """Means over so many epochs to either side; towards the ends, over as many as there are on both."""
    reach = max(1, len(values) // _SHARE // 2)
    found: list[float] = []
    for place in range(len(values)):
        near = min(reach, place, len(values) - 1 - place)
        found.append(fmean(values[place - near : place + near + 1]))
    return found


def _trend(values: Sequence[float]) -> float:
    """How far more pairs rise than fall, in standard deviations of chance (Mann 1945, Kendall 1948)."""
    count = len(values)
    if count < 2:
        return 0.0
    rising = sum(int(later > earlier) - int(later < earlier) for earlier, later in combinations(values, 2))
    return rising / sqrt(count * (count - 1) * (2 * count + 5) / 18)


def remedies(recipe: Recipe, graph: Graph) -> list[str]:
    """What helps against overfitting, so far as neither the recipe nor the spec does it already."""
    found: list[str] = []
    if recipe.early_stopping is None:
        found.append("stop in time, and keep the best weights: early_stopping: 5")
    if not _drops(graph):
        found.append("drop units out between layers: Dropout: 0.3 in the spec")
    if recipe.l2 is None and not vars(recipe.optimizer).get("weight_decay"):
        found.append("hold the weights small: l2: 1e-4")
    if recipe.ensemble is None:
        found.append("combine several nets: ensemble: 5")
    return [*found, "learn from more data", "take a smaller net, or fewer features"]


def _drops(graph: Graph) -> bool:
    layers = (site.call.body for site in sites(graph.root))
    return any(isinstance(one, Layer) and one.family == "dropout" for one in layers)
