"""The batches that a training reads, each process its part."""

from __future__ import annotations

from typing import Any

from lego.train.data import Batches, Samples
from lego.train.engine import lightning


class Feed(lightning.LightningDataModule):
    """Training samples in an order that seed and epoch decide; those held back in their own."""

    def __init__(self, training: Samples, validation: Samples | None, size: int, seed: int) -> None:
        super().__init__()
        self.training = training
        self.validation = validation
        self.size = size
        self.seed = seed

    def train_dataloader(self) -> Batches:
        return self._batches(self.training, self.seed)

    def val_dataloader(self) -> Any:
        return [] if self.validation is None else self._batches(self.validation, None)

    def _batches(self, samples: Samples, seed: int | None) -> Batches:
        trainer: Any = self.trainer
        return Batches(samples, self.size, seed=seed, rank=trainer.global_rank, world=trainer.world_size)
