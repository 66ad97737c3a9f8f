"""Typical mistakes with losses, and the whole of what is said about them."""

from __future__ import annotations

import pytest

from lego.catalogue import apply
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, symbol
from tests.catalogue.modules.test_messages import text_of
from tests.catalogue.oracle import make, type_of

MISTAKES = [
    (
        ("MSELoss", {}, "N,1", "N"),
        """\
shape-mismatch: MSELoss needs equal shapes
= input: [N, 1]
= target: [N]
= torch: would stretch them to [N, N], and compare what does not belong together
= help: take the last dim off the input: put `Squeeze: -1` before it""",
    ),
    (
        ("MSELoss", {}, "N,T", "T,N"),
        """\
shape-mismatch: MSELoss needs equal shapes
= input: [N, T]
= target: [T, N]
= dim 0: N ≠ T
= dim 1: T ≠ N
= help: give the input the shape of the target, or the other way round""",
    ),
    (
        ("BCELoss", {"weight": [1, 2]}, "N,3", "N,3"),
        """\
shape-mismatch: weight has the shape [2], which does not stretch to the input [N, 3]
= weight: a list counts along the last dim, a list of lists along the last two
= help: give 3 numbers, one for each place of the last dim""",
    ),
    (
        ("BCEWithLogitsLoss", {"pos_weight": [1, 2, 3]}, "N,3,H,W", "N,3,H,W"),
        """\
shape-mismatch: pos_weight has the shape [3], which does not stretch to the input [N, 3, H, W]
= pos_weight: a list counts along the last dim, a list of lists along the last two
= help: for channels [N, C, H, W] write each number as `[[1.0]]`, which gives [C, 1, 1]""",
    ),
    (
        ("BCELoss", {"weight": [[1], [2, 3]]}, "N,3", "N,3"),
        """\
bad-value: weight must be a list of numbers, or nested lists that are equally long on each level, found [[1], [2, 3]]
= weight: how much each element counts; stretched to the shape of the input""",
    ),
    (
        ("BCELoss", {"weight": [1]}, "N,3 float64", "N,3 float64"),
        """\
dtype-mismatch: BCELoss with weight takes float32, the dtype of its weights, but input is float64
= help: put `Cast: float32` before it""",
    ),
    (
        ("GaussianNLLLoss", {}, "N,T", "N,T", "T"),
        """\
shape-mismatch: var must be [N, T], [N], or have one size of 1, found [T]
= help: give a variance for each element, or one for all of the last dim""",
    ),
    (
        ("CrossEntropyLoss", {}, "N,5", "N"),
        """\
shape-mismatch: the target of probabilities must be [N, 5] for the input [N, 5], found [N]
= help: if it numbers the classes, put `Cast: int64` before the target""",
    ),
    (
        ("CrossEntropyLoss", {}, "N,5", "N int32"),
        """\
dtype-mismatch: CrossEntropyLoss takes numbers of classes, int64, but target is int32
= help: put `Cast: int64` before the target""",
    ),
    (
        ("CrossEntropyLoss", {}, "N,T,5", "N,T int64"),
        """\
shape-mismatch: the target must be [N, 5] for the input [N, T, 5], found [N, T]
= help: classes are dim 1 of the input: put `Permute: [0, 2, 1]` before the input""",
    ),
    (
        ("CrossEntropyLoss", {}, "N,5", "N,5 int64"),
        """\
shape-mismatch: the target must be [N] for the input [N, 5], found [N, 5]
= help: if it is one-hot, put `ArgMax: 1` before it""",
    ),
    (
        ("CrossEntropyLoss", {}, "N,5", "N,5 float64"),
        """\
dtype-mismatch: CrossEntropyLoss needs probabilities of the dtype of the input
= input: float32
= target: float64
= help: put `Cast: float32` before the target""",
    ),
    (
        ("CrossEntropyLoss", {"ignore_index": 0}, "N,5", "N,5"),
        """\
bad-value: ignore_index is 0, but a target of probabilities, float32, has no such number
= help: leave ignore_index out, or number the classes: `Cast: int64`""",
    ),
    (
        ("CrossEntropyLoss", {"weight": [1, 2]}, "N,5", "N int64"),
        """\
shape-mismatch: CrossEntropyLoss needs a weight for each of the 5 classes, found 2
= help: give a number for each class, 1 where it should count as it is""",
    ),
    (
        ("CrossEntropyLoss", {"weight": [1, 1, 1, 1, 1]}, "N,C", "N int64"),
        """\
shape-mismatch: CrossEntropyLoss needs a weight for each of the C classes, found 5
= help: declare the input so that C is 5""",
    ),
    (
        ("LinearCrossEntropyLoss", {"num_classes": 3, "weight": [1]}, "N,5", "N int64"),
        "bad-value: LinearCrossEntropyLoss: weight must have a number for each of the 3 classes, found 1",
    ),
    (
        ("LinearCrossEntropyLoss", {"num_classes": 3, "out_features": [2]}, "N,5", "N int64"),
        "shape-mismatch: the target must be [N, 2] for the scores [N, 3, 2], found [N]",
    ),
    (
        ("CTCLoss", {"blank": 5}, "T,N,5", "N,S int64", "N int64", "N int64"),
        """\
bad-value: blank is 5, but there are 5 classes: 0 … 4
= help: name one of them, or give scores for one class more""",
    ),
    (
        ("CTCLoss", {}, "N,T,5", "N,S int64", "N int64", "N int64"),
        """\
shape-mismatch: the targets must be [T, S] for the log_probs [N, T, 5], found [N, S]
= help: log_probs are [T, N, C]: put `Permute: [1, 0, 2]` before them""",
    ),
    (
        ("CTCLoss", {}, "T,N,5", "N int64", "T int64", "N int64"),
        "shape-mismatch: the input_lengths must be [N] for the log_probs [T, N, 5], found [T]",
    ),
    (
        ("AdaptiveLogSoftmaxWithLoss", {"n_classes": 10, "cutoffs": [10]}, "N,5", "N int64"),
        "bad-value: AdaptiveLogSoftmaxWithLoss: cutoffs must rise, from 1 at least to 9 at most, found [10]",
    ),
    (
        ("AdaptiveLogSoftmaxWithLoss", {"n_classes": 10, "cutoffs": [2, 5]}, "N,5", "N int64"),
        """\
shape-mismatch: the last cluster would have no features: 5 / 4.0 ^ 2 < 1
= help: give fewer cutoffs, a smaller div_value, or more features""",
    ),
    (
        ("CosineEmbeddingLoss", {}, "N,5", "N,5", "N,1"),
        """\
shape-mismatch: the target must be [N] for the input1 [N, 5], found [N, 1]
= help: take the last dim off the target: put `Squeeze: -1` before it""",
    ),
]


