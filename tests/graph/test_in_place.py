"""Layers that work in place: refused where what they overwrite is read afterwards, by whatever name."""

from __future__ import annotations

import pytest
import torch

import lego

BLOCK = "blocks: {B: {graph: {r: {ReLU: {inplace: true}}, l: {Linear: 4}}}}\n"

REFUSED = {
    "same value": "{a: {Linear: 4}, r: {ReLU: {inplace: true}}, out: {Add: ~, from: [a, r]}}",
    "view": "{a: {Linear: 4}, f: {Unflatten: {dim: 1, unflattened_size: [2, 2]}}, r: {ReLU: {inplace: true}}, "
    "b: {Flatten: 1}, out: {Add: ~, from: [a, b]}}",
    "view taken before": "{a: {Linear: 4}, v: {Identity: ~}, r: {ReLU: {inplace: true}, from: a}, "
    "out: {Add: ~, from: [v, r]}}",
    "across a block": "{a: {Linear: 4}, b: B, out: {Add: ~, from: [a, b]}}",
    "dropout": "{a: {Linear: 4}, d: Dropout, r: {ReLU: {inplace: true}}, out: {Add: ~, from: [a, r]}}",
    "shortcut of a skip": "{a: {Linear: 4}, s: {skip: [{ReLU: {inplace: true}}, {Linear: 4}]}}",
    "around a body": "{a: {Linear: 4}, s: {Sequential: [{ReLU: {inplace: true}}]}, out: {Add: ~, from: [a, s]}}",
    "a learned tensor": "{p: {Parameter: {shape: [4]}}, r: {ReLU: {inplace: true}}, "
    "out: {Add: {broadcast: true}, from: [x, r]}}",
}

FINE = {
    "chain": "[{Linear: 4}, {ReLU: {inplace: true}}, {Linear: 4}]",
    "dropout in a chain": "[{Linear: 4}, Dropout, {ReLU: {inplace: true}}]",
    "read before": "{a: {Linear: 4}, b: {Linear: 4, from: a}, r: {ReLU: {inplace: true}, from: a}, "
    "out: {Add: ~, from: [b, r]}}",
    "after the sum": "{a: {Linear: 4}, b: {Linear: 4}, s: {Add: ~, from: [a, b]}, r: {ReLU: {inplace: true}}}",
    "its output read twice": "{a: {Linear: 4}, r: {ReLU: {inplace: true}}, b: {Linear: 4}, "
    "out: {Add: ~, from: [r, b]}}",
}


def diagnostics(graph: str) -> list[str]:
    text = f"lego: 1\ninputs: {{x: [N, 4]}}\n{BLOCK}graph: {graph}\n"
    try:
        return [f"{one.severity}[{one.code}]" for one in lego.parse(text).warnings]
    except lego.SpecError as error:
        return [f"{one.severity}[{one.code}]" for one in error.diagnostics]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_read_afterwards_may_not_be_overwritten(name: str) -> None:
    assert diagnostics(REFUSED[name]) == ["error[bad-value]"]


@pytest.mark.parametrize("name", FINE)
def test_what_nothing_reads_afterwards_may(name: str) -> None:
    assert diagnostics(FINE[name]) == []
    module = lego.build(lego.parse(f"lego: 1\ninputs: {{x: [N, 4]}}\n{BLOCK}graph: {FINE[name]}\n"), seed=0)
    other = lego.parse(f"lego: 1\ninputs: {{x: [N, 4]}}\n{BLOCK}graph: {FINE[name].replace('true', 'false')}\n")
    x = torch.randn(3, 4)
    assert torch.equal(module.eval()(x.clone()), lego.build(other, seed=0).eval()(x))


def test_the_callers_tensor_is_worth_a_warning() -> None:
    assert diagnostics("[{ReLU: {inplace: true}}, {Linear: 4}]") == ["warning[bad-value]"]
