"""What each of two processes does: half of a batch through a replicated and through a sharded module."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

from tests.runtime.world.models import NAMES, batch, build

ROWS = 4
SHARDED = [*((name, "auto", False) for name in NAMES), ("tagger", "loop", True), ("gates", "loop", True)]
"""Name, lowering, and whether the Linears are sharded one by one; else what the net is made of, each as one unit."""


def gradients(module, inputs):
    """The gradients of a mean over rows, by weight, whole."""
    module(*inputs).square().flatten(1).sum(1).mean().backward()
    named = ((key.removeprefix("module."), weight.grad) for key, weight in module.named_parameters())
    return {key: grad.full_tensor() if hasattr(grad, "full_tensor") else grad for key, grad in named}


def work(rank, folder):
    """One process of two."""
    torch.set_num_threads(1)
    path = Path(folder)
    dist.init_process_group(
        "gloo", init_method=(path / "store").as_uri(), rank=rank, world_size=2, timeout=timedelta(seconds=60)
    )
    try:
        found = {}
        for name in NAMES:
            replicated = DistributedDataParallel(build(name))
            found[f"replicated {name}"] = gradients(replicated, half(name, rank))
        for name, lowering, finely in SHARDED:
            found[f"sharded {name} {lowering}"] = gradients(sharded(name, lowering, finely), half(name, rank))
        if rank == 0:
            torch.save(found, path / "found.pt")
    finally:
        dist.destroy_process_group()


def half(name, rank):
    return tuple(tensor[rank * ROWS // 2 : (rank + 1) * ROWS // 2] for tensor in batch(name, ROWS))


def sharded(name, lowering, finely):
    module = build(name, lowering=lowering)
    for unit in list(units(module, finely)):
        fully_shard(unit)
    return fully_shard(module)


def units(module, finely):
    """What is sharded by itself; the rest, tied weights among it, goes with the whole."""
    if finely:
        return (one for one in module.modules() if isinstance(one, nn.Linear))
    blocks = module.h if hasattr(module, "h") else module.children()
    return (one for one in blocks if any(True for _ in one.parameters()))
