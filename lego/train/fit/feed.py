"""The batches that a training reads, each process its part."""

from __future__ import annotations

from typing import Any

from lego.train.data import Batches, Samples
from lego.train.engine import lightning


class Feed(lightning.LightningDataModule):
    """Training samples in an order that seed and epoch decide; those held back in their own.

    Its state is that of the training batches: Lightning restores its loaders' states in the middle of an epoch alone.
    """

    def __init__(self, training: Samples, validation: Samples | None, size: int, seed: int) -> None:
        super().__init__()
        self.training = training
        self.validation = validation
        self.size = size
        self.seed = seed
        self._learned_from: Batches | None = None
        self._state: dict[str, int] | None = None

    def train_dataloader(self) -> Batches:
        batches = self._learned_from = self._batches(self.training, self.seed)
        if self._state:
            batches.load_state_dict(self._state)
        return batches

    def val_dataloader(self) -> Any:
        return [] if self.validation is None else self._batches(self.validation, None)

    def _batches(self, samples: Samples, seed: int | None) -> Batches:
        trainer: Any = self.trainer
        return Batches(samples, self.size, seed=seed, rank=trainer.global_rank, world=trainer.world_size)

    def state_dict(self) -> dict[str, Any]:
        return {} if self._learned_from is None else self._learned_from.state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._state = state_dict
