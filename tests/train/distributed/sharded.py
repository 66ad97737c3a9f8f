"""What each process of a sharded net does."""

from __future__ import annotations

import resource
from pathlib import Path

import torch
from torch.distributed.device_mesh import init_device_mesh

import lego
from lego.train.distributed import defer, save_sharded, shard
from tests.train.distributed.nets import NAMES, ROWS, batch, graph, loss
from tests.train.distributed.processes import joined

LARGE = "lego: 1\nname: large\ninputs: {x: [N, 2048]}\ngraph: {fc: {Linear: 2048, repeat: 16}}\n"
LARGE_BYTES = 16 * (2048 + 1) * 2048 * 4


def work(rank, folder):
    with joined(rank, folder):
        mesh = init_device_mesh("cpu", (2,))
        found = {}
        for name in NAMES:
            module = shard(defer(graph(name), seed=3), mesh)
            save_sharded(module, Path(folder) / f"{name}.safetensors")
            half = slice(rank * ROWS // 2, (rank + 1) * ROWS // 2)
            input, target = (one[half] for one in batch(name))
            loss(module(input), target).backward()
            weights = module.named_parameters(remove_duplicate=False)
            found[name] = {key: one.grad.full_tensor() for key, one in weights}
        if rank == 0:
            torch.save(found, Path(folder) / "found.pt")


def grow(rank, folder):
    """How much memory a large net takes at most in this process."""
    with joined(rank, folder):
        mesh = init_device_mesh("cpu", (2,))
        shard(defer(graph("chain"), seed=3), mesh)  # whatever is loaded at first use
        before = _peak()
        module = shard(defer(lego.parse(LARGE).graph, seed=3), mesh)
        built = _peak() - before
        save_sharded(module, Path(folder) / "large.safetensors")
        (Path(folder) / f"{rank}.txt").write_text(f"{built} {_peak() - before}")


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
