"""What one forward pass did at one sample, where all sizes are integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import nn

from lego.runtime.dry_run import Sample
from lego.runtime.importing.tracing.spots import Spot

Origin = Literal["input", "weight", "data", "computed"]


@dataclass(slots=True, eq=False)
class Seen:
    """A tensor that was seen.

    Attributes:
        origin: What it is.
        key: What names it in every run: the input's name, the weight's path, a number.
        tensor: The data of a weight, or of data as it was when it was first read.
        maker: The call that made the data.
    """

    shape: tuple[int, ...]
    dtype: str
    origin: Origin
    key: str | int = ""
    tensor: torch.Tensor | None = None
    maker: SeenCall | None = None
    kind: str = ""


@dataclass(slots=True, eq=False)
class SeenFrame:
    """A call of a module that was followed inside; see `calls.Frame`."""

    path: str
    module: nn.Module
    parent: SeenFrame | None
    spot: Spot | None
    inputs: dict[str, Seen] = field(default_factory=dict[str, Seen])
    output: Any = None


@dataclass(slots=True, eq=False)
class SeenCall:
    """A call of a function or leaf; see `calls.Call`. `order` counts calls, those of data among them."""

    target: Callable[..., Any] | nn.Module
    path: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    frame: SeenFrame
    spot: Spot | None
    order: int
    result: Any = None


@dataclass(slots=True, eq=False)
class Run:
    """All of it; `calls` without those of data, which their results know."""

    sample: Sample
    inputs: dict[str, Seen]
    calls: list[SeenCall] = field(default_factory=list[SeenCall])
    frames: list[SeenFrame] = field(default_factory=list[SeenFrame])
    output: Any = None
