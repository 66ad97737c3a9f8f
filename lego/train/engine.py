"""Lightning, imported in one place: beside any torchvision, and without what it says of itself."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import torch

try:
    import_module("torchvision")  # torchmetrics imports it where it is installed
except ImportError:
    pass
except RuntimeError:  # its compiled operators do not fit this torch: declared, they are there to be imported
    _OPERATORS: Any = torch.library.Library("torchvision", "DEF")  # takes its declarations with it when it is let go
    for _name in ("nms", "qnms"):
        _OPERATORS.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lightning.pytorch as lightning
    import torchmetrics
    from lightning.fabric.utilities.exceptions import MisconfigurationException
    from lightning.pytorch import callbacks, loggers, plugins
    from lightning.pytorch.utilities import rank_zero_only
    from torchmetrics import classification

__all__ = [
    "MisconfigurationException",
    "callbacks",
    "classification",
    "is_first",
    "lightning",
    "loggers",
    "plugins",
    "quiet",
    "torchmetrics",
]

_LOGGERS = ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero")
_SPEAKERS = r"(lightning|lightning_fabric|torchmetrics|torch\.optim\.lr_scheduler)(\.|$)"


@contextmanager
def quiet() -> Generator[None]:
    """Keep Lightning's banners, tips and warnings to itself; those of others are told as ever."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=_SPEAKERS)
            yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


def is_first() -> bool:
    """Whether this is the first process of a training, or the only one."""
    return rank_zero_only.rank == 0  # pyright: ignore[reportFunctionMemberAccess]
