"""What is read off a net in one batch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from lego.train.probe.verdicts import Verdict, verdicts


@dataclass(frozen=True)
class Reading:
    """What a layer does in one batch; None is what it does not have.

    Norms are Euclidean. That of a gradient over activations does not depend on how many of them a layer has, so far as
    layers pass gradients on as they are.

    Attributes:
        path: The layer's path.
        kind: Its name.
        mean: Of its activations, as they leave it.
        spread: Their standard deviation.
        dead: The share of units that do nothing in the whole batch: of a ReLU, never above 0; of a sigmoid or tanh,
            nowhere but in its flat part.
        saturated: The share of a sigmoid's or tanh's activations that are in its flat part, where the slope is less
            than a tenth of the greatest.
        gradient: The norm of the loss' gradient by the activations.
        weight_gradient: The norm of the loss' gradient by the weights, without biases.
        step: The norm of the first step of the optimizer, by the norm of the weights; infinite from zeros.
        alike: All its units give the same, for each sample.
        stuck: They get the same gradient, too, and so stay alike.
    """

    path: str
    kind: str
    mean: float | None = None
    spread: float | None = None
    dead: float | None = None
    saturated: float | None = None
    gradient: float | None = None
    weight_gradient: float | None = None
    step: float | None = None
    alike: bool = False
    stuck: bool = False


@dataclass(frozen=True)
class Probe:
    """A net in one batch.

    Attributes:
        name: Of the net.
        data: What the batch is of.
        samples: How many it has.
        loss: Of the batch, without `l2`.
        layers: Those with weights, and activations, in the order of execution.
    """

    name: str
    data: str
    samples: int
    loss: float
    layers: tuple[Reading, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What goes wrong, and where it starts; nothing, where all is well."""
        return verdicts(self.layers)

    def to_json(self) -> dict[str, Any]:
        """As plain data; None also where a number is infinite or none."""
        layers = [{name: _plain(value) for name, value in asdict(one).items()} for one in self.layers]
        told = [asdict(one) for one in self.verdicts]
        found = {"name": self.name, "data": self.data, "samples": self.samples, "loss": _plain(self.loss)}
        return {**found, "layers": layers, "verdicts": told}

    def __str__(self) -> str:
        from lego.train.probe.table import plain_report

        return plain_report(self)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value
