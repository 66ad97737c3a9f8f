"""The Transformer: shapes, state and cost are torch's, and what torch refuses is refused."""

from __future__ import annotations

import pytest

from lego.catalogue import layers

LAYER = {"nhead": 2, "dim_feedforward": 6}
ENCODER = {"encoder_layer": {"TransformerEncoderLayer": LAYER}, "num_layers": 2}
DECODER = {"decoder_layer": {"TransformerDecoderLayer": LAYER}, "num_layers": 2}
BATCHED = {"encoder_layer": {"TransformerEncoderLayer": LAYER | {"batch_first": True}}, "num_layers": 3}
SMALL = LAYER | {"num_encoder_layers": 1, "num_decoder_layers": 2}
PADDED = ("N,T bool", "N,S bool")

TABLE = [
    ("TransformerEncoderLayer", LAYER, "T,N,8"),
    ("TransformerEncoderLayer", LAYER | {"activation": "gelu", "norm_first": True}, "T,8", "2,T,T", "T bool"),
    ("TransformerEncoderLayer", LAYER | {"batch_first": True, "bias": False}, "N,T,8", "2*N,T,T bool", "N,T"),
    ("TransformerEncoderLayer", LAYER | {"is_causal": True, "layer_norm_eps": 1e-3}, "T,N,8", "T,T bool"),
    ("TransformerEncoderLayer", {"d_model": 8, "nhead": 1, "dropout": 0}, "T,N,8", None, "N,T bool"),
    ("TransformerDecoderLayer", LAYER, "T,N,8", "S,N,8"),
    ("TransformerDecoderLayer", LAYER | {"bias": False, "tgt_is_causal": True}, "T,N,8", "S,N,8", "T,T bool"),
    ("TransformerDecoderLayer", LAYER | {"norm_first": True}, "T,8", "S,8", "2,T,T", "T,S", "T", "S"),
    ("TransformerDecoderLayer", LAYER | {"batch_first": True}, "N,T,8", "N,S,8", None, "2*N,T,S bool", *PADDED),
    ("TransformerDecoderLayer", LAYER | {"memory_is_causal": True}, "T,N,8", "S,N,8", None, "T,S bool"),
    ("TransformerEncoder", ENCODER, "T,N,8"),
    ("TransformerEncoder", BATCHED | {"norm": "LayerNorm"}, "N,T,8", "T,T bool", "N,T bool"),
    ("TransformerEncoder", BATCHED | {"enable_nested_tensor": False, "mask_check": False}, "T,8", None, "T bool"),
    ("TransformerEncoder", ENCODER | {"norm": {"RMSNorm": {"eps": 1e-3}}, "is_causal": True}, "T,N,8", "T,T"),
    ("TransformerDecoder", DECODER, "T,N,8", "S,N,8", "T,T bool", "T,S", *PADDED),
    ("TransformerDecoder", DECODER | {"norm": {"LayerNorm": {"bias": False}}, "num_layers": 1}, "T,8", "S,8"),
    ("TransformerDecoder", DECODER | {"tgt_is_causal": True, "memory_is_causal": True}, *["T,N,8"] * 2, *["T,T"] * 2),
    ("Transformer", SMALL, "S,N,8", "T,N,8"),
    ("Transformer", SMALL | {"activation": "gelu", "norm_first": True, "bias": False}, "S,8", "T,8", "S,S bool"),
    (
        "Transformer",
        SMALL | {"batch_first": True, "src_is_causal": True, "tgt_is_causal": True},
        *("N,S,8", "N,T,8", "S,S", "T,T", "T,S", "N,S bool", "N,T bool", "N,S bool"),
    ),
]


@pytest.mark.parametrize(("name", "arguments", "inputs"), [(name, args, inputs) for name, args, *inputs in TABLE])
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs)


def test_every_layer_of_the_family_is_in_the_table():
    assert {name for name, layer in layers().items() if layer.family == "transformer"} == {name for name, *_ in TABLE}
