"""Small nets: a chain, one with tied weights at both ends, one whose values skip stages."""

from __future__ import annotations

from pathlib import Path

import torch
from torch.nn import functional as F

import lego
from lego.runtime import build

SPECS = Path(lego.__file__).parents[1] / "specs"
CHAIN = """
lego: 1
name: chain
inputs: {x: [N, 12]}
graph: [{Linear: 32}, Tanh, {Linear: 32}, Tanh, {Linear: 32}, Tanh, {Linear: 5}]
"""
ROWS = 4
NAMES = ("chain", "gpt2", "unet")


def graph(name):
    match name:
        case "chain":
            return lego.parse(CHAIN).graph
        case "gpt2":
            sizes = {"vocabulary": 23, "context": 8, "width": 16, "depth": 3, "heads": 2, "dropout": 0.0}
            return lego.load(SPECS / "gpt2.yaml", **sizes).graph
        case "unet":
            return lego.load(SPECS / "unet.yaml", width=2).graph


SIZES = {"chain": {}, "gpt2": {"T": 6}, "unet": {"h": 1, "w": 1}}


def batch(name):
    """The input of a net, and a target."""
    draw = torch.Generator().manual_seed(7)
    match name:
        case "chain":
            return torch.randn(ROWS, 12, generator=draw), torch.randn(ROWS, 5, generator=draw)
        case "gpt2":
            return torch.randint(23, (ROWS, 6), generator=draw), torch.randn(ROWS, 6, 23, generator=draw)
        case "unet":
            return torch.randn(ROWS, 1, 16, 16, generator=draw), torch.randn(ROWS, 2, 16, 16, generator=draw)


def loss(output, target):
    return F.mse_loss(output, target)


def gradients(name, steps=1):
    """What one process finds: the loss, and the gradient of each weight under each of its keys."""
    module = build(graph(name), seed=3)
    input, target = batch(name)
    for _ in range(steps):
        value = loss(module(input), target)
        value.backward()
    return value.detach(), {key: one.grad for key, one in module.named_parameters(remove_duplicate=False)}
