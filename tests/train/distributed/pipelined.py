"""What each process of a pipeline does."""

from __future__ import annotations

from pathlib import Path

import torch

from lego.graph import plan
from lego.train.distributed import Pipeline
from tests.train.distributed.nets import NAMES, SIZES, batch, graph, loss
from tests.train.distributed.processes import joined


def work(rank, folder):
    with joined(rank, folder):
        found = {}
        for name in NAMES:
            net = graph(name)
            pipeline = Pipeline(net, plan(net, 2, SIZES[name]), loss, micro_batches=2, seed=3)
            input, target = batch(name)
            values = [pipeline.step(input, target=target) for _ in range(2)]
            weights = pipeline.module.named_parameters(remove_duplicate=False)
            found[name] = values[-1], {key: one.grad for key, one in weights}
        torch.save(found, Path(folder) / f"{rank}.pt")
