"""What a network learns from: samples, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import torch
from torch import Tensor

Batch = tuple[dict[str, Tensor], Tensor]
"""Inputs by the names that the spec has for them, and the target."""


class Samples(Protocol):
    """Samples that are counted, and read by their numbers."""

    @property
    def target(self) -> Tensor:
        """All targets: numbers of classes (int64, [n], or [n, T] for sequences), or floats [n, *]."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, indices: Tensor, /) -> Batch:
        """The samples with these numbers, as a batch."""
        ...

    def subset(self, indices: Tensor, /) -> Self:
        """These samples alone, in this order; one may be there several times."""
        ...


@dataclass(frozen=True, slots=True)
class Tensors:
    """Samples that are in memory; dim 0 of each tensor counts them."""

    inputs: dict[str, Tensor]
    target: Tensor

    def __len__(self) -> int:
        return len(self.target)

    def __getitem__(self, indices: Tensor, /) -> Batch:
        inputs = {name: value.index_select(0, indices) for name, value in self.inputs.items()}
        return inputs, self.target.index_select(0, indices)

    def subset(self, indices: Tensor, /) -> Tensors:
        return Tensors(*self[indices])


@dataclass(frozen=True, slots=True)
class Data:
    """A source of data, as a spec's inputs want it.

    Attributes:
        name: The source as it was asked for, and what was done to its samples: `digits, resized to 28×28`.
        training: What is learned from.
        validation: What the source itself holds back to see overfitting; else it is `split` from the training.
        test: What the source holds out itself.
        classes: Names of the classes, in the order of their numbers; the characters, of a text; None where no classes
            are learned.
    """

    name: str
    training: Samples
    validation: Samples | None = None
    test: Samples | None = None
    classes: tuple[str, ...] | None = None


_Kind = TypeVar("_Kind", bound=Samples)


def split(samples: _Kind, share: float, seed: int) -> tuple[_Kind, _Kind]:
    """Two parts, the second of about this share of all, and of each class where there are classes.

    Args:
        samples: Those to part.
        share: Of the second part, at least 0 and below 1; at 0 it is empty.
        seed: The same seed gives the same parts.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(samples), generator=generator)
    target = samples.target
    if target.dim() == 1 and not target.is_floating_point():
        order = order[torch.argsort(target[order], stable=True)]
    chosen = torch.zeros(len(samples), dtype=torch.bool)
    chosen[order[_spread(len(samples), share)]] = True
    numbers = torch.arange(len(samples))
    return samples.subset(numbers[~chosen]), samples.subset(numbers[chosen])


def _spread(count: int, share: float) -> Tensor:
    """So many places of this share, evenly spread over all, so that what stands in order is drawn alike."""
    wanted = round(count * share)
    return ((torch.arange(wanted, dtype=torch.float64) + 0.5) * count / max(wanted, 1)).long()
