from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lego.catalogue import create, layers
from lego.diagnostics import Source, Span, render

FUNCTIONS = ("Exp", "Log", "Sqrt", "Rsqrt", "Sin", "Cos", "Abs")
AGREE = [
    ("Add", {}, ["N,3", "N,3"]),
    ("Add", {}, ["N,3", "N,3", "N,3"]),
    ("Add", {"broadcast": True}, ["N,3,1", "4", "1"]),
    ("Add", {"other": 1}, ["N,3 int64"]),
    ("Add", {"other": 1.5}, ["N,3 int64"]),
    ("Add", {"other": 1.5}, ["N,3 float16"]),
    ("Mul", {"other": -2}, ["N,3"]),
    ("Mul", {}, ["2,2 int32", "2,2 int32", "2,2 int32"]),
    ("Mul", {"broadcast": True}, ["N,C,H,W", "N,C,1,1"]),
    ("Sub", {}, ["N", "N"]),
    ("Sub", {"other": 1, "reverse": True}, ["N"]),
    ("Sub", {"other": -1}, ["N"]),
    ("Div", {}, ["N int64", "N int64"]),
    ("Div", {"other": 2}, ["N int64"]),
    ("Div", {"other": 2}, ["N bfloat16"]),
    ("Pow", {"other": 2}, ["N int64"]),
    ("Pow", {"other": -1.0}, ["N int64"]),
    ("Pow", {"other": -2, "reverse": True}, ["N int64"]),
    ("Pow", {"broadcast": True}, ["N,1", "N,T"]),
    ("Maximum", {}, ["N,2", "N,2", "N,2"]),
    ("Minimum", {"broadcast": True}, ["N,1 int64", "1,4 int64"]),
    ("Neg", {}, ["N int64"]),
    ("Neg", {}, ["N"]),
    *((name, {}, [f"N,2 {dtype}"]) for name in FUNCTIONS for dtype in ("float32", "float16", "int64", "complex64")),
    ("Clamp", {"min": 0}, ["N int64"]),
    ("Clamp", {"min": 0.5, "max": 2}, ["N int64"]),
    ("Clamp", {"max": float("inf")}, ["N"]),
    ("Less", {}, ["N,2", "N,2"]),
    ("LessEqual", {"other": 3}, ["N,2 int64"]),
    ("Greater", {"broadcast": True}, ["N,1", "2"]),
    ("GreaterEqual", {"other": 0.5}, ["N,2 int64"]),
    ("Equal", {"other": 0}, ["N,2 int64"]),
    ("Equal", {}, ["N,2 bool", "N,2 bool"]),
    ("And", {}, ["N,2 bool", "N,2 bool"]),
    ("Or", {"broadcast": True}, ["N,2 bool", "2 bool"]),
    ("Not", {}, ["N,2 bool"]),
    ("Where", {}, ["N,2 bool", "N,2", "N,2"]),
    ("Where", {"broadcast": True}, ["N,1 bool", "N,2 int64", "2 int64"]),
    ("MaskedFill", {"value": float("-inf")}, ["N,8,T,S", "T,S bool"]),
    ("MaskedFill", {"value": 0}, ["N,T int64", "N,T bool"]),
    ("Cast", {"dtype": "bool"}, ["N,T int64"]),
    ("Cast", {"dtype": "float16"}, ["N,T bool"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "inputs"), AGREE)
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs)


TORCH_TOO = [
    ("Add", {"broadcast": True}, ["2,3", "2,4"]),
    ("Maximum", {"broadcast": True}, ["2,3", "4,3"]),
    ("Where", {"broadcast": True}, ["3 bool", "2", "2"]),
    ("MaskedFill", {"value": 1}, ["2,3", "2 bool"]),
]


@pytest.mark.parametrize(("name", "arguments", "inputs"), TORCH_TOO)
def test_refuses_what_torch_refuses(refused, name, arguments, inputs):
    assert refused(name, arguments, *inputs, torch_too=True).code == "shape-mismatch"


