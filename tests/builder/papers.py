"""Specs of `specs/`, written in Python."""

from __future__ import annotations

from typing import Any

import lego
from lego import layers as L


@lego.block
def BasicBlock(x, planes: int, stride: int = 1):  # noqa: N802
    """Two convolutions, added to their input; figure 5, left."""
    y = L.Conv2d(planes, 3, stride=stride, padding=1, bias=False, name="conv1")(x)
    y = L.ReLU(inplace=True, name="relu")(L.BatchNorm2d(name="bn1")(y))
    y = L.BatchNorm2d(name="bn2")(L.Conv2d(planes, 3, padding=1, bias=False, name="conv2")(y))
    wider = (stride != 1) | (x.channels != planes)
    project = [L.Conv2d(planes, 1, stride=stride, bias=False), L.BatchNorm2d()]
    downsample = L.Sequential(project, name="downsample", when=wider)
    return L.ReLU(inplace=True, name="out")(y + downsample(x))


@lego.net(image=["N", 3, "H", "W"])
def resnet18(image, width: int = 64, layers: Any = (2, 2, 2, 2), classes: int = 1000):
    lego.init({"Conv2d": {"weight": {"kaiming_normal": {"mode": "fan_out", "nonlinearity": "relu"}}}})
    x = L.Conv2d(width, 7, stride=2, padding=3, bias=False, name="conv1")(image)
    x = L.ReLU(inplace=True)(L.BatchNorm2d(name="bn1")(x))
    x = L.MaxPool2d(3, stride=2, padding=1, name="maxpool")(x)
    x = lego.repeat(layers[0], BasicBlock(width), name="layer1")(x)
    for at in (1, 2, 3):

        def halved(x, index, planes=2**at * width):
            return BasicBlock(x, planes=planes, stride=lego.choose(index == 0, 2, 1))

        x = lego.repeat(layers[at], halved, name=f"layer{at + 1}")(x)
    return L.Linear(classes, name="fc")(L.Flatten()(L.AdaptiveAvgPool2d(1, name="avgpool")(x)))


@lego.block
def Double(x, planes: int):  # noqa: N802
    """Two convolutions."""
    for at in (1, 2):
        x = L.Conv2d(planes, 3, padding=1, name=f"conv{at}")(x)
        x = L.ReLU(inplace=True, name=f"relu{at}")(x)
    return x


@lego.block
def Down(x):  # noqa: N802
    """Half the size, twice the channels."""
    y = L.MaxPool2d(2, name="pool")(x)
    return Double(y, 2 * y.channels, name="convs")


@lego.block
def Up(below, across):  # noqa: N802
    """Twice the size, half the channels; joined with what the way down had at this size."""
    up = L.ConvTranspose2d(below.channels // 2, 2, stride=2, name="up")(below)
    joined = L.Concat(1)(across, up)
    return Double(joined, joined.channels // 2, name="convs")


@lego.net(image=["N", 1, "16*h", "16*w"])
def unet(image, width: int = 64, classes: int = 2):
    lego.init({"Conv2d": {"weight": "he_normal", "bias": "zeros"}})
    ways = [Double(image, width, name="down1")]
    for at in (2, 3, 4):
        ways.append(Down(ways[-1], name=f"down{at}"))
    x = Down(ways[-1], name="bottom")
    for at in (4, 3, 2, 1):
        x = Up(x, ways[at - 1], name=f"up{at}")
    return L.Conv2d(classes, 1, name="out")(x)


@lego.block
def Peephole(x):  # noqa: N802
    """A weight for each unit."""
    weight = L.Parameter(x.shape[1:], name="weight")()
    return L.Mul(broadcast=True, name="weighted")(x, weight)


@lego.net(signal=["N", "T", 1])
def peephole_lstm(signal, hidden: int = 16):
    def step(x, h, c):
        x = L.Linear(4 * hidden, name="x")(x)
        r = L.Linear(4 * hidden, bias=False, name="r")(h)
        parts = L.Chunk(4, dim=-1, name="parts")(L.Add(name="sum")(x, r))
        i = L.Sigmoid(name="i")(L.Add(name="sum_i")(parts[0], Peephole(c, name="peep_i")))
        f = L.Sigmoid(name="f")(L.Add(name="sum_f")(parts[1], Peephole(c, name="peep_f")))
        g = L.Tanh(name="g")(parts[2])
        kept = L.Mul(name="kept")(f, c)
        written = L.Mul(name="written")(i, g)
        c_new = L.Add(name="c_new")(kept, written)
        o = L.Sigmoid(name="o")(L.Add(name="sum_o")(parts[3], Peephole(c_new, name="peep_o")))
        squashed = L.Tanh(name="squashed")(c_new)
        return L.Mul(name="h_new")(o, squashed), c_new

    lstm = lego.recurrent(step, over="T", state={"h": ["N", hidden], "c": ["N", hidden]}, name="lstm")
    return L.Linear(1, name="head")(lstm(signal))


@lego.block
def Layer(x, heads: int, dropout: float):  # noqa: N802
    """Attention and a perceptron, each added to its input; figure 1, right."""
    y = L.LayerNorm(eps=1e-6, name="ln_1")(x)
    options: Any = {"batch_first": True, "need_weights": False, "name": "self_attention"}
    attention = L.MultiheadAttention(heads, dropout=dropout, **options)
    y = L.Dropout(dropout, name="dropout")(attention(y, y, y))
    x = L.Add(name="add_1")(y, x)
    y = L.LayerNorm(eps=1e-6, name="ln_2")(x)
    mlp = [L.Linear(4 * y.features), L.GELU(), L.Dropout(dropout), L.Linear(y.shape[2]), L.Dropout(dropout)]
    return L.Add(name="add_2")(x, L.Sequential(mlp, name="mlp")(y))


@lego.net(image=["N", 3, "$size", "$size"])
def vit_b_16(
    image,
    size: int = 224,
    patch: int = 16,
    width: int = 768,
    layer: Any = Layer(heads=12, dropout=0.0),  # noqa: B008 - a block with its parameters
    classes: int = 1000,
):
    lego.init({"Linear": {"weight": "xavier_uniform", "bias": "zeros"}})
    x = L.Flatten(2)(L.Conv2d(width, patch, stride=patch, name="conv_proj")(image))
    patches = L.Transpose(dim0=1, dim1=2, name="patches")(x)
    token = L.Parameter([1, 1, width], name="class_token")()
    token = L.Expand(["N", -1, -1], name="token")(token)

    def encoder(x):
        position = L.Parameter([1, x.shape[1], width], init={"normal": {"std": 0.02}}, name="pos_embedding")()
        x = L.Add(broadcast=True)(x, position)

        def layers(x):
            for at in range(12):
                x = layer(x, name=f"encoder_layer_{at}")
            return x

        return L.LayerNorm(eps=1e-6, name="ln")(L.Sequential(layers, name="layers")(x))

    x = L.Sequential(encoder, name="encoder")(L.Concat(1, name="tokens")(token, patches))
    x = L.Select(dim=1, index=0, name="first")(x)
    return L.Sequential([L.Linear(classes, name="head")], name="heads")(x)


NETS = (resnet18, unet, peephole_lstm, vit_b_16)
