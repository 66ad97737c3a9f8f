"""From a checked graph to a module: its source is run, nothing is interpreted."""

from __future__ import annotations

import torch
from torch import nn

from lego.emit.torch import Lowering, write
from lego.graph import Graph
from lego.runtime.generated import run_source


def build(
    graph: Graph,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    seed: int | None = None,
    lowering: Lowering = "auto",
) -> nn.Module:
    """The module of a graph, on any device, `meta` included.

    Args:
        graph: A checked graph.
        device: Where its weights are made.
        dtype: Its floating dtype; torch's default dtype if None.
        seed: The same seed gives the same weights. The global generator is as it was afterwards; without a seed it is
            drawn from, as by any constructor of torch.
        lowering: How the recurrents run.
    """
    source = write(graph, lowering)
    kind = vars(run_source(source.text))[source.class_name]
    if seed is None:
        return _construct(kind, device, dtype)
    with torch.random.fork_rng():  # pyright: ignore[reportUnknownMemberType]
        torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]
        return _construct(kind, device, dtype)


def _construct(kind: type[nn.Module], device: torch.device | str | None, dtype: torch.dtype | None) -> nn.Module:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype or before)
    try:
        if device is None:
            return kind()
        with torch.device(device):
            return kind()
    finally:
        torch.set_default_dtype(before)
