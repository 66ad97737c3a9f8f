"""Recurrent layers in the built module: what it computes, and how its source assigns their states."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils._pytree import tree_leaves

import lego

FIRST = {"batch_first": True}
BOTH = {"bidirectional": True}
SIZES = {"N": 3, "T": 6}


def net(graph: str, inputs: str, outputs: str) -> lego.Spec:
    return lego.parse(f"lego: 1\nname: net\ninputs: {{{inputs}}}\ngraph: {{{graph}}}\noutputs: {outputs}\n")


def forward(spec: lego.Spec) -> list[str]:
    return [line.strip() for line in lego.source(spec).split("def forward")[-1].split(":\n", 1)[1].splitlines()]


STATES = "h: [1, N, 5], c: [1, N, 5]"
BUILT = [
    (nn.LSTM, {}, "x: [T, N, 8]", "node, node.h_n, node.c_n"),
    (nn.LSTM, FIRST, f"x: [N, T, 8], {STATES}", "node.c_n, node.output"),
    (
        nn.LSTM,
        BOTH | FIRST | {"num_layers": 2, "proj_size": 3},
        "x: [N, T, 8], h: [4, N, 3], c: [4, N, 5]",
        "node, node.h_n, node.c_n",
    ),
    (nn.GRU, BOTH | {"num_layers": 2}, "x: [T, N, 8], h: [4, N, 5]", "node, node.h_n"),
    (nn.GRU, FIRST | {"bias": False}, "x: [N, T, 8]", "node, node.h_n"),
    (nn.RNN, {"nonlinearity": "relu"}, "x: [T, 8], h: [1, 5]", "node.h_n"),
    (nn.LSTMCell, {}, "x: [N, 8], h: [N, 5], c: [N, 5]", "node.h_1, node.c_1"),
    (nn.LSTMCell, {}, "x: [8]", "node.h_1, node.c_1"),
    (nn.GRUCell, {}, "x: [N, 8], h: [N, 5]", "node"),
    (nn.RNNCell, {"bias": False}, "x: [N, 8]", "node"),
]
ORDER = {"output": 0, "h_n": 1, "c_n": 2, "h_1": 0, "c_1": 1, "node": 0}
"""Where torch's result, flattened, has an output."""


@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize(("torchs", "arguments", "inputs", "outputs"), BUILT)
def test_computes_what_torch_computes(torchs, arguments, inputs, outputs):
    written = ", ".join(f"{key}: {str(value).lower()}" for key, value in ({"hidden_size": 5} | arguments).items())
    reads = ", ".join(name for name in "xhc" if f"{name}:" in inputs)
    spec = net(f"node: {{{torchs.__name__}: {{{written}}}, from: [{reads}]}}", inputs, f"[{outputs}]")
    module = lego.build(spec, seed=0)
    by_hand = torchs(8, 5, **arguments)
    by_hand.load_state_dict(module.node.state_dict())
    x, *states = (torch.randn([SIZES.get(str(size), size) for size in one.shape]) for one in spec.graph.inputs.values())
    results = tree_leaves(by_hand(x, *([tuple(states)] if len(states) == 2 else states)))
    wanted = [results[ORDER[name.split(".")[-1]]] for name in outputs.split(", ")]
    found = module(x, *states)
    assert len(found) == len(wanted)
    assert all(map(torch.equal, found, wanted))


SOURCES = [
    ("lstm: {LSTM: 5}, fc: {Linear: 2}", "x: [T, N, 8]", "fc", ["x, _ = self.lstm(x)", "return self.fc(x)"]),
    (
        "gru: {GRU: 5}, last: {Squeeze: 0, from: gru.h_n}, fc: {Linear: 2}",
        "x: [T, N, 8]",
        "fc",
        ["_, x = self.gru(x)", "x = x.squeeze(0)", "return self.fc(x)"],
    ),
    (
        "lstm: {LSTM: 5, from: [x, h, c]}",
        "x: [T, N, 8], h: [1, N, 5], c: [1, N, 5]",
        "[lstm, lstm.h_n, lstm.c_n]",
        ["lstm, (lstm_h_n, lstm_c_n) = self.lstm(x, (h, c))", "return lstm, lstm_h_n, lstm_c_n"],
    ),
    (
        "lstm: {LSTM: 5}, cell: {LSTMCell: 5, from: x0}",
        "x: [T, N, 8], x0: [N, 8]",
        "[lstm.c_n, cell.h_1, cell.c_1]",
        ["_, (_, x) = self.lstm(x)", "cell, cell_c_1 = self.cell(x0)", "return x, cell, cell_c_1"],
    ),
    (
        "lstm: {LSTM: 5, from: [x, h, c], checkpoint: true}, gru: {GRU: 4, from: {input: lstm, h_0: g}}",
        "x: [T, N, 8], h: [1, N, 5], c: [1, N, 5], g: [1, N, 4]",
        "gru",
        ["x, _ = checkpoint(self.lstm, x, (h, c), use_reentrant=False)", "x, _ = self.gru(x, g)", "return x"],
    ),
]


@pytest.mark.parametrize(("graph", "inputs", "outputs", "lines"), SOURCES)
def test_the_source_is_what_one_would_write(graph, inputs, outputs, lines):
    assert forward(net(graph, inputs, outputs)) == lines
