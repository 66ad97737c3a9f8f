"""Tensors of integers as Python's own."""

from __future__ import annotations

from typing import Any

from torch import Tensor


def integers(value: Tensor) -> list[int]:
    """The values, flat."""
    flat: Any = value.flatten()
    return flat.tolist()


def distinct(value: Tensor) -> list[int]:
    """The values without repetition, sorted."""
    all: Any = value
    return integers(all.unique())
