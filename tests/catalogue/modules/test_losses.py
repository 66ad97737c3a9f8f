"""Losses: their shapes and state are torch's, and what torch refuses is refused."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lego.catalogue import apply, layers
from tests.catalogue.oracle import make, types_of

FAMILIES = ("loss", "ranking", "classification")
EACH = {"reduction": "none"}
LOGITS, INDICES, IMAGES = "N,5", "N int64", "N,5,H,W"

TABLE = [
    ("L1Loss", {}, "N,T", "N,T"),
    ("L1Loss", EACH, "N,T", "N,T"),
    ("MSELoss", {}, "", ""),
    ("MSELoss", {"reduction": "sum"}, "N,T", "N,T"),
    ("SmoothL1Loss", EACH | {"beta": 0}, "N,T float64", "N,T float64"),
    ("SmoothL1Loss", {"beta": 0.5}, "N,T", "N,T"),
    ("HuberLoss", EACH | {"delta": 2}, IMAGES, IMAGES),
    ("SoftMarginLoss", EACH, "N,T", "N,T"),
    ("KLDivLoss", {}, "N,T", "N,T"),
    ("KLDivLoss", {"reduction": "batchmean", "log_target": True}, "N,T", "N,T"),
    ("KLDivLoss", EACH, "N,T", "N,T"),
    ("PoissonNLLLoss", {"log_input": False, "full": True, "eps": 1e-6}, "N,T", "N,T"),
    ("PoissonNLLLoss", EACH, "N,T", "N,T"),
    ("BCELoss", {}, "N,1", "N,1"),
    ("BCELoss", EACH | {"weight": [1, 2, 0.5]}, "N,3", "N,3"),
    ("BCELoss", {"weight": [[1, 2, 0.5], [3, 4, 5]]}, "N,2,3", "N,2,3"),
    ("BCEWithLogitsLoss", {}, "N,1", "N,1"),
    ("BCEWithLogitsLoss", EACH | {"weight": [1, 2, 0.5], "pos_weight": [3]}, "N,3", "N,3"),
    ("BCEWithLogitsLoss", EACH | {"pos_weight": [[[3]], [[4]], [[5]]]}, "N,3,H,W", "N,3,H,W"),
    ("HingeEmbeddingLoss", EACH | {"margin": 2}, "N,T", "N,T"),
    ("MarginRankingLoss", EACH | {"margin": 0.5}, "N", "N", "N"),
    ("CosineEmbeddingLoss", EACH | {"margin": 0.5}, "N,D", "N,D", "N"),
    ("CosineEmbeddingLoss", {}, "8", "8", ""),
    ("TripletMarginLoss", EACH | {"margin": 0.5, "p": 1, "swap": True}, "N,D", "N,D", "N,D"),
    ("TripletMarginLoss", EACH, "N,T,D", "N,T,D", "N,T,D"),
    ("TripletMarginLoss", {}, "8", "8", "8"),
    ("CrossEntropyLoss", {}, LOGITS, INDICES),
    ("CrossEntropyLoss", EACH | {"weight": [1, 2, 3, 4, 5]}, LOGITS, INDICES),
    ("CrossEntropyLoss", EACH | {"ignore_index": 2, "label_smoothing": 0.1}, IMAGES, "N,H,W int64"),
    ("CrossEntropyLoss", EACH | {"label_smoothing": 0.1}, IMAGES, IMAGES),
    ("CrossEntropyLoss", {"weight": [1, 2, 3, 4, 5]}, LOGITS, LOGITS),
    ("CrossEntropyLoss", EACH, "5", " int64"),
    ("CrossEntropyLoss", EACH, "5", "5"),
    ("NLLLoss", EACH | {"weight": [1, 2, 3, 4, 5]}, IMAGES, "N,H,W int64"),
    ("NLLLoss", EACH, "N,5,T", "N,T int64"),
    ("NLLLoss", EACH | {"ignore_index": -1}, "N,5,D,H,W", "N,D,H,W int64"),
    ("NLLLoss", EACH, "5", " int64"),
    ("LinearCrossEntropyLoss", {"num_classes": 5}, "N,8", "N int64"),
    ("LinearCrossEntropyLoss", EACH | {"num_classes": 3, "weight": [1, 2, 3], "bias": True}, "N,8", "N,3"),
    ("LinearCrossEntropyLoss", EACH | {"num_classes": 3, "out_features": [2, 4]}, "N,8", "N,2,4 int64"),
    ("LinearCrossEntropyLoss", {"num_classes": 3, "out_features": [2], "label_smoothing": 0.1}, "N,8", "N,3,2"),
    ("LinearCrossEntropyLoss", EACH | {"num_classes": 3, "in_features": 8, "ignore_index": 0}, "8", " int64"),
    ("MultiMarginLoss", EACH | {"p": 2, "margin": 0.5, "weight": [1, 2, 3, 4, 5]}, LOGITS, INDICES),
    ("MultiMarginLoss", {}, "5", " int64"),
    ("MultiLabelMarginLoss", EACH, LOGITS, "N,5 int64"),
    ("MultiLabelMarginLoss", {}, "5", "5 int64"),
    ("MultiLabelSoftMarginLoss", EACH | {"weight": [1, 2, 3, 4, 5]}, LOGITS, LOGITS),
    ("MultiLabelSoftMarginLoss", EACH, "N,T,C", "N,T,C"),
    ("MultiLabelSoftMarginLoss", {}, "5", "5"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "inputs"), [(name, args, inputs) for name, args, *inputs in TABLE])
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs)


WITH_VALUES = [
    ("GaussianNLLLoss", EACH | {"full": True, "eps": 1e-3}, "N,T", "N,T", "N,T"),
    ("GaussianNLLLoss", {}, "N,T", "N,T", "N"),
    ("GaussianNLLLoss", EACH, "N,T", "N,T", "N,1"),
    ("GaussianNLLLoss", EACH, "N,T", "N,T", "1,T"),
    ("CTCLoss", EACH | {"blank": 4, "zero_infinity": True}, "T,N,5", "N,S int64", "N int64", "N int64"),
    ("AdaptiveLogSoftmaxWithLoss", {"n_classes": 10, "cutoffs": [4], "head_bias": True}, "N,8", "N int64"),
    ("AdaptiveLogSoftmaxWithLoss", {"n_classes": 10, "cutoffs": [2, 5], "div_value": 2.5}, "8", " int64"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "inputs"), [(name, args, inputs) for name, args, *inputs in WITH_VALUES])
def test_those_that_look_at_values_agree_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs, device="cpu")


@pytest.mark.parametrize("lengths", [[3, 2], 5])
def test_labels_in_a_row_agree_with_torch(lengths):
    """torch compares the sum of their lengths with their number."""
    batch = "" if lengths == 5 else "2,"
    types = types_of([f"7,{batch}6", "5 int32", f"{batch} int64", f"{batch} int64"])
    targets, lengths = torch.tensor([1, 2, 3, 4, 5], dtype=torch.int32), torch.tensor(lengths)
    found = nn.CTCLoss(**EACH)(torch.zeros(tuple(types[0].shape)), targets, torch.full_like(lengths, 7), lengths)
    assert tuple(found.shape) == apply(make("CTCLoss", EACH), tuple(types)).outputs[0].shape


def test_every_loss_is_in_a_table():
    names = {name for name, layer in layers().items() if layer.family in FAMILIES}
    assert {name for name, *_ in [*TABLE, *WITH_VALUES]} == names
