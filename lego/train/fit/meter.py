"""Loss and error of an epoch, counted by torchmetrics, many batches at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from lego.train.engine import torchmetrics
from lego.train.fit.objective import Objective

_AT_ONCE = 64


class Counted(NamedTuple):
    """A batch: answers, targets, the loss, and how many samples it is the mean of."""

    answer: Tensor
    target: Tensor
    loss: Tensor
    samples: int


class Meter:
    """What batches come to. A metric costs as much as a small net's step, so batches are held back and told together.

    `state_dict` holds what was held back too: an epoch that is cut in two comes to the same numbers.
    """

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self._held: list[Counted] = []
        self._metrics: dict[str, Any] = {"loss": torchmetrics.MeanMetric(), "error": objective.error()}
        for metric in self._metrics.values():
            metric.persistent(True)
        self.seen = False

    def update(self, output: Tensor, target: Tensor, loss: Tensor) -> None:
        """Count a batch."""
        answer = self._objective.answer(output)
        self.last = answer, target
        self._held.append(Counted(answer, target, loss, len(target)))
        self.seen = True
        if len(self._held) == _AT_ONCE:
            self._tell()

    @property
    def last_loss(self) -> float | None:
        """That of the last batch, where it is still held."""
        return self._held[-1].loss.item() if self._held else None

    def compute(self) -> tuple[float, float]:
        """Mean loss and error; what follows is counted anew."""
        if self._held:
            self._tell()
        loss, error = (metric.compute().item() for metric in self._metrics.values())
        for metric in self._metrics.values():
            metric.reset()
        self.seen = False
        return loss, error

    def _tell(self) -> None:
        held, self._held = self._held, []
        losses = torch.stack([one.loss for one in held]).float()
        counts = torch.tensor([float(one.samples) for one in held], device=losses.device)
        answers = torch.cat([one.answer.flatten() for one in held])
        targets = torch.cat([one.target.flatten() for one in held])
        for metric in self._metrics.values():
            metric.to(losses.device)
        self._metrics["loss"].update(losses, counts)
        self._metrics["error"].update(answers, targets)

    def state_dict(self) -> dict[str, Any]:
        """All that was counted since the last `compute`."""
        metrics = {name: metric.state_dict() for name, metric in self._metrics.items()}
        return {"seen": self.seen, "held": [tuple(one) for one in self._held], "metrics": metrics}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with what another has counted."""
        self.seen = state["seen"]
        self._held = [Counted(*one) for one in state["held"]]
        for name, metric in self._metrics.items():
            metric.load_state_dict(state["metrics"][name])
