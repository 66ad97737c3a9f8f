"""What tells two specs apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import lego
from lego.emit.difference import Edit
from tests.graph.test_digest import DIFFERENT, LSTM, NET, SAME, SCANS

ROOT = Path(__file__).parents[2]
RESNET = lego.load(ROOT / "specs" / "resnet50.yaml")


def lines(before: lego.Spec, after: lego.Spec) -> list[str]:
    """The lines of the difference above the totals."""
    return str(lego.diff(before, after)).partition("\n\n")[0].splitlines()


FOLLOW = "differ as a consequence: shapes, inferred sizes, and what is written as before"


def test_a_repeated_block_is_told_once() -> None:
    found = lego.diff(RESNET, RESNET.replace({f"blocks.Bottleneck.graph.relu{one}": "GELU" for one in (1, 2)}))
    assert str(found) == (
        "~ Bottleneck: relu1: layer ReLU(inplace: true) → GELU  × 16 (layer1.0.relu1 … layer4.2.relu1)\n"
        "~ Bottleneck: relu2: layer ReLU(inplace: true) → GELU  × 16 (layer1.0.relu2 … layer4.2.relu2)\n"
        "\n"
        "parameters   25,557,032\n"
        "MACs         by H, N, W\n"
        "weights      320 of 320 keys carry over by path and shape: 25,610,205 of 25,610,205 numbers (100 %)"
    )


def test_causes_and_consequences() -> None:
    assert lines(RESNET, RESNET.replace(params={"classes": 10})) == [
        "~ params: classes 1000 → 10",
        "~ outputs: output fc [N, 1000] → fc [N, 10]",
        f"  1 more node {FOLLOW.replace('differ', 'differs', 1)}",
    ]
    assert lines(RESNET, RESNET.replace({"graph.conv1.Conv2d.kernel_size": 5})) == [
        "~ conv1: kernel_size 7 → 5",
        f"  187 more nodes {FOLLOW}",
    ]


def test_the_argument_of_a_block() -> None:
    found = lego.diff(RESNET, RESNET.replace({"graph.layer1": {"Bottleneck": 32, "repeat": "$layers[0]"}}))
    assert [change.path for change in found.changes] == ["layer1.0", "layer1.1", "layer1.2"]
    assert found.changes[0].edits == (Edit("planes", "64", "32"),)
    assert {change.path for change in found.followers} >= {"layer1.0.conv1", "layer1.0.bn1", "layer2.0.conv1"}


def test_what_is_added_and_removed() -> None:
    edited = RESNET.replace({"graph.drop": {"Dropout": 0.2}}, after="flatten").replace({"graph.maxpool": None})
    found = lego.diff(RESNET, edited)
    assert [(change.kind, change.path, change.layer) for change in found.changes] == [
        ("removed", "maxpool", "MaxPool2d(kernel_size: 3, stride: 2, padding: 1)"),
        ("added", "drop", "Dropout(p: 0.2)"),
    ]
    more = lego.diff(RESNET, RESNET.replace({"graph.layer1.repeat": 4}))
    assert lines(RESNET, RESNET.replace({"graph.layer1.repeat": 4}))[0] == (
        "+ layer1.3: Bottleneck(planes: 64, stride: 1), 10 layers"
    )
    assert more.weights.keys == 320 and more.weights.of_keys == 338


def test_what_was_moved() -> None:
    text = RESNET.to_yaml().replace("layer1:", "stage1:").replace("fc:", "head:")
    assert lines(RESNET, lego.parse(text)) == ["> layer1 → stage1  × 3", "> fc → head"]
    inside = "lego: 1\ninputs: {x: [N, 4]}\ngraph: {a: {Linear: 8}, b: {Linear: 2}}\n"
    wrapped = inside.replace("{a: {Linear: 8}, b", "{body: {Sequential: {a: {Linear: 8}}}, b")
    assert lines(lego.parse(inside), lego.parse(wrapped)) == ["> a → body.a"]


def test_a_change_in_what_was_moved() -> None:
    text = RESNET.to_yaml().replace("layer1: {Bottleneck: $width", "stage1: {Bottleneck: $width, freeze: true")
    assert lines(RESNET, lego.parse(text)) == [
        "> layer1 → stage1  × 3",
        "~ freeze false → true  × 20 (stage1.0.conv1 … stage1.2.bn3)",
    ]


def test_wiring_and_order() -> None:
    spec = lego.parse(NET)
    assert lines(spec, lego.parse(NET.replace("[x, y]", "[y, x]"))) == ["~ both: from x, y → y, x"]
    assert lines(spec, lego.parse(NET.replace(*DIFFERENT["another order"]))) == [
        "~ nodes of both run in another order, which is the order of their weights"
    ]


@pytest.mark.parametrize("change", SAME)
def test_no_difference(change: str) -> None:
    found = lego.diff(lego.parse(NET), lego.parse(NET.replace(*SAME[change])))
    assert not found
    assert str(found) == "no difference: both specs mean the same"


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [(NET, *change) for change in DIFFERENT.values()] + [(LSTM, *change) for change in SCANS.values()],
    ids=[*DIFFERENT, *SCANS],
)
def test_every_difference_is_told(text: str, before: str, after: str) -> None:
    found = lego.diff(lego.parse(text), lego.parse(text.replace(before, after)))
    assert found
    assert found.params or found.inputs or found.outputs or found.ties or found.changes or found.reordered
    assert not str(found).startswith("\n")
    back = lego.diff(lego.parse(text.replace(before, after)), lego.parse(text))
    assert back and back.parameters == found.parameters[::-1] and back.weights.keys == found.weights.keys


def test_sizes_make_work_countable() -> None:
    found = lego.diff(RESNET, RESNET.replace(params={"classes": 10}), image=[1, 3, 224, 224])
    assert found.macs == (lego.summary(RESNET, image=[1, 3, 224, 224]).macs, found.macs[0] - 990 * 2048)
    with pytest.raises(lego.SpecError, match="axis 1 of image is 4, but 3 is declared"):
        lego.diff(RESNET, RESNET, image=[1, 4, 224, 224])


def test_plain_data() -> None:
    found = json.loads(json.dumps(lego.diff(RESNET, RESNET.replace(params={"classes": 10})).to_json()))
    assert not found["equal"]
    assert found["params"] == [{"what": "classes", "before": "1000", "after": "10"}]
    assert found["parameters"] == [25557032, 23528522]
    assert [change["path"] for change in found["followers"]] == ["fc"]
    assert found["weights"]["keys"] == 318 and 0.99 < found["weights"]["share"] < 1
