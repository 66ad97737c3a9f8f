"""What an ensemble adds to its members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from torch import nn

from lego.graph import Graph
from lego.train.data import Samples
from lego.train.fit import Evaluation, Run, evaluate


@dataclass(frozen=True)
class Gain:
    """How well members do, and all together, on the same samples.

    Attributes:
        of: What the samples are: `test`, `validation` or `training`.
        members: Each by itself.
        combined: All together.
    """

    of: str
    members: tuple[Evaluation, ...]
    combined: Evaluation

    @property
    def mean_error(self) -> float:
        """Of the mean member."""
        return fmean(one.error for one in self.members)

    @property
    def best_error(self) -> float:
        """Of the best member."""
        return min(one.error for one in self.members)

    @property
    def over_mean(self) -> float:
        """How much less the ensemble errs than its mean member."""
        return self.mean_error - self.combined.error

    @property
    def over_best(self) -> float:
        """How much less it errs than its best member; below 0 where that is better."""
        return self.best_error - self.combined.error

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        errors = {"mean_error": self.mean_error, "best_error": self.best_error, "error": self.combined.error}
        losses = {"mean_loss": fmean(one.loss for one in self.members), "loss": self.combined.loss}
        gains = {"over_mean": self.over_mean, "over_best": self.over_best}
        return {"of": self.of, "members": [one.error for one in self.members], **errors, **gains, **losses}

    def __str__(self) -> str:
        form = ".4g" if self.combined.confusion is None else ".2%"
        return (
            f"error of {len(self.members)} members together {self.combined.error:{form}}, of the mean member "
            f"{self.mean_error:{form}}, of the best {self.best_error:{form}} ({self.of})"
        )


def gain_of(run: Run, graph: Graph, members: Sequence[nn.Module], of: str, samples: Samples) -> Gain:
    """What the combined net of a run adds to its members, nets of one graph."""
    single = [evaluate(replace(run, module=one, graph=graph), samples) for one in members]
    return Gain(of, tuple(single), evaluate(run, samples))
