"""A training as a script: `learning.py STRATEGY DEVICES FILE`; its first process writes what came of it."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

import lego
from lego.runtime import save_weights
from lego.spec.recipe import Recipe, changed_recipe
from lego.train.data import Data, Tensors
from lego.train.distributed import Strategy, save_sharded, train_distributed
from lego.train.fit import train

NET = """
lego: 1
name: net
inputs: {x: [N, 12]}
init: {weight: xavier_normal}
graph: [{Linear: 30}, Tanh, {Linear: 21}, LayerNorm, Tanh, {Linear: 5}]
"""
RECIPE = {
    "epochs": 2,
    "batch_size": 8,
    "optimizer": {"Adam": 0.01},
    "l2": {"strength": 0.001},
    "validation": 0.25,
    "seed": 5,
}


def data():
    draw = torch.Generator().manual_seed(1)
    inputs = {"x": torch.randn(32, 12, generator=draw)}
    return Data("made", Tensors(inputs, torch.randint(5, (32,), generator=draw)))


def learned(strategy=None):
    torch.set_num_threads(1)
    graph = lego.parse(NET).graph
    recipe = changed_recipe(Recipe(), RECIPE)
    if strategy is None:
        return train(graph, recipe, data())
    return train_distributed(graph, recipe, data(), strategy)


def main(name, devices, file):
    run = learned(Strategy(name, int(devices)))
    path = Path(file)
    if name == "fsdp":
        save_sharded(run.module, path)
    elif torch.distributed.get_rank() == 0:
        save_weights(run.module, path)
    if torch.distributed.get_rank() == 0:
        path.with_suffix(".txt").write_text("\n".join(f"{one.train_loss} {one.validation_loss}" for one in run.metrics))


if __name__ == "__main__":
    main(*sys.argv[1:])
