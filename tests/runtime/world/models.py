"""Small modules and batches for them: convolutions, attention, recurrents with torch's kernel and without."""

from __future__ import annotations

import torch

import lego
from tests.specs.test_specs import path_of

GATES = """\
lego: 1
name: gates
inputs: {x: [N, T, 4]}
graph:
  lstm:
    recurrent:
      over: T
      state: {h: [N, 8], c: [N, 8]}
      graph:
        x: {Linear: 32, from: input}
        r: {Linear: {out_features: 32, bias: false}, from: h}
        gates: {Add, from: [x, r]}
        parts: {Chunk: {chunks: 4, dim: -1}}
        i: {Sigmoid: ~, from: parts.0}
        f: {Sigmoid: ~, from: parts.1}
        g: {Tanh: ~, from: parts.2}
        o: {Sigmoid: ~, from: parts.3}
        kept: {Mul, from: [f, c]}
        written: {Mul, from: [i, g]}
        c_new: {Add, from: [kept, written]}
        squashed: Tanh
        h_new: {Mul, from: [o, squashed]}
      next: {h: h_new, c: c_new}
      outputs: h_new
  head: {Linear: 3}
"""
"""An LSTM in the equations of torch's kernel."""

NAMES = ["convolutions", "attention", "tagger", "gates"]


def spec_of(name):
    match name:
        case "convolutions":
            return lego.load(path_of("resnet18"), width=4, layers=[1, 1, 1, 1], classes=5)
        case "attention":
            return lego.load(path_of("gpt2"), width=8, depth=2, heads=2, vocabulary=30, context=12)
        case "tagger":
            return lego.load(path_of("tagger"), vocabulary=20, width=8, hidden=8, tags=5)
        case _:
            return lego.parse(GATES)


def build(name, **options):
    """In evaluation mode, so that rows of a batch do not depend on each other."""
    return lego.build(spec_of(name), seed=0, **options).eval()


def batch(name, rows=4):
    """Different rows; the first of them are the same for every number of rows."""
    generator = torch.Generator().manual_seed(0)
    match name:
        case "convolutions":
            return (torch.randn(8, 3, 32, 32, generator=generator)[:rows],)
        case "attention":
            return (torch.randint(0, 30, (8, 6), generator=generator)[:rows],)
        case "tagger":
            words = torch.randint(0, 20, (8, 6), generator=generator)
            return words[:rows], torch.tensor([6, 3, 1, 4, 2, 5, 6, 1])[:rows]
        case _:
            return (torch.randn(8, 6, 4, generator=generator)[:rows],)


def close(found, expected):
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
