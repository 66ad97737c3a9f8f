"""The Transformer in a spec: arguments that are layers, and numbers that are torch's."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

import lego
from lego.graph import sites

ENCODER = """\
lego: 1
name: net
params: {heads: 2, norm: {LayerNorm: {eps: $(heads / 1000)}}, layer: {TransformerEncoderLayer: {nhead: $heads}}}
inputs: {x: [T, N, 8]}
graph:
"""
WRITTEN = {
    "by hand": "{TransformerEncoderLayer: {nhead: 2}}",
    "with its primary argument": "{TransformerEncoderLayer: 2}",
    "with an expression": "{TransformerEncoderLayer: {nhead: $(features // 4), dropout: ~}}",
    "by a parameter": "$layer",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_layer_is_an_argument(written):
    node = f"  encoder: {{TransformerEncoder: {{encoder_layer: {written}, num_layers: 2, norm: $norm}}}}\n"
    spec = lego.parse(ENCODER + node)
    assert "nn.TransformerEncoder(\n" in lego.source(spec)
    layer = next(call.body for _, call in sites(spec.graph.root))
    assert layer.encoder_layer.d_model == 8
    assert layer.encoder_layer.nhead == 2
    assert layer.norm.eps == 0.002
    assert lego.parse(spec.to_yaml()).graph.outputs == spec.graph.outputs
    assert lego.source(lego.parse(spec.to_yaml())) == lego.source(spec)


def test_norms_of_several_stacks_in_a_class_are_apart():
    block = (
        "  {}: {{TransformerEncoder: {{encoder_layer: {{TransformerEncoderLayer: 2}}, num_layers: 1, norm: $norm}}}}\n"
    )
    text = f"""\
lego: 1
name: net
inputs: {{x: [T, N, 8]}}
blocks:
  Two:
    params: {{norm: ~}}
    graph:
    {block.format("a")}    {block.format("b")}
graph:
  one: {{Two: LayerNorm}}
  other: {{Two: RMSNorm}}
"""
    module = lego.build(lego.parse(text))
    assert module.one.a.norm is not module.one.b.norm
    assert sum(weight.numel() for weight in module.parameters()) == lego.summary(lego.parse(text)).params


def test_weights_in_the_layers_of_a_stack_start_as_said():
    node = "  encoder: {TransformerEncoder: {encoder_layer: $layer, num_layers: 2}, init: {linear1.weight: zeros}}\n"
    module = lego.build(lego.parse(ENCODER + node))
    assert [layer.linear1.weight.any().item() for layer in module.encoder.layers] == [False, False]
    assert [layer.linear2.weight.any().item() for layer in module.encoder.layers] == [True, True]


WHOLE = """\
lego: 1
name: net
inputs: {{src: [N, S, 8], tgt: [N, T, 8], padding: {{shape: [N, S], dtype: bool}}}}
graph:
  causal: {{CausalMask, from: tgt}}
  transformer:
    from: {{src: src, tgt: tgt, tgt_mask: causal, src_key_padding_mask: padding, memory_key_padding_mask: padding}}
    Transformer: {{nhead: 2, dim_feedforward: 16, num_encoder_layers: 2, num_decoder_layers: 1, {options}}}
"""


@pytest.mark.parametrize("options", ["tgt_is_causal: true", "norm_first: true", "activation: gelu, bias: false"])
@pytest.mark.parametrize("training", [False, True])
def test_numbers_are_torchs(options, training):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec = lego.parse(WHOLE.format(options=f"batch_first: true, {options}"))
        ours = lego.build(spec).train(training)
        arguments = {"norm_first": "norm_first" in options, "bias": "bias" not in options}
        arguments["activation"] = "gelu" if "gelu" in options else "relu"
        theirs = nn.Transformer(8, 2, 2, 1, 16, batch_first=True, **arguments).train(training)
        ours.transformer.load_state_dict(theirs.state_dict(), strict=True)
        src, tgt = torch.randn(3, 5, 8), torch.randn(3, 4, 8)
        padding = torch.tensor([[False] * 5, [False] * 3 + [True] * 2, [False] * 4 + [True]])
        masks = {"src_key_padding_mask": padding, "memory_key_padding_mask": padding}
        for gradient in (True, False):  # without, torch has a faster way
            with torch.set_grad_enabled(gradient):
                torch.manual_seed(0)
                found = ours(src, tgt, padding)
                torch.manual_seed(0)
                assert torch.equal(found, theirs(src, tgt, tgt_mask=torch.ones(4, 4).bool().triu(1), **masks))


def test_compiles_and_exports_whole():
    """torch itself would compare masks with a causal one, whose values neither sees."""
    node = (
        "{TransformerEncoder: {encoder_layer: {TransformerEncoderLayer: 2}, num_layers: 1}, from: {src: x, mask: mask}}"
    )
    spec = lego.parse(f"{ENCODER}  mask: {{CausalMask: 0}}\n  encoder: {node}\n")
    module = lego.build(spec).eval()
    x = torch.randn(5, 3, 8)
    wanted = module(x)
    compiled = torch.compile(module, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(x), wanted)
    dims = ({0: torch.export.Dim("T", min=2), 1: torch.export.Dim("N", min=2)},)
    exported = torch.export.export(module, (x,), dynamic_shapes=dims).module()
    longer = torch.randn(7, 4, 8)
    torch.testing.assert_close(exported(longer), module(longer))
