from __future__ import annotations

import pytest
import torch
from torch import nn

from lego.catalogue import apply, create, layers, literal
from lego.shapes import Shape, TensorType, symbol

N, T = symbol("N"), symbol("T")


@pytest.mark.parametrize(
    ("name", "arguments", "input"),
    [
        ("Arange", {"dim": 1}, "N,T,3"),
        ("Arange", {"dim": -1}, "N,T,3 int64"),
        ("CausalMask", {}, "N,T,3"),
        ("CausalMask", {"dim": -1, "allowed": True}, "N,8,T,T"),
        ("Maxout", {"num_pieces": 2}, "N,T,8"),
        ("Maxout", {"num_pieces": 4, "dim": 1}, "N,4*h,T int64"),
        ("Maxout", {"num_pieces": 2, "dim": -2}, "N,4,T"),
    ],
)
def test_agrees_with_torch(agrees, name, arguments, input):
    agrees(name, arguments, input)


def evaluated(layer, *inputs):
    names = tuple(f"x{index}" for index in range(len(inputs)))
    scope = {"torch": torch, "F": nn.functional, **dict(zip(names, inputs, strict=True))}
    return eval(layer.call("", names, None), scope)


def test_a_causal_mask_forbids_what_comes_later():
    mask = evaluated(create(layers()["CausalMask"], {}), torch.zeros(2, 3, 4))
    assert mask.tolist() == [[False, True, True], [False, False, True], [False, False, False]]
    attention = nn.MultiheadAttention(4, 1, batch_first=True)
    x = torch.randn(2, 3, 4)
    weights = attention(x, x, x, attn_mask=mask)[1]
    assert weights[mask.expand(2, 3, 3)].abs().max() == 0
    allowed = evaluated(create(layers()["CausalMask"], {"allowed": True}), x)
    torch.testing.assert_close(
        nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=allowed),
        nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True),
    )


def test_maxout_takes_the_largest_of_neighbours():
    layer = create(layers()["Maxout"], {"num_pieces": 2, "dim": 1})
    assert evaluated(layer, torch.tensor([[1, 5, 4, 2]])).tolist() == [[5, 4]]


def test_one_hot():
    layer = create(layers()["OneHot"], {"num_classes": 3})
    (output,) = apply(layer, (TensorType(Shape((N, T)), "int64", (0, 3)),)).outputs
    assert output == (Shape((N, T, 3)), "int64", (0, 2))
    found = evaluated(layer, torch.tensor([[0, 2]]))
    assert found.dtype == torch.int64
    assert found.tolist() == [[[1, 0, 0], [0, 0, 1]]]


def test_positions_have_a_range(agrees):
    assert agrees("Arange", {"dim": 1}, "N,7").outputs[0].range == (0, 7)
    assert agrees("Arange", {"dim": 0}, "N,7").outputs[0].range is None


def constructed(layer):
    construct = layer.construct()
    arguments = [literal(value) for value in construct.positional.values()]
    arguments += [f"{name}={literal(value)}" for name, value in construct.keywords.items()]
    text = f"{construct.function}({', '.join(arguments)})"
    return construct.kind, text, eval(text, {"torch": torch})


def test_a_parameter_is_a_weight_under_the_path_of_its_node():
    layer = create(layers()["Parameter"], {"shape": [1, 197, 768]})
    assert layer.weights() == {"": (1, 197, 768)}
    assert layer.call("self.pos", (), None) == "self.pos"
    kind, text, value = constructed(layer)
    assert (kind, text) == ("parameter", "torch.zeros((1, 197, 768))")
    assert list(value.shape) == list(apply(layer, ()).outputs[0].shape)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"shape": [2, 3], "value": 0.5}, "torch.full((2, 3), 0.5)"),
        ({"shape": [], "value": 1}, "torch.full((), 1.0)"),
        ({"shape": [2], "value": float("-inf")}, 'torch.full((2,), float("-inf"))'),
        ({"shape": [2], "value": 3, "dtype": "int64"}, "torch.full((2,), 3)"),
        ({"shape": [2], "value": 3, "dtype": "uint8"}, "torch.full((2,), 3, dtype=torch.uint8)"),
        ({"shape": [2, 1], "value": [[1], [2]]}, "torch.tensor(((1.0,), (2.0,)))"),
        ({"shape": [2], "value": [True, False], "dtype": "bool"}, "torch.tensor((True, False))"),
    ],
)
def test_a_constant_is_a_buffer(arguments, text):
    layer = create(layers()["Constant"], arguments)
    kind, found, value = constructed(layer)
    assert (kind, found) == ("buffer", text)
    (output,) = apply(layer, ()).outputs
    assert (list(output.shape), f"torch.{output.dtype}") == (list(value.shape), str(value.dtype))
    assert layer.weights() == layer.buffers() == {}


@pytest.mark.parametrize(
    ("name", "arguments", "inputs", "code", "message"),
    [
        ("Parameter", {"shape": [1, N]}, [], "unresolved-dim",
         "shape must be a list of integers, but it is [1, N], which depends on `N`"),
        ("Parameter", {"shape": [1, -1]}, [], "bad-value", "Parameter: sizes must be at least 1, found -1"),
        ("Constant", {"shape": [3], "value": [1, 2]}, [], "bad-value",
         "Constant: value must be a number, or lists of the shape [3], found [2]"),
        ("Constant", {"shape": [2, 2], "value": [[1, 2], [3]]}, [], "bad-value",
         "Constant: lists on one level must be of one length, and not empty"),
        ("Constant", {"shape": [2], "value": ["a", 2]}, [], "bad-value",
         'Constant: a constant is made of numbers, found "a"'),
        ("Constant", {"shape": [2], "value": 0.5, "dtype": "int64"}, [], "bad-value",
         "Constant: value has 0.5, which int64 cannot hold"),
        ("OneHot", {"num_classes": 3}, ["N int32"], "dtype-mismatch", "OneHot takes int64, but input is int32"),
        ("Maxout", {"num_pieces": 2}, ["N,7"], "shape-mismatch",
         "num_pieces must divide dim -1, but 7 is not a multiple of 2"),
        ("Arange", {"dim": 2}, ["N,7"], "bad-value", "dim is 2, but the input has 2 dims: -2 … 1 are allowed"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(refused, name, arguments, inputs, code, message):
    problem = refused(name, arguments, *inputs)
    assert (problem.code, problem.message) == (code, message)
