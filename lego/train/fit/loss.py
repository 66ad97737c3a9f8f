"""The loss as torch computes it, and how targets are laid out for it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lego.catalogue import Layer

OF_NUMBERS_OF_CLASSES = ("CrossEntropyLoss", "NLLLoss", "MultiMarginLoss")
"""Losses whose target is the number of a class; the others compare element by element."""

OF_LOGITS = ("BCEWithLogitsLoss", "SoftMarginLoss", "HingeEmbeddingLoss")
"""Losses of one output whose sign says which of two classes it is."""

_OF_SIGNS = ("SoftMarginLoss", "HingeEmbeddingLoss")


def module_of(loss: Layer, **further: Any) -> nn.Module:
    """The loss as a module of torch, under its own name and with its own arguments."""
    arguments = {name: _tensor(value) for name, value in vars(loss).items()} | further
    return vars(nn)[type(loss).__name__](**arguments)


def _tensor(value: Any) -> Any:
    return torch.tensor(value) if isinstance(value, tuple) else value


def one_hot(name: str, target: Tensor, output: Tensor, dim: int) -> Tensor:
    """Numbers of classes as the loss of this name compares them with an output whose classes are at `dim`."""
    if name == "MultiLabelMarginLoss":  # wants the numbers of all that are true, then -1
        return F.pad(target[..., None], (0, output.shape[dim] - 1), value=-1).movedim(-1, dim)
    ones = F.one_hot(target, output.shape[dim]).movedim(-1, dim).to(output.dtype)
    return signs(name, ones)


def signs(name: str, ones: Tensor) -> Tensor:
    """Zeros and ones, as -1 and 1 where the loss of this name wants those."""
    return ones * 2 - 1 if name in _OF_SIGNS else ones
