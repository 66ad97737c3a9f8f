"""Batches in an order that seed and epoch decide alone, so that a training can go on from its middle."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import torch
from torch import Tensor

from lego.train.data.samples import Batch, Samples


class Batches:
    """An iterable of batches; each turn through it is the next epoch.

    It draws nothing from the global generator. `state_dict` says how far it has come: one that has loaded it goes on
    from there.

    Args:
        samples: What is read.
        size: Samples of a batch; the last one of an epoch may be smaller.
        seed: Of the order; None: the samples stay in order.
        rank: This process' number among `world`, each of which takes its part of every batch.
        world: How many processes learn together. Each reads equally many samples, for which some are read twice.
    """

    def __init__(self, samples: Samples, size: int, *, seed: int | None = None, rank: int = 0, world: int = 1) -> None:
        self.samples = samples
        self.size = size
        self.seed = seed
        self.rank = rank
        self.world = world
        self.epoch = 0
        self.position = 0

    def __len__(self) -> int:
        return ceil(len(self.samples) / self.size)

    def __iter__(self) -> Iterator[Batch]:
        order = self._order()
        for start in range(self.position * self.size, len(order), self.size):
            self.position += 1
            if self.position == len(self):  # whoever counts the batches asks for no more than the last
                self.epoch, self.position = self.epoch + 1, 0
            yield self._read(self._own(order[start : start + self.size]))

    def _order(self) -> Tensor:
        if self.seed is None:
            return torch.arange(len(self.samples))
        return order_of(len(self.samples), self.seed, self.epoch)

    def _read(self, numbers: Tensor) -> Batch:
        return self.samples[numbers]

    def _own(self, numbers: Tensor) -> Tensor:
        if self.world == 1:
            return numbers
        missing = -len(numbers) % self.world
        return torch.cat([numbers, numbers[:1].expand(missing)])[self.rank :: self.world]

    def state_dict(self) -> dict[str, int]:
        """The epoch of the batch that comes next, and its place there."""
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on where another was."""
        self.epoch, self.position = state["epoch"], state["position"]


def order_of(count: int, seed: int, epoch: int) -> Tensor:
    """The order in which so many samples are read in an epoch."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(mixed(seed, epoch)))


def mixed(seed: int, number: int) -> int:
    """A seed of its own for each epoch, or step, of a training with this seed."""
    return (seed * 1_000_003 + number * 7_919 + 12_345) % (1 << 63)
