"""All members as Lightning trains them: one step is a step of each."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import vmap

from lego.spec.recipe import Recipe
from lego.train.data import mixed
from lego.train.ensemble.stacked import Stacked
from lego.train.ensemble.stopping import Stopping
from lego.train.fit import Learner, Objective, Ports
from lego.train.fit.meter import Meter
from lego.train.fit.penalty import penalised


class Meters(Meter):
    """A meter for each member. What they come to in the mean is what is told; `scores` has it member by member."""

    def __init__(self, objective: Objective, members: int) -> None:
        super().__init__(objective)
        self._each = [Meter(objective) for _ in range(members)]
        self.scores: list[tuple[float, float]] = []

    def update(self, output: Tensor, target: Tensor, loss: Tensor) -> None:
        """Count a batch of each: tensors that count members first."""
        for meter, *one in zip(self._each, output.unbind(), target.unbind(), loss.unbind(), strict=True):
            meter.update(*one)
        self.seen = True

    @property
    def last_loss(self) -> float | None:
        losses = [meter.last_loss for meter in self._each]
        return None if losses[0] is None else fmean(loss for loss in losses if loss is not None)

    def compute(self) -> tuple[float, float]:
        self.scores = [meter.compute() for meter in self._each]
        self.seen = False
        return fmean(loss for loss, _ in self.scores), fmean(error for _, error in self.scores)

    def state_dict(self) -> dict[str, Any]:
        return {"seen": self.seen, "each": [meter.state_dict() for meter in self._each]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.seen = state["seen"]
        for meter, one in zip(self._each, state["each"], strict=True):
            meter.load_state_dict(one)


class StackedLearner(Learner):
    """Members that learn together, each what it would learn alone.

    The loss is the sum of the members' losses, so each weight has the gradient of its own member's. Gradients are
    clipped and the training is stopped member by member.

    Args:
        stacked: The members.
        member: One of them, which says what its weights are.
        ports: Of a member.
        objective: What each learns.
        recipe: How.
        seeds: Of the members.
        batches: Steps of an epoch.
    """

    def __init__(
        self,
        stacked: Stacked,
        member: nn.Module,
        ports: Ports,
        objective: Objective,
        recipe: Recipe,
        seeds: Sequence[int],
        batches: int,
    ) -> None:
        super().__init__(stacked, ports, objective, recipe.model_copy(update={"l2": None}), batches)
        self.recipe = recipe
        self.stacked = stacked
        self.seeds = tuple(seeds)
        self.training_meter = Meters(objective, len(seeds))
        self.validation_meter = self._validations = Meters(objective, len(seeds))
        counted = {id(one) for one in penalised(recipe.l2, member)}
        keys = [key for key, one in member.named_parameters() if id(one) in counted]
        weights = dict(zip(stacked.keys, stacked.weights.parameters(), strict=False))
        self._penalised = [weights[key] for key in keys]
        stopping = recipe.early_stopping
        self.stopping = None if stopping is None else Stopping(stopping, len(seeds))

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> None:
        super().on_train_batch_start(batch, batch_idx)
        self.stacked.seeds = tuple(mixed(seed, self.global_step) for seed in self.seeds)

    def _counted(self, batch: Any, meter: Meter) -> Tensor:
        inputs, target = batch
        output = self.output(inputs)
        if not self.training:
            target = target.expand(len(self.seeds), *target.shape)
        losses = vmap(self.objective.loss)(output, target)
        meter.update(output.detach(), target, losses.detach())
        return losses.sum()

    def on_validation_epoch_end(self) -> None:
        super().on_validation_epoch_end()
        if self.stopping is None or self.recipe.early_stopping is None:
            return
        watched = ("loss", "error").index(self.recipe.early_stopping.monitor)
        self.stopping.look([score[watched] for score in self._validations.scores], self.stacked.values())
        if self.stopping.done:
            self.trainer.should_stop = True

    def configure_gradient_clipping(
        self,
        optimizer: Any,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        if gradient_clip_algorithm == "norm" and gradient_clip_val is not None:
            clip_norms([one.grad for one in self.stacked.parameters() if one.grad is not None], gradient_clip_val)
        else:
            super().configure_gradient_clipping(optimizer, gradient_clip_val, gradient_clip_algorithm)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        super().on_save_checkpoint(checkpoint)
        if self.stopping is not None:
            checkpoint["stopping"] = self.stopping.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        super().on_load_checkpoint(checkpoint)
        if self.stopping is not None and "stopping" in checkpoint:
            self.stopping.load_state_dict(checkpoint["stopping"])


def clip_norms(gradients: Sequence[Tensor], most: float) -> None:
    """Bound the norm of each member's gradients together, as `torch.nn.utils.clip_grad_norm_` does alone."""
    squares = torch.stack([one.flatten(1).square().sum(1) for one in gradients]).sum(0)
    factors = (most / (squares.sqrt() + 1e-6)).clamp(max=1.0)
    for one in gradients:
        one.mul_(factors.view(-1, *[1] * (one.dim() - 1)))
