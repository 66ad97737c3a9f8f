"""What is counted of a layer's activations while a batch goes through it, once or in several runs."""

from __future__ import annotations

from math import hypot, sqrt
from typing import NamedTuple

import torch
from torch import Tensor

from lego.train.probe.places import Place

_RECTIFIERS = ("ReLU", "ReLU6")
_BOUNDS = {"Sigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0)}
_FLAT = (1 - sqrt(0.9)) / 2
"""So near to its bounds, as a share of what is between them, a sigmoid has a tenth of its greatest slope: of
s (1 - s) = 0.1 / 4. Tanh is a sigmoid stretched."""

_ALIKE = 1e-6
"""Sums of the same numbers differ by rounding, when they are done in another order."""


class _Run(NamedTuple):
    values: int
    mean: float
    variance: float
    flat: float


class Tally:
    """What is counted of one layer.

    Values are looked at as they come, for what follows may overwrite them.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.gradient: float | None = None
        self._runs: list[_Run] = []
        self._alive: Tensor | None = None
        self._alike = True

    def look(self, output: Tensor) -> None:
        """Count what the layer gives."""
        values = output.detach()
        if not values.is_floating_point() or not values.numel():
            return
        variance, mean = torch.var_mean(values.double(), correction=0)
        units = _by_unit(values, self.place.unit_dim)
        self._alike = self._alike and _are_alike(units)
        flat = _flat(self.place.kind, units)
        self._add_alive(units > 0 if self.place.kind in _RECTIFIERS else ~flat)
        self._runs.append(_Run(values.numel(), mean.item(), variance.item(), flat.double().mean().item()))
        if output.requires_grad:
            output.register_hook(self.look_back)  # pyright: ignore[reportUnknownMemberType]

    def look_back(self, gradient: Tensor) -> None:
        """Count the gradient by what the layer gave."""
        self.gradient = hypot(self.gradient or 0.0, norm(gradient))

    def _add_alive(self, of_each: Tensor) -> None:
        alive = of_each.any(1)
        self._alive = alive if self._alive is None or self._alive.shape != alive.shape else self._alive | alive

    @property
    def mean(self) -> float | None:
        """Of all values."""
        count = sum(run.values for run in self._runs)
        return sum(run.values * run.mean for run in self._runs) / count if count else None

    @property
    def spread(self) -> float | None:
        """Their standard deviation."""
        mean = self.mean
        if mean is None:
            return None
        squares = sum(run.values * (run.variance + (run.mean - mean) ** 2) for run in self._runs)
        return sqrt(squares / sum(run.values for run in self._runs))

    @property
    def dead(self) -> float | None:
        """The share of units that never do anything."""
        if self._alive is None or self.place.kind not in (*_RECTIFIERS, *_BOUNDS):
            return None
        return 1 - self._alive.double().mean().item()

    @property
    def saturated(self) -> float | None:
        """The share of values in the flat part."""
        if not self._runs or self.place.kind not in _BOUNDS:
            return None
        return sum(run.values * run.flat for run in self._runs) / sum(run.values for run in self._runs)

    @property
    def alike(self) -> bool:
        """Whether several units give the same, for each sample, in every run."""
        return bool(self._runs) and self._alike


def norm(values: Tensor) -> float:
    """Euclidean; numbers whose squares are none in float32 still count."""
    flat = values.to_dense().double().flatten()
    return torch.dot(flat, flat).sqrt().item()


def _by_unit(values: Tensor, dim: int) -> Tensor:
    """[units, all else]."""
    if values.dim() < 2:
        return values.reshape(1, -1)
    return values.movedim(dim, 0).flatten(1)


def _are_alike(units: Tensor) -> bool:
    if len(units) < 2:
        return False
    low, high = units.aminmax(dim=0)
    return bool(((high - low) <= _ALIKE * torch.maximum(high.abs(), low.abs())).all())


def _flat(kind: str, values: Tensor) -> Tensor:
    if kind not in _BOUNDS:
        return torch.zeros_like(values, dtype=torch.bool)
    low, high = _BOUNDS[kind]
    margin = _FLAT * (high - low)
    return (values < low + margin) | (values > high - margin)
