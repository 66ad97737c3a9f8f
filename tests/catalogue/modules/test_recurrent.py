"""Recurrent layers: their shapes, weights and costs are torch's, and so is what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from lego.catalogue import apply
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType
from tests.catalogue.modules.test_messages import text_of
from tests.catalogue.oracle import filled, make, type_of

BOTH = {"bidirectional": True}
FIRST = {"batch_first": True}

SCANS = [
    ({}, "T,N,8"),
    ({}, "T,8"),
    ({"bias": False}, "T,N,8", "1,N,5"),
    (FIRST, "N,T,8", "1,N,5"),
    (FIRST, "T,8", "1,5"),
    (BOTH, "T,N,8", "2,N,5"),
    (BOTH | FIRST | {"num_layers": 2, "dropout": 0.5}, "N,T,8", "4,N,5"),
    (BOTH | FIRST | {"num_layers": 3, "bias": False}, "T,8", "6,5"),
    ({"num_layers": 2, "dropout": 1.0, "input_size": 8}, "7,N,8"),
]
CELLS = [({}, "N,8"), ({}, "8"), ({}, "N,8", "N,5"), ({"bias": False}, "8", "5"), ({"input_size": 8}, "1,8", "1,5")]

TABLE = [
    *((name, arguments, inputs) for name in ("RNN", "GRU") for arguments, *inputs in SCANS),
    *(("LSTM", arguments, (input, *states * 2)) for arguments, input, *states in SCANS),
    *((name, arguments, inputs) for name in ("RNNCell", "GRUCell") for arguments, *inputs in CELLS),
    *(("LSTMCell", arguments, (input, *states * 2)) for arguments, input, *states in CELLS),
    ("RNN", {"nonlinearity": "relu", "num_layers": 2}, ["T,N,8"]),
    ("RNNCell", {"nonlinearity": "relu"}, ["N,8"]),
    ("LSTM", {"proj_size": 3}, ["T,N,8"]),
    ("LSTM", {"proj_size": 3, "bias": False}, ["T,8", "1,3", "1,5"]),
    ("LSTM", BOTH | FIRST | {"proj_size": 3, "num_layers": 2}, ["N,T,8", "4,N,3", "4,N,5"]),
]


@pytest.mark.parametrize(("name", "arguments", "inputs"), TABLE)
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, {"hidden_size": 5} | arguments, *inputs)


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
def test_costs_as_much_as_its_cell_at_each_step(name):
    input = type_of("4,7,8")
    layer = make(name, {"hidden_size": 5, "batch_first": True})
    applied = apply(layer, filled(layer, [input]))
    cell = getattr(nn, f"{name}Cell")(8, 5)
    with FlopCounterMode(display=False) as counter:
        state = None
        for step in torch.zeros(4, 7, 8).unbind(1):
            state = cell(step, state)
    assert applied.layer.macs((input,), applied.outputs) == counter.get_total_flops() // 2


# -- arguments and shapes at random -----------------------------------------------------------------------------------

SIZE = st.integers(1, 4)
ARGUMENTS = {
    "num_layers": st.integers(0, 3),
    "nonlinearity": st.sampled_from(["tanh", "relu", "sigmoid"]),
    "bias": st.booleans(),
    "batch_first": st.booleans(),
    "dropout": st.sampled_from([0.0, 0.3, 1.0, 1.5, -0.1]),
    "bidirectional": st.booleans(),
    "proj_size": st.integers(-1, 4),
}
STATES = {"LSTM": 2, "LSTMCell": 2}


@st.composite
def examples(draw: st.DrawFn, name: str) -> tuple[dict[str, Any], list[tuple[int, ...]]]:
    """Arguments, and shapes of an input and of states, which fit more often than not."""
    fields = type(make(name, {"hidden_size": 1})).model_fields
    drawn = st.fixed_dictionaries({}, optional={key: value for key, value in ARGUMENTS.items() if key in fields})
    arguments = {"input_size": 3, "hidden_size": draw(SIZE), **draw(drawn)}
    rank = draw(st.sampled_from([2, 2, 3, 3, 3, 1, 4] if not name.endswith("Cell") else [1, 2, 2, 2, 3]))
    input = (*(draw(SIZE) for _ in range(rank - 1)), draw(st.sampled_from([3, 3, 3, 3, 3, 2])))
    shapes = fitting(name, arguments, input) if draw(st.booleans()) else []
    if shapes and not draw(st.integers(0, 2)):
        at = draw(st.integers(0, len(shapes) - 1))
        bent = draw(st.sampled_from([shapes[at][1:], (1, *shapes[at]), shapes[at][::-1], (*shapes[at][:-1], 2)]))
        shapes[at] = bent
    return arguments, [input, *shapes]


def fitting(name: str, arguments: dict[str, Any], input: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Shapes of the states as torch's pages say them."""
    hidden = arguments["hidden_size"]
    if name.endswith("Cell"):
        return [(*input[:-1], hidden)] * STATES.get(name, 1)
    batch = input[:1] if arguments.get("batch_first") else input[1:2]
    depth = arguments.get("num_layers", 1) * (2 if arguments.get("bidirectional") else 1)
    sizes = [arguments.get("proj_size") or hidden, hidden][: STATES.get(name, 1)]
    return [(depth, *(batch if len(input) == 3 else ()), size) for size in sizes]


