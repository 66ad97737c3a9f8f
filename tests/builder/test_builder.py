"""What functions of handles write."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch

import lego
from lego import layers as L
from lego.builder.layer import snake_case
from lego.catalogue import outside


@lego.block
def basic(x, planes: int, stride: int = 1):
    y = L.ReLU()(L.BatchNorm2d()(L.Conv2d(planes, 3, stride=stride, padding=1, bias=False)(x)))
    y = L.BatchNorm2d()(L.Conv2d(planes, 3, padding=1, bias=False)(y))
    return L.ReLU()(x + y)


@lego.net(image=["N", 3, 32, 32])
def tiny(image, classes: int = 10):
    x = basic(L.Conv2d(16, 3, padding=1)(image), planes=16)
    return L.Linear(classes)(L.Flatten()(L.AdaptiveAvgPool2d(1)(x)))


def test_the_example_of_the_language() -> None:
    spec = tiny(classes=100)
    assert isinstance(spec, lego.Spec)
    assert {name: one.value for name, one in spec.document.params.items()} == {"classes": 100}
    assert list(spec.document.blocks) == ["basic"]
    assert lego.build(spec, seed=0)(torch.zeros(2, 3, 32, 32)).shape == (2, 100)


def graph_of(function: Any, **shapes: Any) -> list[str]:
    """The lines of the graph that a function of `x` writes."""
    text = lego.net(**(shapes or {"x": ["N", 8]}))(function)().to_yaml()
    lines = text.partition("\ngraph:\n")[2].splitlines()
    return [line.strip() for line in lines]


def test_operators() -> None:
    def net(x):
        y = 1 - x / 2 + 3 * x**2
        z = 2**x - x @ L.Linear(8)(L.Transpose(0, 1)(L.Expand([8, 8])(x)))
        return L.Where()((y < z) & ~(y >= 0) | (y == z), -y, z - 1)

    shapes = {"x": [8, 8]}
    spec = lego.net(**shapes)(net)()
    module = lego.build(spec, seed=0)
    x = torch.rand(8, 8)
    y = 1 - x / 2 + 3 * x**2
    z = 2**x - x @ module.linear(x.T)
    assert torch.equal(module(x), torch.where((y < z) & ~(y >= 0) | (y == z), -y, z - 1))


@pytest.mark.parametrize(
    "index",
    [
        np.s_[:, 0],
        np.s_[..., None],
        np.s_[:, 1:-1:2],
        np.s_[0, ..., -1],
        np.s_[None, :, 2, None],
        np.s_[..., :2, :],
        np.s_[:, :, 1:],
        np.s_[..., 1, None, :],
        np.s_[1],
        np.s_[-2:],
    ],
    ids=str,
)
def test_an_index_is_that_of_torch(index: Any) -> None:
    spec = lego.net(x=[4, 5, 6])(lambda x: L.Identity()(x)[index])()
    tensor = torch.rand(4, 5, 6)
    assert torch.equal(lego.build(spec, seed=0)(tensor), tensor[index])


def test_numbers_may_be_those_of_numpy() -> None:
    assert graph_of(lambda x: np.float32(0.5) * x + np.int64(2)) == ["mul: {Mul: 0.5}", "add: {Add: 2}"]


def test_a_layer_that_is_called_twice_has_one_set_of_weights() -> None:
    def net(x):
        layer = L.Linear(8, name="fc")
        relu = L.ReLU()
        return relu(layer(relu(layer(x))))

    assert graph_of(net) == ["fc: {Linear: 8}", "relu: ReLU", "linear: {share: fc}", "relu_1: ReLU"]


def test_outputs() -> None:
    def net(x):
        y, h, c = L.LSTM(4)(x)
        out = L.LSTM(4)(y, None, None)
        parts = L.Chunk(2, dim=-1)(out)
        a, _ = parts
        return a + parts[-1], out.h_n, out[2], h, c

    spec = lego.net(x=["T", "N", 8])(net)()
    assert list(spec.graph.outputs) == ["add", "lstm_1.h_n", "lstm_1.c_n", "lstm.h_n", "lstm.c_n"]


def test_slots_go_by_position_or_name() -> None:
    def net(x, mask):
        attention = L.MultiheadAttention(2, need_weights=False)
        return attention(x, x, value=x, attn_mask=mask)

    lines = graph_of(net, x=["L", "N", 8], mask={"shape": ["L", "L"], "dtype": "bool"})
    assert lines[-1] == "from: {query: x, key: x, value: x, attn_mask: mask}"


# -- parameters --------------------------------------------------------------------------------------------------------


def blocks_of(net: Any, **params: Any) -> dict[str, list[str]]:
    return {name: list(block.params) for name, block in net(**params).document.blocks.items()}


def test_what_python_needs_is_no_parameter() -> None:
    @lego.block
    def block(x, width: int, depth: int = 2, kind: str = "relu"):
        for _ in range(depth):
            x = L.Linear(width)(x)
        return {"relu": L.ReLU, "tanh": L.Tanh}[kind]()(x)

    @lego.net(x=["N", 8])
    def net(x, width: int = 8, depth: int = 2):
        x = block(x, width=width)
        x = block(x, width=2 * width)
        x = block(x, width=width, depth=depth)
        return block(x, width=width, depth=3, kind="tanh")

    spec = net(depth=2)
    assert blocks_of(net) == {"block": ["width"], "block_2": ["width"]}
    assert [node.what.name for node in spec.document.graph.nodes] == ["block", "block", "block", "block_2"]
    assert list(spec.document.params) == ["width"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (lambda p: 2 * p, "$(2 * p)"),
        (lambda p: (p + 1) * (p - 1), "$((p + 1) * (p - 1))"),
        (lambda p: -p // 2 % 3, "$(-p // 2 % 3)"),
        (lambda p: 2 ** (p / 2), "$(2 ** (p / 2))"),
        (lambda p: math.ceil(p / 2), "$ceil(p / 2)"),
        (lambda p: round(p, 2), "$round(p, 2)"),
        (lambda p: abs(p), "$max(p, -p)"),
        (lambda p: lego.choose(p > 2, p, 2 * p), "$(p if p > 2 else 2 * p)"),
        (lambda p: lego.choose((p > 2) & ~(p == 4) | (p < 0), 1, 2), "$(1 if p > 2 and (not p == 4) or p < 0 else 2)"),
        (lambda p: p, "$p"),
    ],
)
def test_expressions(given: Any, text: str) -> None:
    @lego.net(x=["N", 8])
    def net(x, p: int = 4):
        return L.Mul(given(p))(x)

    assert [node.what.primary.value for node in net().document.graph.nodes] == [text]


def test_lists_and_mappings_are_indexed() -> None:
    @lego.net(x=["N", 8])
    def net(x, widths: Any = (8, 16), rows: Any = ({"width": 8}, {"width": 16})):
        x = L.Linear(widths[0] + widths[-1])(x)
        x = lego.repeat(rows, lambda x, item, index: L.Linear(item.width + index)(x))(x)
        return L.Linear(rows[0].width)(x)

    lines = net().to_yaml().partition("graph:\n")[2].splitlines()
    assert lines == [
        '  linear: {Linear: "$(widths[0] + widths[-1])"}',
        "  linear_1: {Linear: $(item.width + index), each: $rows}",
        '  linear_2: {Linear: "$rows[0].width"}',
    ]


def test_a_parameter_holds_a_layer_or_a_block() -> None:
    @lego.block
    def mlp(x, width: int, act: Any = L.ReLU):
        return act(L.Linear(width)(x))

    @lego.net(x=["N", 8])
    def net(x, block: Any = mlp, act: Any = L.LeakyReLU(0.1)):  # noqa: B008 - a layer as it is written
        x = block(x, width=16, act=act)
        return block(x, width=8)

    document = net(act=L.ELU(alpha=0.5)).document
    assert {name: one.value for name, one in document.params.items()} == {
        "block": "mlp",
        "act": {"ELU": {"alpha": 0.5}},
    }
    assert lego.parse(net().to_yaml()).digest() == net().digest()


def test_options() -> None:
    def net(x):
        options: dict[str, Any] = {"init": {"weight": "he_normal"}, "freeze": True, "checkpoint": True, "doc": "first"}
        return L.Linear(8, when=x.shape[1] > 4, **options)(x)

    assert graph_of(net) == [
        "linear: {Linear: 8, when: $(8 > 4), init: {weight: he_normal}, freeze: true, checkpoint: true, doc: first}"
    ]


def test_ends() -> None:
    @lego.net(x={"shape": ["N"], "dtype": "int64", "range": [0, 16]})
    def net(x):
        lego.tie({"head.weight": "embed.weight"})
        x = L.Embedding(16, 8, name="embed")(x)
        return L.Linear(16, name="head", bias=False)(x)

    module = lego.build(net(), seed=0)
    assert module.head.weight is module.embed.weight


# -- names and places --------------------------------------------------------------------------------------------------


def test_names_are_those_of_torch() -> None:
    names = "Conv2d BatchNorm2d ReLU LeakyReLU PReLU SiLU LSTMCell MultiheadAttention LPPool2d ReLU6 TopK"
    torch_s = "conv2d batch_norm2d relu leaky_relu prelu silu lstm_cell multihead_attention lp_pool2d relu6 top_k"
    assert [snake_case(name) for name in names.split()] == torch_s.split()


def test_names_keep_out_of_each_other_s_way() -> None:
    def net(x):
        y = L.Linear(8)(x)
        return lego.skip(lambda z: L.Linear(8)(y) + z)(y)

    assert graph_of(net) == [
        "linear: {Linear: 8}",
        "skip:",
        "skip:",
        "linear_1: {Linear: 8, from: linear}",
        "add: {Add, from: [linear_1, input]}",
    ]


def test_places_are_those_of_the_call_and_its_arguments() -> None:
    spec = tiny()
    node = spec.document.blocks["basic"].graph.nodes[0]
    line = node.span.source.line(node.span.line)
    at = node.span.column - 1
    written = line[at : at + node.span.length]
    assert written == "L.Conv2d(planes, 3, stride=stride, padding=1, bias=False)(x)"
    span = node.what.arguments["stride"].span
    assert line[span.column - 1 : span.column - 1 + span.length] == "stride=stride"
    span = node.what.arguments["kernel_size"].span
    assert line[span.column - 1 : span.column - 1 + span.length] == "3"
    assert spec.document.inputs[0].span.line < node.span.line + 20


def test_layers_that_are_registered_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_registered", {})

    class Twice(lego.Layer):
        """y = 2 x."""

        torch_name = ""

        def infer(self, input: Any) -> Any:
            from lego.catalogue import Result

            return Result((input,))

        def call(self, module: str, inputs: Any, sizes: Any) -> str:
            return f"2 * {inputs[0]}"

    lego.register(Twice)
    assert graph_of(lambda x: L.Twice()(x)) == ["twice: Twice"]
    assert "Twice" in dir(L) and "Conv2d" in dir(L) and "Sequential" in dir(L)


def test_writing_a_net_imports_no_torch() -> None:
    code = """
import sys, lego
from lego import layers as L
@lego.net(x=["N", 8])
def net(x, width: int = 8):
    return lego.skip([L.Linear(width), L.ReLU()])(x)
net().to_yaml()
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_what_is_known_of_a_shape() -> None:
    @lego.net(image=["N", 3, "H", "W"])
    def net(image):
        n, channels, _, _ = image.shape
        x = L.Reshape([n, 8, -1])(L.Conv2d(8, 1)(image))
        assert len(image.shape) == 4
        return L.Conv1d(channels, 1)(L.ReLU()(x))

    assert [node.what for node in net().document.graph.nodes] == [
        node.what
        for node in lego.parse(
            "{lego: 1, inputs: {x: [N, 3, H, W]}, graph: [Conv2d: {out_channels: 8, kernel_size: 1},"
            ' Reshape: ["$input[0]", 8, -1], ReLU, Conv1d: {out_channels: 3, kernel_size: 1}]}'
        ).document.graph.nodes
    ]


def test_a_net_without_nodes() -> None:
    assert lego.net(x=["N"], y=["N"])(lambda x, y: {"a": x, "b": y})().warnings == ()
    assert list(lego.net(x=["N"])(lambda x: x)().graph.outputs) == ["identity"]
