"""A spec written in Python: blocks are functions, parameters stay parameters, and YAML comes out."""

from __future__ import annotations

import torch

import lego
from lego import layers as L


@lego.block
def residual(x, planes: int, stride: int = 1):
    """Two convolutions, and a shortcut that is projected where the size changes."""
    y = L.Conv2d(planes, 3, stride=stride, padding=1, bias=False)(x)
    y = L.ReLU()(L.BatchNorm2d()(y))
    y = L.BatchNorm2d()(L.Conv2d(planes, 3, padding=1, bias=False)(y))
    if stride != 1:  # plain Python: the block then has one form for each way
        x = L.Conv2d(planes, 1, stride=stride, bias=False)(x)
    return L.ReLU()(x + y)


@lego.net(image=["N", 3, "H", "W"])
def small_resnet(image, width: int = 16, depth: int = 2, classes: int = 10):
    """A residual network for small images."""
    x = L.Conv2d(width, 3, padding=1, bias=False, name="stem")(image)
    x = lego.repeat(depth, residual(planes=width), name="stage1")(x)
    x = residual(planes=2 * width, stride=2, name="down")(x)
    x = lego.repeat(depth, residual(planes=2 * width), name="stage2")(x)
    return L.Linear(classes, name="head")(L.Mean([2, 3])(x))


@lego.net(x=["N", 8])
def mistaken(x):
    """The sizes that are added differ: the error points here."""
    return L.Linear(16)(x) + x


def main() -> None:
    """The same as YAML, as a module, and what a mistake looks like."""
    spec = small_resnet(classes=100)
    print(spec.to_yaml())
    print(spec.graph.outputs)
    print(lego.build(spec, seed=0)(torch.randn(2, 3, 20, 20)).shape)
    try:
        mistaken()
    except lego.SpecError as error:
        print(error)


if __name__ == "__main__":
    main()
