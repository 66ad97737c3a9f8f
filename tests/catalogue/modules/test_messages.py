"""Typical mistakes, and the whole of what is said about them."""

from __future__ import annotations

import pytest

from lego.catalogue import apply, create, layers
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, symbol

IMAGES = "N,8,H,W"


def text_of(problem: Problem) -> str:
    notes = [f"= {note.label}: {note.text}" for note in problem.notes]
    helps = [f"= help: {problem.help}"] if problem.help else []
    return "\n".join([f"{problem.code}: {problem.message}", *notes, *helps])


MISTAKES = [
    (
        ("Bilinear", {"out_features": 8}, "", ""),
        "rank-mismatch: needs an input [*, in1_features], found [], which has 0 dims\n"
        "= help: add a dim: `Unsqueeze: 0` for a batch of one, `Unsqueeze: 1` for one channel",
    ),
    (
        ("Conv2d", {"out_channels": 8, "kernel_size": 7}, "N,3,5,W"),
        """\
shape-mismatch: kernel_size 7 does not fit into the height of 5
= needs: a height of at least 7
= help: start from a larger input, use fewer strides and poolings before, or a smaller kernel""",
    ),
    (
        ("Conv2d", {"out_channels": 8, "kernel_size": 7, "padding": 3, "padding_mode": "reflect"}, "N,3,H,3"),
        """\
shape-mismatch: padding of 3 cannot be taken from a width of 3
= needs: a width of at least 4""",
    ),
    (
        ("Conv1d", {"out_channels": 8, "kernel_size": 6, "padding": "same", "padding_mode": "circular"}, "N,3,2"),
        """\
shape-mismatch: padding of 3 cannot be taken from a length of 2
= needs: a length of at least 3""",
    ),
    (
        ("BatchNorm1d", {"track_running_stats": False}, "1,8"),
        """\
shape-mismatch: BatchNorm1d without running statistics needs more than one value in each channel, found [1, 8]
= help: the only value of a channel would become 0: leave track_running_stats out, or use LayerNorm""",
    ),
    (
        ("BatchNorm2d", {"eps": 0.0}, IMAGES),
        """\
bad-value: eps must be a number above 0, found 0.0
= eps: added to the variance, so that it is never zero""",
    ),
    (
        ("EmbeddingBag", {"num_embeddings": 4, "embedding_dim": 2, "mode": "max", "sparse": True}, "N,T int64"),
        "bad-value: EmbeddingBag: sparse is for the modes sum and mean, but the mode is max",
    ),
    (
        ("BatchNorm2d", {}, "N,784"),
        """\
rank-mismatch: needs an input [N, C, H, W], found [N, 784], which has 2 dims
= help: cut a dim into several: `Unflatten: {dim: 1, unflattened_size: [C, H, W]}`""",
    ),
    (
        ("BatchNorm2d", {"num_features": 4}, IMAGES),
        """\
shape-mismatch: num_features is 4, but the input has 8
= help: leave num_features out: it is inferred""",
    ),
    (
        ("BatchNorm2d", {}, "N,C,H,W"),
        """\
unresolved-dim: num_features must be an integer, but it is C, which depends on `C`
= help: give `C` a number in the inputs, or put a layer before this one that makes the size known """
        "(an adaptive pooling, say)",
    ),
    (
        ("BatchNorm2d", {}, "N,8,H,W int64"),
        """\
dtype-mismatch: BatchNorm2d takes float32, the dtype of its weights, but input is int64
= help: put `Cast: float32` before it, or declare the input with dtype float32""",
    ),
    (
        ("InstanceNorm2d", {}, "N,8,1,1"),
        """\
shape-mismatch: InstanceNorm2d needs more than one position in each channel, found [N, 8, 1, 1]
= help: the only value of a channel would become 0: normalise earlier, or over the channels (LayerNorm)""",
    ),
    (
        ("GroupNorm", {"num_groups": 3}, IMAGES),
        "shape-mismatch: the number of channels must be a multiple of num_groups (3), found 8",
    ),
    (
        ("GroupNorm", {"num_groups": 3, "num_channels": 8}, IMAGES),
        "bad-value: GroupNorm: num_groups must divide num_channels, but 8 is not a multiple of 3",
    ),
    (
        ("LayerNorm", {"normalized_shape": [3, 4]}, "N,3,5"),
        """\
shape-mismatch: normalized_shape is [3, 4], but the input has [3, 5]
= help: leave normalized_shape out: it is inferred""",
    ),
    (
        ("Dropout", {"p": 50}, IMAGES),
        """\
bad-value: p must be a probability between 0 and 1, found 50
= p: probability of a zero""",
    ),
    (
        ("StochasticDepth", {"p": 0.1, "mode": "rows"}, IMAGES),
        """\
bad-value: mode must be row or batch, found "rows"
= mode: row: each sample by itself; batch: all or none""",
    ),
    (
        ("Embedding", {"num_embeddings": 10}, "N,T int64"),
        """\
missing-argument: Embedding needs `embedding_dim`
= embedding_dim: a positive integer: size of a vector
= help: write `{Embedding: {…, embedding_dim: …}}` with a positive integer""",
    ),
    (
        ("Embedding", {"num_embeddings": 10, "embedding_dim": 4}, "N,T"),
        """\
dtype-mismatch: Embedding takes integers, but input is float32
= help: put `Cast: int64` before it, or declare the input with dtype int64""",
    ),
    (
        ("Embedding", {"num_embeddings": 10, "embedding_dim": 4}, "N,T int8"),
        """\
dtype-mismatch: Embedding takes int32 or int64, but input is int8
= help: put `Cast: int64` before it""",
    ),
    (
        ("Embedding", {"num_embeddings": 10, "embedding_dim": 4, "padding_idx": 10}, "N,T int64"),
        "bad-value: Embedding: padding_idx must be one of the 10 vectors, -10 … 9, found 10",
    ),
    (
        ("MaxPool2d", {"kernel_size": 3, "padding": 2}, IMAGES),
        "bad-value: MaxPool2d: padding must be at most half of kernel_size, but it is 2 for 3",
    ),
    (
        ("MaxPool2d", {"kernel_size": [1, 2, 3]}, IMAGES),
        """\
bad-value: kernel_size must be a positive integer or a list of 2, found [1, 2, 3]
= kernel_size: size of the window""",
    ),
    (
        ("AvgPool2d", {"kernel_size": 9, "stride": 2, "ceil_mode": True}, "N,8,4,W"),
        """\
shape-mismatch: kernel_size 9 does not fit into the height of 4
= needs: a height of at least 8
= help: start from a larger input, use fewer strides and poolings before, or a smaller kernel""",
    ),
    (
        ("ReflectionPad2d", {"padding": [1, 1, 8, 1]}, "N,8,8,9"),
        """\
shape-mismatch: padding of 8 cannot be taken from a height of 8
= needs: a height of at least 9""",
    ),
    (
        ("ZeroPad2d", {"padding": -5}, "N,8,4,W"),
        """\
shape-mismatch: 5 points cannot be cut off a height of 4
= needs: a height of at least 5""",
    ),
    (
        ("ZeroPad2d", {"padding": -2}, "N,8,4,W"),
        "shape-mismatch: the output [N, 8, 0, W - 4] would be empty: dim 2 is 0",
    ),
    (
        ("ZeroPad2d", {"padding": [1, 2]}, IMAGES),
        """\
bad-value: padding must be an integer or a list of 4: left, right, top, bottom, found [1, 2]
= padding: points on each side, or a list of them by side, the last dim first""",
    ),
    (
        ("Upsample", {}, IMAGES),
        "bad-value: Upsample: either size or scale_factor must be given, found neither",
    ),
    (
        ("Upsample", {"scale_factor": 1.3}, IMAGES),
        """\
unresolved-dim: the size H cannot be scaled by 1.3 without rounding
= help: give `size`, or a factor such as 2, 0.5 or 1.25""",
    ),
    (
        ("Upsample", {"scale_factor": [1, 2, 3]}, IMAGES),
        "rank-mismatch: scale_factor is a list of 3, but the input has 2 spatial dims",
    ),
    (
        ("PixelUnshuffle", {"downscale_factor": 2}, "N,8,H,W"),
        """\
shape-mismatch: the height must be a multiple of downscale_factor (2), found H
= help: declare H as 2*h""",
    ),
    (
        ("Flatten", {"start_dim": 2}, "N,8"),
        "bad-value: start_dim is 2, but the input has 2 dims: -2 … 1 are allowed",
    ),
    (
        ("Unflatten", {"dim": 1, "unflattened_size": [3, -1]}, IMAGES),
        "shape-mismatch: dim 1 is 8, but [3, -1] needs a multiple of 3",
    ),
    (
        ("Softmax", {}, IMAGES),
        """\
missing-argument: Softmax needs `dim`
= dim: an integer: the dim along which it runs: 1 for the channels, -1 for the last
= help: write `Softmax: …` with an integer""",
    ),
    (
        ("PReLU", {"num_parameters": 3}, IMAGES),
        """\
shape-mismatch: num_parameters must be 1 or the number of channels, but it is 3 for 8 channels
= help: write `PReLU: $channels` for a weight for each channel""",
    ),
    (
        ("ReLU", {"in_place": True}, IMAGES),
        """\
unknown-argument: ReLU has no argument `in_place`
= takes: inplace
= help: did you mean `inplace`?""",
    ),
    (
        ("MultiheadAttention", {"num_heads": 3}, "T,N,8", "T,N,8", "T,N,8"),
        "shape-mismatch: the features of the query must be a multiple of num_heads (3), found 8",
    ),
    (
        ("MultiheadAttention", {"num_heads": 2}, "N,T,8", "N,S,8", "N,S,8"),
        """\
shape-mismatch: query and key must have the same batch, which is dim 1, but T ≠ S
= query: [N, T, 8]
= key: [N, S, 8]
= value: [N, S, 8]
= help: batch_first is false: sequences are [L, N, E]""",
    ),
    (
        ("MultiheadAttention", {"num_heads": 2}, *["T,N,8"] * 3, None, "T,S bool"),
        "shape-mismatch: attn_mask must be [T, T] or [2*N, T, T], found [T, S]",
    ),
    (
        ("MultiheadAttention", {"num_heads": 2}, *["T,N,8"] * 3, "N,T int64"),
        """\
dtype-mismatch: key_padding_mask must be bool, or float32 to be added to the scores, found int64
= help: put `Cast: bool` before it""",
    ),
]