def torch_says(name: str, arguments: dict[str, Any], shapes: list[tuple[int, ...]]) -> list[list[int]] | None:
    if name.endswith("Cell") and len({len(shape) for shape in shapes}) > 1:
        return None  # torch does not look at this, and the process may end in a segmentation fault
    try:
        with torch.device("meta"):
            input, *states = map(torch.empty, shapes)
            hx = tuple(states) if name in STATES else states[0] if states else None
            found = getattr(nn, name)(**arguments)(input, *([hx] if states else []))
    except (RuntimeError, ValueError, TypeError, IndexError):
        return None
    return [list(tensor.shape) for tensor in tree_leaves(found)]


def lego_says(name: str, arguments: dict[str, Any], shapes: list[tuple[int, ...]]) -> list[list[int]] | None:
    try:
        layer = make(name, arguments)
        found = apply(layer, filled(layer, [TensorType(Shape(shape)) for shape in shapes]))
    except Problem:
        return None
    return [list(tensor.shape) for tensor in found.outputs]


@pytest.mark.filterwarnings("ignore:dropout option")
@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell"])
def test_takes_what_torch_takes(name):
    seen = []

    @settings(max_examples=60, deadline=None)
    @given(examples(name))
    def check(example):
        said = torch_says(name, *example)
        assert lego_says(name, *example) == said
        seen.append(said)

    check()
    assert 0.1 < sum(said is None for said in seen) / len(seen) < 0.9


# -- what is said of mistakes -----------------------------------------------------------------------------------------

MISTAKES = [
    (
        ("LSTM", {}, "N,T,8,8"),
        "rank-mismatch: needs an input [L, N, input_size], or one sequence [L, input_size], found [N, T, 8, 8], "
        "which has 4 dims\n= help: merge dims first: `Flatten: 1`, say",
    ),
    (
        ("LSTM", {}, "T,N,8", "1,N,5"),
        "missing-argument: LSTM takes h_0 and c_0 together, but c_0 is missing\n"
        "= help: give both, or none: they are zeros then",
    ),
    (
        ("LSTMCell", {}, "N,8", None, "N,5"),
        "missing-argument: LSTMCell takes h_0 and c_0 together, but h_0 is missing\n"
        "= help: give both, or none: they are zeros then",
    ),
    (
        ("GRU", FIRST, "N,T,8", "N,1,5"),
        "shape-mismatch: h_0 must be [1, N, 5], found [N, 1, 5]\n= state: [num_layers, N, hidden_size]\n"
        "= help: put `Transpose: {dim0: 0, dim1: 1}` before it: the batch of a state is dim 1, whatever batch_first is",
    ),
    (
        ("GRU", {}, "N,T,8", "1,N,5"),
        "shape-mismatch: h_0 must be [1, T, 5], found [1, N, 5]\n= state: [num_layers, N, hidden_size]\n"
        "= help: batch_first is false: sequences are [L, N, input_size]",
    ),
    (
        ("RNN", {}, "T,N,8", "N,5"),
        "shape-mismatch: h_0 must be [1, N, 5], found [N, 5]\n= state: [num_layers, N, hidden_size]\n"
        "= help: put `Unsqueeze: 0` before it",
    ),
    (
        ("LSTM", BOTH | {"proj_size": 3}, "T,8", "2,5", "2,5"),
        "shape-mismatch: h_0 must be [2, 3], found [2, 5]\n= state: [2 num_layers, proj_size]",
    ),
    (
        ("RNNCell", {}, "N,T,8"),
        "rank-mismatch: needs an input [N, input_size], or one sample [input_size], found [N, T, 8], "
        "which has 3 dims\n= help: RNNCell takes one step; RNN scans a sequence",
    ),
    (
        ("GRUCell", {}, "N,8", "N,8"),
        "shape-mismatch: hx must be [N, 5], found [N, 8]\n= state: [N, hidden_size]",
    ),
    (
        ("LSTM", {"proj_size": 5}, "T,N,8"),
        "bad-value: LSTM: proj_size must be smaller than hidden_size, but 5 is not below 5",
    ),
    (
        ("RNN", {"nonlinearity": "sigmoid"}, "T,N,8"),
        'bad-value: nonlinearity must be tanh or relu, found "sigmoid"\n= nonlinearity: what is applied to the sum',
    ),
    (
        ("LSTM", {"dropout": 1.5}, "T,N,8"),
        "bad-value: dropout must be a probability between 0 and 1, found 1.5\n"
        "= dropout: probability of a zero, between layers, in training",
    ),
    (
        ("GRU", {"num_layers": 100_000_000}, "T,N,8"),
        "bad-value: num_layers must be an integer between 1 and 1000, found 100000000\n"
        "= num_layers: layers, each of which scans the output of the one before",
    ),
    (
        ("LSTM", {}, "T,N,C"),
        "unresolved-dim: input_size must be an integer, but it is C, which depends on `C`\n"
        "= help: give `C` a number in the inputs, or put a layer before this one that makes the size known "
        "(an adaptive pooling, say)",
    ),
    (
        ("GRU", {}, "T,N,8", "1,N,5 float64"),
        "dtype-mismatch: GRU takes float32, the dtype of its weights, but h_0 is float64\n"
        "= help: put `Cast: float32` before it, or declare the input with dtype float32",
    ),
]


@pytest.mark.parametrize(("mistake", "text"), MISTAKES)
def test_a_mistake_is_told_of(refused, mistake, text):
    name, arguments, *inputs = mistake
    assert text_of(refused(name, {"hidden_size": 5} | arguments, *inputs)) == text
