"""Small nets and data that the tests of training share."""

from __future__ import annotations

import torch

from lego.api import Spec, parse
from lego.train.data import Data, Tensors

DROPPING = """
lego: 1
name: dropping
inputs: {x: [N, 8]}
graph: [{Linear: 16}, ReLU, {Dropout: 0.5}, {Linear: 3}]
"""


def spec(graph: str = "[{Linear: 16}, ReLU, {Linear: 3}]", inputs: str = "{x: [N, 8]}", rest: str = "") -> Spec:
    return parse(f"lego: 1\nname: small\ninputs: {inputs}\ngraph: {graph}\n{rest}")


def blobs(count: int = 96, classes: int = 3, size: int = 8, seed: int = 0) -> Data:
    """Clouds around a point for each class."""
    generator = torch.Generator().manual_seed(seed)
    centres = 2 * torch.randn(classes, size, generator=generator)
    target = torch.arange(count) % classes
    x = centres[target] + torch.randn(count, size, generator=generator)
    return Data("blobs", Tensors({"x": x}, target), classes=tuple("abcdefghij"[:classes]))


def line(count: int = 64, size: int = 8) -> Data:
    """A linear function of the inputs."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(count, size, generator=generator)
    return Data("line", Tensors({"x": x}, x[:, :1] - 2 * x[:, 1:2]))