@pytest.mark.parametrize(
    ("name", "arguments", "inputs", "code"),
    [
        ("Mul", {"other": 2}, ["2", "2"], "bad-value"),
        ("Mul", {}, ["2"], "missing-argument"),
        ("Sub", {"reverse": True}, ["2", "2"], "bad-value"),
        ("Add", {}, ["2 bool", "2 bool"], "dtype-mismatch"),
        ("Add", {}, ["2 int64", "2"], "dtype-mismatch"),
        ("Pow", {"other": -2}, ["2 int64"], "bad-value"),
        ("Clamp", {}, ["2"], "bad-value"),
        ("Clamp", {"min": 2, "max": 1}, ["2"], "bad-value"),
        ("Not", {}, ["2"], "dtype-mismatch"),
        ("MaskedFill", {"value": 0.5}, ["2 int64", "2 bool"], "dtype-mismatch"),
        ("MaskedFill", {"value": 0}, ["2,1", "2,3 bool"], "shape-mismatch"),
        ("Add", {}, ["N", "T"], "shape-mismatch"),
    ],
)
def test_refuses(refused, name, arguments, inputs, code):
    assert refused(name, arguments, *inputs).code == code


def test_equal_shapes_message(refused):
    problem = refused("Add", {}, "N,64,56,56", "N,128,28,28")
    assert problem.message == "Add needs equal shapes"
    assert problem.notes == (("input 0", "[N, 64, 56, 56]", ""), ("input 1", "[N, 128, 28, 28]", ""))
    assert problem.help is None


def test_broadcast_is_asked_for(refused):
    problem = refused("Mul", {}, "N,C,H,W", "N,C,1,1")
    assert problem.message == "Mul needs equal shapes"
    assert problem.help == "write `{Mul: {broadcast: true}}` if the result should be [N, C, H, W]"


@pytest.mark.parametrize(
    ("name", "arguments", "inputs", "values"),
    [
        ("Add", {}, [[1.0, 2.0], [3.0, 4.0], [10.0, 10.0]], [14.0, 16.0]),
        ("Sub", {}, [[1.0, 2.0], [3.0, 3.0]], [-2.0, -1.0]),
        ("Sub", {"other": 1}, [[1.0, 2.0]], [0.0, 1.0]),
        ("Sub", {"other": 1, "reverse": True}, [[1.0, 2.0]], [0.0, -1.0]),
        ("Div", {"other": 2, "reverse": True}, [[1.0, 2.0]], [2.0, 1.0]),
        ("Pow", {"other": -2}, [[1.0, 2.0]], [1.0, 0.25]),
        ("Pow", {"other": -2, "reverse": True}, [[1.0, 2.0]], [-2.0, 4.0]),
        ("Minimum", {}, [[1.0, 2.0], [3.0, 1.0], [0.0, 5.0]], [0.0, 1.0]),
        ("Clamp", {"min": 0, "max": 1.5}, [[-1.0, 2.0]], [0.0, 1.5]),
        ("GreaterEqual", {"other": 2}, [[1.0, 2.0]], [False, True]),
        ("Neg", {}, [[1.0, 2.0]], [-1.0, -2.0]),
    ],
)
def test_values(name, arguments, inputs, values):
    names = tuple(f"x{index}" for index in range(len(inputs)))
    tensors = {text: torch.tensor(value) for text, value in zip(names, inputs, strict=True)}
    text = create(layers()[name], arguments).call("", names, None)
    assert eval(text, {"torch": torch}, tensors).tolist() == values


shapes = st.lists(st.sampled_from(["1", "2", "3", "N", "2*N"]), max_size=3).map(",".join)


@given(left=shapes, right=shapes, third=shapes)
def test_broadcasting_is_torch_s(agrees, refused, left, right, third):
    values = [[int(eval(size, {"N": 7})) for size in text.split(",") if size] for text in (left, right, third)]
    try:
        torch.broadcast_shapes(*values)
    except RuntimeError:
        assert refused("Add", {"broadcast": True}, left, right, third).code == "shape-mismatch"
    else:
        agrees("Add", {"broadcast": True}, left, right, third)


WHOLE = """\
net.yaml:2:3: error[shape-mismatch] sum: Add needs shapes that broadcast
  |
2 |   sum: Add
  |   ^^^
   = input 0  [N, H//2]
   = input 1  [N, (H + 1)//2]
   = dim 1    H//2 ≠ (H + 1)//2   H = 3: 1 ≠ 2"""


def test_a_whole_message(refused):
    problem = refused("Add", {"broadcast": True}, "N,H//2", "N,(H+1)//2")
    source = Source("net.yaml", "graph:\n  sum: Add")
    assert render(problem.at(Span(source, 2, 3, 3), "sum")) == WHOLE