@pytest.mark.parametrize(("mistake", "text"), MISTAKES, ids=[mistake[0] for mistake, _ in MISTAKES])
def test_messages(refused, mistake, text):
    assert text_of(refused(*mistake)) == text


def test_an_embedding_compares_ranges():
    layer = create(layers()["Embedding"], {"num_embeddings": 10, "embedding_dim": 4})
    assert not isinstance(layer, list)
    tokens = TensorType(Shape((symbol("N"),)), "int64", (0, 10))
    assert str(apply(layer, (tokens,)).outputs[0]) == "[N, 4]"
    with pytest.raises(Problem) as caught:
        apply(layer, (tokens._replace(range=(0, 11)),))
    assert (
        text_of(caught.value)
        == """\
bad-value: the input has values that Embedding has no vector for
= input: 0 … 10
= vectors: 0 … 9
= help: set num_embeddings to 11, or correct the range of the input"""
    )


@pytest.mark.parametrize(
    ("name", "arguments", "input", "requires"),
    [
        ("MaxPool2d", {"kernel_size": 3}, IMAGES, ["H//3", "W//3"]),
        ("AvgPool2d", {"kernel_size": 4, "stride": 1, "padding": 2}, IMAGES, []),
        ("InstanceNorm1d", {}, "N,8,L", ["L - 1"]),
        ("InstanceNorm1d", {}, "N,8,2*L", []),
        ("ReflectionPad1d", {"padding": [4, 0]}, "N,8,L", ["L - 4"]),
        ("ZeroPad1d", {"padding": [-4, 0]}, "L", ["L - 3", "L - 4"]),
    ],
)
def test_what_is_asked_of_symbols(agrees, name, arguments, input, requires):
    assert sorted(map(str, agrees(name, arguments, input).requires)) == requires
