"""The Transformer: shapes, state and cost are torch's, and what torch refuses is refused."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lego.catalogue import apply, create, layers, literal, show
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType
from tests.catalogue.oracle import filled, make, net_of, types_of

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


# -- a layer as an argument --------------------------------------------------------------------------------------------


def test_a_stack_is_hashable_and_equal_to_its_like():
    one, other = make("TransformerEncoder", ENCODER), make("TransformerEncoder", ENCODER)
    assert one == other
    assert hash(one) == hash(other)
    assert one != make("TransformerEncoder", BATCHED)


def test_what_the_input_decides_is_filled_in_inside():
    layer = make(
        "TransformerEncoder", {"encoder_layer": {"TransformerEncoderLayer": 2}, "num_layers": 1, "norm": "LayerNorm"}
    )
    filled_in = apply(layer, filled(layer, types_of(["T,N,8"]))).layer
    assert show(filled_in) == (
        "{TransformerEncoder: {encoder_layer: {TransformerEncoderLayer: {d_model: 8, nhead: 2}}, num_layers: 1, "
        "norm: {LayerNorm: {normalized_shape: 8}}}}"
    )
    assert literal(filled_in) == (
        "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 1, norm=nn.LayerNorm(8), enable_nested_tensor=False)"
    )


@pytest.mark.parametrize(
    "layer",
    [
        {"nhead": 1},
        {"nhead": 2},
        {"nhead": 2, "norm_first": True},
        {"nhead": 2, "bias": False},
        {"nhead": 2, "dropout": 0},
    ],
)
@pytest.mark.parametrize("batch_first", [True, False])
def test_an_encoder_makes_torch_warn_of_nothing_and_uses_nested_tensors_where_torch_does(layer, batch_first):
    """torch itself falls back to what lego writes, with a warning."""
    options = layer | {"batch_first": batch_first}
    ours = make("TransformerEncoder", {"encoder_layer": {"TransformerEncoderLayer": options}, "num_layers": 1})
    complete = apply(ours, filled(ours, types_of(["T,N,8"]))).layer
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module = net_of(complete, "meta").node
        warnings.simplefilter("ignore")
        theirs = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, **options, device="meta"), 1)
    assert module.use_nested_tensor == theirs.use_nested_tensor


def test_an_argument_that_is_a_layer_is_one_of_its_kinds_and_all_that_is_wrong_is_told():
    wrong = {"encoder_layer": {"TransformerEncoderLayer": {"nhead": 0, "dropout": 2}}, "norm": {"BatchNorm1d": 8}}
    found = create(layers()["TransformerEncoder"], wrong)
    assert [(one.argument, one.problem.message) for one in found] == [
        ("encoder_layer", "encoder_layer.nhead must be a positive integer, found 0"),
        ("encoder_layer", "encoder_layer.dropout must be a probability between 0 and 1, found 2"),
        (None, "TransformerEncoder needs `num_layers`"),
        ("norm", "norm must be LayerNorm or RMSNorm, written as a node is, or null, found {BatchNorm1d: 8}"),
    ]


# -- mistakes ----------------------------------------------------------------------------------------------------------

MISTAKES = [
    (
        ("TransformerEncoderLayer", {"nhead": 3}, "T,N,8"),
        "the features of src must be a multiple of nhead (3), found 8",
    ),
    (
        ("TransformerEncoderLayer", {"nhead": 3, "d_model": 8}, "T,N,8"),
        "TransformerEncoderLayer: nhead must divide d_model, but 8 is not a multiple of 3",
    ),
    (("TransformerEncoderLayer", {"nhead": 2, "d_model": 4}, "T,N,8"), "d_model is 4, but the input has 8"),
    (
        ("TransformerEncoderLayer", {"nhead": 2, "activation": "tanh"}, "T,N,8"),
        'activation must be relu or gelu, found "tanh"',
    ),
    (
        ("TransformerEncoderLayer", {"nhead": 2}, "D,T,N,8"),
        "needs an input [L, N, E], found [D, T, N, 8], which has 4 dims",
    ),
    (
        ("TransformerEncoderLayer", {"nhead": 2}, "T,N,8", "T,S bool"),
        "src_mask must be [T, T] or [2*N, T, T], found [T, S]",
    ),
    (
        ("TransformerEncoderLayer", {"nhead": 2}, "T,N,8", None, "T,N bool"),
        "src_key_padding_mask must be [N, T], found [T, N]",
    ),
    (
        ("TransformerEncoderLayer", {"nhead": 2}, "T,N,8", "T,T int64"),
        "src_mask must be bool, or float32 to be added to the scores, found int64",
    ),
    (
        ("TransformerEncoderLayer", {"nhead": 2, "is_causal": True}, "T,8"),
        "is_causal tells of src_mask, and there is none",
    ),
    (("TransformerEncoder", ENCODER, "T,N,8", "T,S"), "mask must be [T, T] or [2*N, T, T], found [T, S]"),
    (("TransformerEncoder", ENCODER | {"is_causal": True}, "T,N,8"), "is_causal tells of mask, and there is none"),
    (
        (
            "TransformerEncoder",
            {"encoder_layer": {"TransformerEncoderLayer": {"nhead": 2, "is_causal": True}}, "num_layers": 1},
            "T,8",
        ),
        "TransformerEncoder: is_causal is an argument of the stack, not of its layers",
    ),
    (
        ("TransformerEncoder", ENCODER | {"norm": {"LayerNorm": 4}}, "T,N,8"),
        "normalized_shape is 4, but the input has 8",
    ),
    (
        ("TransformerEncoder", ENCODER | {"num_layers": 10**9}, "T,N,8"),
        "num_layers must be an integer between 1 and 1000, found 1000000000",
    ),
    (
        ("TransformerDecoderLayer", {"nhead": 2}, "T,N,8", "S,N,6"),
        "tgt and memory must have the same features, which are d_model, but 8 ≠ 6",
    ),
    (
        ("TransformerDecoderLayer", {"nhead": 2}, "T,N,8", "N,S,8"),
        "tgt and memory must have the same batch, which is dim 1, but N ≠ S",
    ),
    (("TransformerDecoder", DECODER, "T,N,8", "S,8"), "tgt and memory must have the same number of dims"),
    (
        ("TransformerDecoder", DECODER, "T,N,8", "S,N,8", None, "S,T"),
        "memory_mask must be [T, S] or [2*N, T, S], found [S, T]",
    ),
    (
        ("TransformerDecoder", DECODER, "T,N,8", "S,N,8", None, None, "N,S bool"),
        "tgt_key_padding_mask must be [N, T], found [N, S]",
    ),
    (("Transformer", SMALL, "S,N,8", "T,N,6"), "src and tgt must have the same features, which are d_model, but 8 ≠ 6"),
    (
        ("Transformer", SMALL, "S,N,8", "T,N,8", None, "S,S"),
        "tgt_mask must be [T, T] or [2*N, T, T], found [S, S]",
    ),
    (
        ("Transformer", SMALL, "S,N,8", "T,N,8", *[None] * 5, "N,T bool"),
        "memory_key_padding_mask must be [N, S], found [N, T]",
    ),
    (("Transformer", SMALL, "S,N,D", "T,N,D"), "d_model must be an integer, but it is D, which depends on `D`"),
]


@pytest.mark.parametrize(("mistake", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_messages(refused, mistake, message):
    assert refused(*mistake).message == message


# -- random arguments and shapes ---------------------------------------------------------------------------------------

SIZES = st.integers(1, 3)
FLAGS = st.booleans()


@st.composite
def uses(draw: st.DrawFn, name: str) -> tuple[dict[str, Any], list[tuple[int, ...] | None]]:
    """Arguments of a layer, and shapes that fit, or almost."""
    layer = {
        "nhead": draw(SIZES),
        "dim_feedforward": draw(SIZES),
        "batch_first": draw(FLAGS),
        "norm_first": draw(FLAGS),
    }
    layer |= {"bias": draw(FLAGS), "activation": draw(st.sampled_from(["relu", "gelu"]))}
    if draw(FLAGS):
        layer["d_model"] = draw(st.sampled_from([4, 6]))
    depth = draw(st.integers(1, 2))
    arguments: dict[str, dict[str, Any]] = {
        "TransformerEncoder": {"encoder_layer": {"TransformerEncoderLayer": layer}, "num_layers": depth},
        "TransformerDecoder": {"decoder_layer": {"TransformerDecoderLayer": layer}, "num_layers": depth},
        "Transformer": layer | {"num_encoder_layers": 1, "num_decoder_layers": depth},
    }
    return arguments.get(name, layer), shapes(draw, name, layer)


def shapes(draw: st.DrawFn, name: str, layer: dict[str, Any]) -> list[tuple[int, ...] | None]:
    """Of each slot; one of them may be another than it should."""
    sizes = {
        "S": draw(SIZES),
        "T": draw(SIZES),
        "N": draw(st.sampled_from([1, 2, 2, 4])),
        "E": draw(st.sampled_from([4, 6, 6])),
    }
    batched = draw(FLAGS)
    found: list[tuple[int, ...] | None] = []
    for slot in layers()[name].slots:
        queries = "T" if slot.name.startswith(("tgt", "memory")) else "S"
        keys = "S" if slot.name.startswith("memory") else queries
        if slot.name in ("src", "tgt", "memory"):
            axes = [keys, "N", "E"] if not layer["batch_first"] else ["N", keys, "E"]
        elif slot.name.endswith("padding_mask"):
            axes = ["N", keys]
        else:
            axes = ["H", queries, keys] if draw(FLAGS) else [queries, keys]
        values = sizes | {"H": layer["nhead"] * (sizes["N"] if batched else 1)}
        shape = tuple(values[axis] for axis in axes if batched or axis != "N")
        found.append(None if slot.optional and draw(FLAGS) else shape)
    wrong = draw(st.integers(0, 3 * len(found)))
    if wrong < len(found) and found[wrong]:
        at = draw(st.integers(0, len(found[wrong]) - 1))
        found[wrong] = (*found[wrong][:at], draw(SIZES), *found[wrong][at + 1 :])
    return found


def in_lego(name: str, arguments: dict[str, Any], found: list[tuple[int, ...] | None]) -> list[int] | None:
    try:
        layer = make(name, arguments)
        types = [None if shape is None else TensorType(Shape(shape)) for shape in found]
        return list(apply(layer, filled(layer, types)).outputs[0].shape)
    except Problem:
        return None


def in_torch(name: str, arguments: dict[str, Any], found: list[tuple[int, ...] | None]) -> list[int] | None:
    options = dict(arguments)
    features = {"d_model": found[0][-1]}
    inner = options.pop("encoder_layer", None) or options.pop("decoder_layer", None)
    slots = [slot.name for slot in layers()[name].slots]
    given = {
        slot: torch.empty(shape, device="meta") for slot, shape in zip(slots, found, strict=True) if shape is not None
    }
    try:
        with warnings.catch_warnings(), torch.device("meta"):
            warnings.simplefilter("ignore")
            if inner:
                [(kind, written)] = inner.items()
                module = getattr(nn, name)(getattr(nn, kind)(**(features | written)), **options)
            else:
                module = getattr(nn, name)(**(features | options))
            return list(module(**given, **dict.fromkeys(dict(layers()[name].causal), False)).shape)
    except (RuntimeError, AssertionError, IndexError):
        return None


@pytest.mark.parametrize("name", sorted({name for name, *_ in TABLE}))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_lego_takes_what_torch_takes(name, data):
    use = data.draw(uses(name))
    assert in_lego(name, *use) == in_torch(name, *use)
