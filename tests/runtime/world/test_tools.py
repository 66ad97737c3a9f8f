"""Tools around torch: torchinfo, and quantisation by torchao."""

from __future__ import annotations

import warnings

import pytest
import torch
import torchinfo

import lego
from tests.runtime.world.models import NAMES, batch, build, spec_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from torchao.quantization import Int8WeightOnlyConfig, quantize_


@pytest.mark.parametrize("name", NAMES)
def test_torchinfo_counts_what_the_summary_counts(name):
    module = build(name)
    found = torchinfo.summary(module, input_data=list(batch(name)), verbose=0)
    assert type(module).__name__ in str(found)
    assert sum(weight.numel() for weight in module.parameters()) == lego.summary(spec_of(name)).params


@pytest.mark.parametrize(
    ("name", "lowering"), [*((name, "auto") for name in NAMES), ("tagger", "loop"), ("gates", "loop")]
)
def test_weights_in_eight_bits(name, lowering):
    module = build(name, lowering=lowering)
    expected = module(*batch(name))
    quantize_(module, Int8WeightOnlyConfig())
    assert any(type(weight) not in (torch.Tensor, torch.nn.Parameter) for weight in module.parameters())
    found = module(*batch(name))
    assert 0 < (found - expected).abs().max() < 0.05 * expected.abs().max()


def test_linears_that_are_joined_say_what_to_do():
    step = "a: {Linear: 3, from: input}, b: {Linear: 3, from: h}, c: {Linear: 3, from: h}, d: {Mul, from: [b, c]}"
    recurrent = f"over: T, state: {{h: [N, 3]}}, graph: {{{step}, e: {{Add, from: [a, d]}}}}, next: {{h: e}}"
    spec = lego.parse(f"lego: 1\ninputs: {{x: [N, T, 4]}}\ngraph: [{{recurrent: {{{recurrent}}}}}]\n")
    x = torch.randn(2, 5, 4)
    for lowering in ("auto", "loop"):
        module = lego.build(spec, seed=0, lowering=lowering)
        expected = module(x)
        quantize_(module, Int8WeightOnlyConfig())
        if lowering == "loop":
            assert (module(x) - expected).abs().max() < 0.05 * expected.abs().max()
        else:
            with pytest.raises(TypeError, match="quantised weights cannot be joined: build the module with lowering="):
                module(x)
