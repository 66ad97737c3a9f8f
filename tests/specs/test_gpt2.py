"""GPT-2 against a second one, written by hand from the paper and the published code."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

import lego
from tests.specs.test_specs import path_of

SIZE = {"vocabulary": 50, "context": 16, "width": 32, "depth": 3, "heads": 4}


@pytest.fixture
def module():
    return lego.build(path_of("gpt2"), seed=0, **SIZE).eval()


def layer_norm(x, state, name):
    mean = x.mean(-1, keepdim=True)
    variance = (x - mean).square().mean(-1, keepdim=True)
    return (x - mean) / (variance + 1e-5).sqrt() * state[f"{name}.weight"] + state[f"{name}.bias"]


def linear(x, state, name):
    return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def attention(x, state, name, heads):
    """One head after the other, one position after the other."""
    queries, keys, values = linear(x, state, f"{name}.c_attn").split(x.shape[-1], -1)
    width = x.shape[-1] // heads
    mixed = torch.zeros_like(x)
    for head in range(heads):
        part = slice(head * width, (head + 1) * width)
        for at in range(x.shape[1]):
            scores = (keys[:, : at + 1, part] @ queries[:, at, part, None])[..., 0] / math.sqrt(width)
            weights = scores.exp() / scores.exp().sum(-1, keepdim=True)
            mixed[:, at, part] = (weights[..., None] * values[:, : at + 1, part]).sum(1)
    return linear(mixed, state, f"{name}.c_proj")


def gpt2(tokens, state, depth, heads):
    x = state["wte.weight"][tokens] + state["wpe.weight"][: tokens.shape[1]]
    for layer in range(depth):
        x = x + attention(layer_norm(x, state, f"h.{layer}.ln_1"), state, f"h.{layer}.attn", heads)
        hidden = gelu(linear(layer_norm(x, state, f"h.{layer}.ln_2"), state, f"h.{layer}.mlp.c_fc"))
        x = x + linear(hidden, state, f"h.{layer}.mlp.c_proj")
    return layer_norm(x, state, "ln_f") @ state["wte.weight"].T


@pytest.mark.parametrize("length", [1, 7, 16])
def test_numbers_are_those_of_the_formulas(module, length):
    module = module.double()
    for weight in module.parameters():
        nn.init.normal_(weight, std=0.3)
    tokens = torch.randint(SIZE["vocabulary"], (2, length))
    with torch.no_grad():
        expected = gpt2(tokens, module.state_dict(), SIZE["depth"], SIZE["heads"])
        torch.testing.assert_close(module(tokens), expected)


def test_no_token_reads_a_later_one(module):
    tokens = torch.randint(SIZE["vocabulary"], (1, 10))
    changed = tokens.clone()
    changed[0, 6] = (changed[0, 6] + 1) % SIZE["vocabulary"]
    with torch.no_grad():
        one, other = module(tokens), module(changed)
    assert torch.equal(one[:, :6], other[:, :6])
    assert not torch.equal(one[:, 6:], other[:, 6:])


def test_head_and_embedding_are_one(module):
    assert module.lm_head.weight is module.wte.weight


def test_weights_start_as_in_the_paper():
    module = lego.build(path_of("gpt2"), seed=0, **{**SIZE, "width": 256})
    assert module.wte.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert module.h[0].mlp.c_fc.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert module.h[0].mlp.c_proj.weight.std().item() == pytest.approx(0.02 / math.sqrt(6), rel=0.05)
    assert not module.h[0].mlp.c_fc.bias.any()
    assert torch.equal(module.ln_f.weight, torch.ones(256))
