"""Nodes whose names have dashes, as modules of some models have."""

from __future__ import annotations

import pytest
import torch

import lego

SPEC = """
lego: 1
inputs: {x: [N, 4]}
graph:
  "stage-0":
    Sequential:
      "block-0": {Linear: 4}
      "block-1": {Linear: 4}
      block_1: {Add, from: [block-0, block-1]}
  "head-a": {Linear: 3}
  'head-b': {Linear: 2, from: stage-0}
  "weight-a": {Parameter: [3]}
outputs: {a: head-a, b: head-b, w: weight-a}
"""


def test_paths_are_as_written() -> None:
    net = lego.build(lego.parse(SPEC))
    keys = ["weight-a", *(f"{node}.{weight}" for node in _LINEAR for weight in ("weight", "bias"))]
    assert list(net.state_dict()) == keys
    x = torch.randn(2, 4)
    stage = net.get_submodule("stage-0")
    deep = stage.get_submodule("block-0")(x)
    assert torch.equal(net(x)["a"], net.get_submodule("head-a")(deep + stage.get_submodule("block-1")(deep)))
    assert lego.parse(lego.parse(SPEC).to_yaml()).document == lego.parse(SPEC).document


_LINEAR = ("stage-0.block-0", "stage-0.block-1", "head-a", "head-b")


@pytest.mark.parametrize("name", ["-a", "a-", "a--b", "0-a"])
def test_a_dash_joins(name: str) -> None:
    with pytest.raises(lego.SpecError, match="is no name"):
        lego.parse(f"lego: 1\ninputs: {{x: [N, 4]}}\ngraph: {{'{name}': ReLU}}\n")


def test_without_quotes_it_is_a_slip() -> None:
    with pytest.raises(lego.SpecError, match='write `conv_1`, or `"conv-1"` in quotes'):
        lego.parse("lego: 1\ninputs: {x: [N, 4]}\ngraph: {conv-1: ReLU}\n")


def test_an_input_has_no_dash() -> None:
    with pytest.raises(lego.SpecError, match="`x-1` is no name"):
        lego.parse("lego: 1\ninputs: {x-1: [N, 4]}\ngraph: [ReLU]\n")
