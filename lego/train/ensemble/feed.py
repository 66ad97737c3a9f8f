"""Batches of all members at once, each in the order that it would read alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import torch
from torch import Tensor

from lego.train.data import Batch, Batches, Samples, order_of
from lego.train.fit.feed import Feed


class LockstepBatches(Batches):
    """Batches whose tensors are [members, batch, *].

    Args:
        samples: What is read.
        parts: The numbers of those that each member learns from, [members, n].
        size: Samples of a member's batch.
        seeds: Of the members' orders.
    """

    def __init__(self, samples: Samples, parts: Tensor, size: int, seeds: Sequence[int]) -> None:
        super().__init__(samples, size)
        self.parts = parts
        self.seeds = seeds

    def __len__(self) -> int:
        return ceil(self.parts.shape[1] / self.size)

    def _order(self) -> Tensor:
        pairs = zip(self.parts, self.seeds, strict=True)
        return torch.stack([part[order_of(len(part), seed, self.epoch)] for part, seed in pairs], 1)

    def _read(self, numbers: Tensor) -> Batch:
        inputs, target = self.samples[numbers.t().flatten()]
        members, count = numbers.shape[1], numbers.shape[0]
        by_member = {name: value.view(members, count, *value.shape[1:]) for name, value in inputs.items()}
        return by_member, target.view(members, count, *target.shape[1:])


class LockstepFeed(Feed):
    """The training batches of all members at once; what is held back is the same for all."""

    def __init__(
        self, training: Samples, parts: Tensor, validation: Samples | None, size: int, seeds: Sequence[int]
    ) -> None:
        super().__init__(training, validation, size, seeds[0])
        self.parts = parts
        self.seeds = seeds

    @property
    def batches(self) -> int:
        """Steps of an epoch."""
        return len(self._in_lockstep(self.training))

    def _batches(self, samples: Samples, seed: int | None) -> Batches:
        return super()._batches(samples, None) if seed is None else self._in_lockstep(samples)

    def _in_lockstep(self, samples: Samples) -> Batches:
        return LockstepBatches(samples, self.parts, self.size, self.seeds)
