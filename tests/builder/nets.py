"""Nets written in Python; `forms/` has the same in YAML."""

from __future__ import annotations

from typing import Any

import lego
from lego import layers as L


@lego.block
def basic(x, planes: int, stride: int = 1):
    """Two convolutions and a way around them."""

    def body(x):
        x = L.ReLU()(L.BatchNorm2d()(L.Conv2d(planes, 3, stride=stride, padding=1, bias=False)(x)))
        return L.BatchNorm2d()(L.Conv2d(planes, 3, padding=1, bias=False)(x))

    project = L.Sequential(
        L.Conv2d(planes, 1, stride=stride, bias=False),
        L.BatchNorm2d(),
        when=(stride != 1) | (x.channels != planes),
    )
    return L.ReLU()(lego.skip(body, shortcut=project, name="body")(x))


@lego.net(image=["N", 3, 32, 32])
def tiny_resnet(image, width: int = 16, classes: int = 10):
    """A residual network for small images."""
    x = L.ReLU()(L.BatchNorm2d()(L.Conv2d(width, 3, padding=1, bias=False)(image)))
    x = lego.repeat(2, basic(width), name="stage1")(x)

    def halved(x, index):
        return basic(x, planes=2 * width, stride=lego.choose(index == 0, 2, 1))

    x = lego.repeat(2, halved, name="stage2")(x)
    return L.Linear(classes, name="fc")(L.Flatten(1)(L.AdaptiveAvgPool2d(1)(x)))


@lego.block
def double(x, filters: int):
    for _ in range(2):
        x = L.ReLU()(L.BatchNorm2d()(L.Conv2d(filters, 3, padding=1)(x)))
    return x


@lego.net(image=["N", 1, "16*h", "16*w"])
def unet(image, width: int = 8, depth: int = 2):
    """A U-Net, whose depth is a matter of Python."""
    x, bridges = image, []
    for level in range(depth):
        x = double(x, width * 2**level)
        bridges.append(x)
        x = L.MaxPool2d(2)(x)
    x = double(x, width * 2**depth)
    for level in reversed(range(depth)):
        x = L.ConvTranspose2d(width * 2**level, 2, stride=2)(x)
        x = double(L.Concat(1)(bridges[level], x), width * 2**level)
    return L.Conv2d(1, 1, name="head")(x)


@lego.block
def encoder(x, heads: int, ratio: int = 4, act=L.GELU):
    """Pre-norm attention and perceptron."""
    y = L.LayerNorm()(x)
    y = L.MultiheadAttention(heads, batch_first=True, need_weights=False)(y, y, y)
    x = x + y
    y = L.LayerNorm()(x)
    y = act()(L.Linear(ratio * y.features)(y))
    return x + L.Linear(y.features // ratio)(y)


@lego.net(tokens={"shape": ["N", "T"], "dtype": "int64", "range": [0, 100]})
def transformer(tokens, width: int = 32, depth: int = 2, act: Any = L.ReLU):
    x = L.Embedding(100, width)(tokens)
    x = lego.repeat(depth, encoder(heads=4, act=act))(x)
    return L.LayerNorm()(x)


@lego.block
def peephole(x):
    """A weight for each unit."""
    weight = L.Parameter(x.shape[1:])()
    return L.Mul(broadcast=True)(x, weight)


@lego.net(signal=["N", "T", 1])
def peephole_lstm(signal, hidden: int = 16):
    def step(x, h, c):
        gates = L.Linear(4 * hidden)(x) + L.Linear(4 * hidden, bias=False)(h)
        i, f, g, o = L.Chunk(4, dim=-1)(gates)
        i = L.Sigmoid()(i + peephole(c))
        f = L.Sigmoid()(f + peephole(c))
        c = f * c + i * L.Tanh()(g)
        o = L.Sigmoid()(o + peephole(c))
        return o * L.Tanh()(c), c

    y, _, _ = lego.recurrent(step, over="T", state={"h": ["N", hidden], "c": ["N", hidden]}, name="lstm")(signal)
    return L.Linear(1, name="head")(y)


@lego.net(image=["N", 16, 8, 8])
def inception(image, width: int = 8):
    pooled = [L.AvgPool2d(3, stride=1, padding=1), L.Conv2d(width, 1)]
    branches = {
        "b1": L.Conv2d(width, 1),
        "b3": [L.Conv2d(width // 2, 1), L.ReLU(), L.Conv2d(width, 3, padding=1)],
        "b5": lambda x: L.Conv2d(width, 5, padding=2)(L.Conv2d(width // 4, 1, name="reduce")(x)),
        "pool": pooled,
    }
    x = lego.split(branches, merge=L.Concat(1))(image)
    return lego.split(copies=2, by=L.Chunk(2, dim=1), body=lambda x: L.Conv2d(4, 1)(x), merge=L.Add())(x)


@lego.net(x=["N", 4])
def widening(x, widths: Any = (8, 16)):
    x = lego.repeat(3, lambda x, index, count: L.Linear(4 * (index + 1) + count)(x))(x)
    return lego.repeat(widths, lambda x, item: L.ReLU()(L.Linear(item)(x)), name="grow")(x)


@lego.net(left=["N", 8], right=["N", 8])
def siamese(left, right, width: int = 4):
    tower = L.Linear(width)
    a, b = tower(left), tower(right)
    near = 1 - L.Abs()(a - b)
    return {"near": near, "same": a == b, "left": a[:, 0]}


NETS = (tiny_resnet, unet, transformer, peephole_lstm, inception, widening, siamese)
