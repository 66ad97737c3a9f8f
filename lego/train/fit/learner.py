"""The net as Lightning trains it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from lego.spec.recipe import Recipe
from lego.train.data import mixed
from lego.train.engine import lightning
from lego.train.fit.meter import Meter
from lego.train.fit.objective import Objective
from lego.train.fit.penalty import penalised, penalty
from lego.train.fit.ports import Ports
from lego.train.fit.steps import optimizer, schedule
from lego.train.runs import Epoch


class Learner(lightning.LightningModule):
    """A net with its recipe: the step, and what is counted meanwhile.

    Everything random in a step comes from the recipe's seed and the step's number, so that a training can go on from
    any step.
    """

    def __init__(self, module: nn.Module, ports: Ports, objective: Objective, recipe: Recipe, batches: int) -> None:
        super().__init__()
        self.module = module
        self.criterion = objective.module
        self.ports = ports
        self.objective = objective
        self.recipe = recipe
        self.batches = batches
        self.history: list[Epoch] = []
        self.rate = 0.0
        self.training_meter = Meter(objective)
        self.validation_meter = Meter(objective)
        self._penalised = penalised(recipe.l2, module)

    def output(self, inputs: Any) -> Tensor:
        """What the net answers."""
        return self.ports.answer_of(self.module, inputs)

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> None:
        step = self.global_step * self.trainer.world_size + self.global_rank
        torch.manual_seed(mixed(self.recipe.seed, step))  # pyright: ignore[reportUnknownMemberType]
        self.rate = float(self.trainer.optimizers[0].param_groups[0]["lr"])

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self._counted(batch, self.training_meter)
        if self.recipe.l2 is None or not self._penalised:
            return loss
        return loss + penalty(self.recipe.l2.strength, self._penalised)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self._counted(batch, self.validation_meter)

    def predict_step(self, batch: Any, batch_idx: int) -> Tensor:
        return self.output(batch[0])

    def _counted(self, batch: Any, meter: Meter) -> Tensor:
        inputs, target = batch
        output = self.output(inputs)
        loss = self.objective.loss(output, target)
        meter.update(output.detach(), target, loss.detach())
        return loss

    def configure_optimizers(self) -> Any:
        steps = optimizer(self.recipe, self.module)
        chosen = schedule(self.recipe, steps, self.batches)
        return {"optimizer": steps} if chosen is None else {"optimizer": steps, "lr_scheduler": chosen}

    def on_validation_epoch_end(self) -> None:
        loss, error = self.validation_meter.compute()
        self.log_dict({"validation_loss": loss, "validation_error": error})

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["history"] = [tuple(row) for row in self.history]
        checkpoint["meter"] = self.training_meter.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        if "history" in checkpoint:
            self.history = [Epoch(*row) for row in checkpoint["history"]]
            self.training_meter.load_state_dict(checkpoint["meter"])


@contextmanager
def evaluating(module: nn.Module) -> Generator[None]:
    """In evaluation mode and without gradients, for as long as it takes; then as each part was before."""
    modes = [(one, one.training) for one in module.modules()]
    module.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        for one, mode in modes:
            one.training = mode
