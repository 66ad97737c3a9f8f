"""Why lego refuses what torch takes, by diagnostic; and how torch is asked where it is asked otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lego.catalogue import Layer
from lego.diagnostics import Problem


class Reason(NamedTuple):
    """One kind of refusal.

    Attributes:
        layers: Layers or families; none: all of them.
        code: The diagnostic's.
        message: All of its message, as a regular expression.
        why: What the user gains.
    """

    layers: tuple[str, ...]
    code: str
    message: str
    why: str


CONVERTED = "a tensor is converted where the spec says so (Cast), never on the way"
STRETCHED = "broadcasting is asked for: silently it hides most wrong wirings"
NUMBER = r"-?[\d.]+"

REASONS = (
    Reason((), "dtype-mismatch", r"\w+ needs inputs of one dtype", CONVERTED),
    Reason((), "dtype-mismatch", r"\w+ takes .+, but \w+( \d+)? is \w+", "a slot takes what the layer is meant for"),
    Reason((), "shape-mismatch", r"\w+ needs equal shapes", STRETCHED),
    Reason((), "rank-mismatch", r"needs an input .+, found \[\], which has 0 dims", "a number is no vector of one"),
    Reason((), "bad-value", r"\w+ is -?\d, but the input has 0 dims: it is a single number", "a number has no dim"),
    Reason(
        (), "bad-value", rf"\w*eps must be a number (above|of at least) 0, found {NUMBER}", "roots of it would be none"
    ),
    Reason((), "bad-value", r"(rank|num_features|num_channels) must be an? .+, found .+", "torch looks at it in vain"),
    Reason(
        ("arithmetic", "comparison"),
        "missing-argument",
        r"\w+ needs two inputs, or one and a number `other`",
        "an operation on nothing but its input was meant otherwise",
    ),
    Reason(
        ("arithmetic", "comparison"),
        "bad-value",
        r"\w+ takes two inputs, or one and a number `other`, but not both",
        "of two operands one would be dropped",
    ),
    Reason(("Sub", "Div", "Pow"), "bad-value", r"\w+: reverse needs a number `other`; .+", "it would do nothing"),
    Reason(("Clamp",), "bad-value", rf"Clamp: min must not be above max, but {NUMBER} is above {NUMBER}", "no range"),
    Reason(("Softplus",), "bad-value", rf"beta must be a number above 0, found {NUMBER}", "it divides"),
    Reason((), "dtype-mismatch", r"value is .+, but the input holds integers .+", CONVERTED),
    Reason(("MaskedFill",), "bad-value", r"value is -\d+, but uint8 holds 0 to 255", "torch takes an int modulo 256"),
    Reason(
        ("convolution",),
        "bad-value",
        r"padding must be an integer of at least 0, .+, found -\d+",
        "a reflection cuts off what it should add",
    ),
    Reason(
        ("transformer",),
        "shape-mismatch",
        r"\w*mask must be .+, found .+",
        "told that it is causal, torch does not look at the mask",
    ),
    Reason(
        (),
        "bad-value",
        r"dims? must be an integer or a list of at least one integer, found \[\]",
        "none, or all?",
    ),
    Reason(
        ("unpooling",),
        "bad-value",
        r"(kernel_size|stride) must be a positive integer.*, found .+",
        "windows of nothing",
    ),
    Reason(
        ("MaskedFill",),
        "shape-mismatch",
        r"MaskedFill needs a mask that stretches to the shape of the input",
        STRETCHED,
    ),
    Reason(("Gather",), "dtype-mismatch", r"index must be int64, found int32", "older versions of torch take no other"),
    Reason(("Slice",), "bad-value", r"step must be a positive integer, found -?\d", "positions go upwards"),
    Reason(("ArgMax",), "bad-value", r"ArgMax: keepdim needs a `dim`", "torch keeps dims there, of no use"),
    Reason(("OneHot",), "bad-value", r"num_classes must be a positive integer, found -1", "it would depend on values"),
    Reason(("Constant",), "bad-value", r"Constant: value must be a number, or lists of the shape .+", "two shapes"),
    Reason(("Constant",), "bad-value", r"Constant: value has .+, which \w+ cannot hold", CONVERTED),
    Reason(("Reduce",), "dtype-mismatch", r"`(any|all)` needs booleans, but the input is \w+", CONVERTED),
    Reason(
        ("ScaledDotProductAttention",),
        "bad-value",
        rf"dropout_p must be a probability between 0 and 1, found {NUMBER}",
        "torch looks at it in training alone",
    ),
    Reason(("sparse",), "bad-value", rf"max_norm must be a number above 0, found {NUMBER}", "no vector is that short"),
    Reason(
        ("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "GroupNorm"),
        "shape-mismatch",
        r"num_(features|channels) is \d, but the input has \d",
        "without weights torch only warns",
    ),
    Reason(("Pad",), "bad-value", r"Pad: the mode \w+ pads the last 1 to 3 dims, by numbers of at least 0", "it cuts"),
    Reason(("StochasticDepth",), "bad-value", r"mode must be row or batch, found \"other\"", "it would mean batch"),
    Reason(
        ("CTCLoss",), "rank-mismatch", r"needs an input \[S\] as targets of one sample, .+", "one sample has one row"
    ),
    Reason(
        ("ScaledDotProductAttention", "MultiheadAttention", "transformer"),
        "dtype-mismatch",
        r"\w+_mask must be bool, or float\d+ to be added to the scores, found \w+",
        CONVERTED,
    ),
    Reason(("MatMul",), "shape-mismatch", r"MatMul needs equal batch dims, but .+", STRETCHED),
    Reason(
        ("ReplicationPad1d", "ReplicationPad2d", "ReplicationPad3d"),
        "shape-mismatch",
        r"\d points cannot be cut off .+",
        "what is repeated is no part of the input",
    ),
    Reason(
        ("pooling",),
        "bad-value",
        rf"divisor_override must be a positive integer, found {NUMBER}",
        "means have the sign of their sums",
    ),
    Reason(
        ("classification",),
        "bad-value",
        rf"label_smoothing must be a probability between 0 and 1, found {NUMBER}",
        "a part of 1",
    ),
    Reason(
        ("classification",),
        "dtype-mismatch",
        r"\w+ with \w+ takes float32, the dtype of its weights, but .+",
        "a weight has the module's dtype",
    ),
    Reason(
        ("MultiMarginLoss", "NLLLoss", "CrossEntropyLoss"),
        "shape-mismatch",
        r"the target must be \[\] for the input \[\d\], found \[1\]",
        STRETCHED,
    ),
    Reason(
        ("Squeeze",),
        "shape-mismatch",
        r"Squeeze takes dims of size 1 away, but .+",
        "torch leaves other dims, so that ranks differ",
    ),
    Reason(
        ("Interpolate",),
        "bad-value",
        r"Interpolate takes one of `size`, `scale_factor` and an input `like`",
        "the text has but one",
    ),
    Reason(("TopK",), "bad-value", r"k must be a positive integer, found 0", "nothing is no result"),
    Reason(("unpooling",), "bad-value", r"(padding|stride) must be an? .+, found .+", "there is no such pooling"),
    Reason(
        ("transformer",),
        "missing-argument",
        r"\w*is_causal tells of \w*mask, and there is none",
        "torch looks at it in vain",
    ),
    Reason(
        ("MultiheadAttention",),
        "bad-value",
        rf"dropout must be a probability between 0 and 1, found {NUMBER}",
        "as above",
    ),
    Reason(
        ("AdaptiveLogSoftmaxWithLoss",),
        "shape-mismatch",
        r"the last cluster would have no features: .+",
        "it learns nothing",
    ),
    Reason(
        ("MultiLabelSoftMarginLoss",),
        "shape-mismatch",
        r"\w+ needs a weight for each of the \d classes, found \d",
        STRETCHED,
    ),
    Reason(("Gather",), "rank-mismatch", r"Gather needs inputs of one rank", "a number is no vector of one"),
    Reason(
        ("ScaledDotProductAttention",),
        "rank-mismatch",
        r"query, key and value must have the same number of dims, at least \d",
        STRETCHED,
    ),
    Reason(
        ("ScaledDotProductAttention",),
        "shape-mismatch",
        r"query and key must have the same batch and heads|key and value must differ in their features only",
        STRETCHED,
    ),
    Reason(
        ("CrossEntropyLoss", "LinearCrossEntropyLoss"),
        "dtype-mismatch",
        r"\w+ needs probabilities of the dtype of the input",
        CONVERTED,
    ),
    Reason(
        ("dropout",), "rank-mismatch", r"needs an input .+, found .+", "torch warns, or takes other dims for channels"
    ),
    Reason(
        ("CrossMapLRN2d",), "bad-value", r"size must be a positive integer, found -?\d", "there are no such neighbours"
    ),
    Reason(("patterns",), "shape-mismatch", r"rank is \d+, but the input has \d+", "einops has no such argument"),
    Reason(("Einsum",), "shape-mismatch", r"`.+` is \d+ in one place and \d+ in another", STRETCHED),
    Reason(
        ("CosineEmbeddingLoss",),
        "shape-mismatch",
        r"the target must be \[\d\] for the input1 \[\d, \d\], found \[1\]",
        STRETCHED,
    ),
    Reason(
        ("Reshape", "Expand"),
        "bad-value",
        r"\w+ takes a shape or an input `like`, but not both",
        "the text has but one",
    ),
    Reason(
        ("Pad",),
        "dtype-mismatch",
        r"the mode \w+ takes floating point, but the input is \w+",
        "not every kernel has integers",
    ),
    Reason(
        ("transformer",), "bad-value", r"dim_feedforward must be a positive integer, found 0", "nothing gets through"
    ),
    Reason(("UpsamplingNearest2d",), "rank-mismatch", r"needs an input \[N, C, H, W\], .+", "its name says 2d"),
    Reason(
        ("upsampling",), "bad-value", r"scale_factor must be a number above 0, .+, found .+", "torch takes 0 for none"
    ),
    Reason(
        ("Interpolate",), "bad-value", r"size must be a positive integer, .+, found .+", "the text has the factor alone"
    ),
    Reason(
        ("AdaptiveAvgPool3d",),
        "rank-mismatch",
        r"needs an input .+, found .+",
        "torch takes the mean of any three dims",
    ),
    Reason(
        ("RNNCell", "GRUCell", "LSTMCell"),
        "shape-mismatch",
        r"\w+ must be \[\d\], found \[.+\]",
        "one sample has one state",
    ),
    Reason(
        ("FractionalMaxPool2d", "FractionalMaxPool3d"),
        "bad-value",
        r"kernel_size must be a positive integer or a list of \d, found .+",
        "a window of nothing",
    ),
    Reason(("FunctionalLinear",), "rank-mismatch", r"the weight must be \[out, in\], found .+", "one output has a dim"),
    Reason(("functional",), "shape-mismatch", r"bias does not fit the input", STRETCHED),
    Reason(
        ("EmbeddingBag",), "bad-value", r"num_embeddings must be a positive integer, found 0", "no vector to look up"
    ),
)


def reason_for(layer: type[Layer], problem: Problem) -> Reason | None:
    """The row of a refusal."""
    names = (layer.__name__, layer.family)
    for reason in REASONS:
        applies = not reason.layers or any(name in reason.layers for name in names)
        if applies and problem.code == reason.code and re.fullmatch(reason.message, problem.message):
            return reason
    return None


ON_META = {
    "ReplicationPad1d": "the CPU repeats what is elsewhere in memory where all of the input is cut off",
    "ReplicationPad2d": "likewise",
    "ReplicationPad3d": "likewise",
    "FractionalMaxPool2d": "the CPU reads beyond the input where kernel_size is 0",
    "FractionalMaxPool3d": "likewise",
    "EmbeddingBag": "the CPU crashes where include_last_offset leaves no bag",
    "LSTM": "on the CPU it is one operation, which torch's counter does not know",
}
"""Layers that run without values. All others run on the CPU, which checks more: on the meta device Softmax takes any
dim, ConvTranspose2d any output_padding, Hardsigmoid any dtype, and a comparison of two numbers none."""

IN_EVALUATION = {
    name: "in training torch refuses a batch of one value a channel, which may well come later"
    for name in ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm")
}
"""Layers that are asked in evaluation."""

CRASHES = frozenset(("GRUCell", "LSTMCell"))
"""What ends the process where states do not have the input's dims: not asked about what lego refuses."""

BY_VALUES = {"CTCLoss": r"Expected tensor to have size 0 at dimension 0"}
"""What types do not tell of: values, here lengths that are zeros and do not sum up."""


def counted(layer: type[Layer], shapes: Sequence[Sequence[int]]) -> bool:
    """Whether torch's counter knows the operations: not those of vectors, nor those that sums of 1 come down to."""
    match layer.__name__:
        case "Bilinear":
            return False
        case "MatMul":
            return all(len(shape) > 1 for shape in shapes)
        case "Einsum":
            return all(size > 1 for shape in shapes for size in shape)
        case _:
            return True