@pytest.mark.parametrize(("mistake", "text"), MISTAKES, ids=[mistake[0] for mistake, _ in MISTAKES])
def test_messages(refused, mistake, text):
    assert text_of(refused(*mistake)) == text


def numbers(low: int, end: int) -> TensorType:
    return TensorType(Shape((symbol("N"),)), "int64", (low, end))


@pytest.mark.parametrize("target", [numbers(0, 5), numbers(2, 3), numbers(-100, 5)])
def test_a_range_that_fits_the_classes(target):
    assert apply(make("CrossEntropyLoss", {}), (type_of("N,5"), target)).requires == ()


@pytest.mark.parametrize("target", [numbers(0, 6), numbers(-1, 5), numbers(1, 256)])
def test_a_range_that_does_not(target):
    assert target.range is not None
    with pytest.raises(Problem) as caught:
        apply(make("CrossEntropyLoss", {}), (type_of("N,5"), target))
    assert (
        text_of(caught.value)
        == f"""\
bad-value: the target has values that are none of the classes
= target: {target.range[0]} … {target.range[1] - 1}
= classes: 0 … 4
= help: correct the range of the target, or give a score for each of its classes"""
    )


def test_the_number_that_is_ignored_is_no_class():
    layer = make("NLLLoss", {"ignore_index": 255})
    assert str(apply(layer, (type_of("N,5"), numbers(0, 256))).outputs[0]) == "[]"


def test_rows_of_classes_end_in_minus_one():
    target = TensorType(Shape((symbol("N"), 5)), "int64", (-1, 5))
    assert str(apply(make("MultiLabelMarginLoss", {}), (type_of("N,5"), target)).outputs[0]) == "[]"


def test_what_is_asked_of_the_number_of_classes():
    applied = apply(make("CrossEntropyLoss", {}), (type_of("N,C"), numbers(0, 10)))
    assert list(map(str, applied.requires)) == ["C - 9"]
    lengths = (type_of("N int64"), type_of("N int64"))
    applied = apply(make("CTCLoss", {"blank": 4}), (type_of("T,N,C"), type_of("N,S int64"), *lengths))
    assert list(map(str, applied.requires)) == ["C - 4"]
