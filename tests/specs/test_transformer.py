"""The Transformer against a second one, written by hand from the paper."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

import lego
from lego.graph import parameters
from tests.specs.test_specs import path_of

SIZE = {"vocabulary": 50, "width": 16, "depth": 2, "heads": 4, "hidden": 24}
WIDTH, HEADS = SIZE["width"], SIZE["heads"]


@pytest.fixture
def module():
    return lego.build(path_of("transformer"), seed=0, **SIZE).eval()


def linear(x, state, name):
    return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]


def layer_norm(x, state, name):
    mean = x.mean(-1, keepdim=True)
    variance = (x - mean).square().mean(-1, keepdim=True)
    return (x - mean) / (variance + 1e-5).sqrt() * state[f"{name}.weight"] + state[f"{name}.bias"]


def attention(x, memory, state, name, causal=False):
    """Section 3.2, one head after the other, one position after the other."""
    weights, biases = state[f"{name}.in_proj_weight"].chunk(3), state[f"{name}.in_proj_bias"].chunk(3)
    queries, keys, values = (
        read @ weight.T + bias for read, weight, bias in zip((x, memory, memory), weights, biases, strict=True)
    )
    mixed = torch.zeros_like(x)
    for head in range(HEADS):
        part = slice(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
        for at in range(x.shape[1]):
            seen = at + 1 if causal else memory.shape[1]
            scores = (keys[:, :seen, part] @ queries[:, at, part, None])[..., 0] / math.sqrt(WIDTH // HEADS)
            mixed[:, at, part] = (torch.softmax(scores, -1)[..., None] * values[:, :seen, part]).sum(1)
    return linear(mixed, state, f"{name}.out_proj")


def feed_forward(x, state, name):
    return linear(linear(x, state, f"{name}.linear1").clamp(min=0), state, f"{name}.linear2")


def embedded(tokens, state):
    """Section 3.4 and 3.5."""
    x = state["embed.weight"][tokens] * math.sqrt(WIDTH)
    for position in range(tokens.shape[1]):
        for feature in range(0, WIDTH, 2):
            angle = position / 10000 ** (feature / WIDTH)
            x[:, position, feature] += math.sin(angle)
            x[:, position, feature + 1] += math.cos(angle)
    return x


def transformer(src, tgt, state):
    memory = embedded(src, state)
    for name in (f"encoder.{index}" for index in range(SIZE["depth"])):
        memory = layer_norm(memory + attention(memory, memory, state, f"{name}.self_attn"), state, f"{name}.norm1")
        memory = layer_norm(memory + feed_forward(memory, state, name), state, f"{name}.norm2")
    x = embedded(tgt, state)
    for name in (f"decoder.{index}" for index in range(SIZE["depth"])):
        x = layer_norm(x + attention(x, x, state, f"{name}.self_attn", causal=True), state, f"{name}.norm1")
        x = layer_norm(x + attention(x, memory, state, f"{name}.multihead_attn"), state, f"{name}.norm2")
        x = layer_norm(x + feed_forward(x, state, name), state, f"{name}.norm3")
    return x @ state["embed.weight"].T


@pytest.mark.parametrize("lengths", [(1, 1), (7, 4), (3, 9)])
def test_numbers_are_those_of_the_formulas(module, lengths):
    module = module.double()
    for weight in module.parameters():
        nn.init.normal_(weight, std=0.3)
    src, tgt = (torch.randint(SIZE["vocabulary"], (2, length)) for length in lengths)
    with torch.no_grad():
        torch.testing.assert_close(module(src, tgt), transformer(src, tgt, module.state_dict()))


def test_no_token_reads_a_later_one_but_all_of_the_source(module):
    src, tgt = torch.randint(SIZE["vocabulary"], (1, 6)), torch.randint(SIZE["vocabulary"], (1, 8))
    later, other = tgt.clone(), src.clone()
    later[0, 5] = (later[0, 5] + 1) % SIZE["vocabulary"]
    other[0, 5] = (other[0, 5] + 1) % SIZE["vocabulary"]
    with torch.no_grad():
        found = module(src, tgt)
        assert torch.equal(found[:, :5], module(src, later)[:, :5])
        assert not torch.equal(found[:, 5:], module(src, later)[:, 5:])
        assert not torch.isclose(found, module(other, tgt)).all(-1).any()


def test_layers_start_apart_and_embeddings_are_one(module):
    first, second = module.encoder
    assert not torch.equal(first.linear1.weight, second.linear1.weight)
    assert module.scores.weight is module.embed.weight
    assert "embed_tgt.weight" not in module.state_dict()


def test_the_big_model_of_table_3():
    big = lego.load(path_of("transformer"), width=1024, heads=16, hidden=4096, dropout=0.3)
    theirs = nn.Transformer(1024, 16, 6, 6, 4096, batch_first=True, device="meta")
    norms = 2 * 2 * 1024  # torch has one more after each stack
    assert parameters(big.graph.root) == sum(map(torch.numel, theirs.parameters())) - norms + 37000 * 1024
