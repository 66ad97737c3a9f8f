"""Constructors that the source imports, under names that nothing else has."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
import torch
from torch import nn

import lego
from lego.catalogue import Result, outside
from lego.shapes import TensorType


class Shifted(lego.Layer):
    """A layer whose module a package has."""

    def infer(self, input: TensorType) -> Result:
        return Result((input,))


def adds(amount: float) -> type[nn.Module]:
    class Add(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + amount

    return Add


@pytest.fixture(autouse=True)
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layers One, Two, … of the packages `one` and `two`: each adds its number."""
    monkeypatch.setattr(outside, "_registered", {})
    places = {"One": ("one", "Unit"), "Two": ("two", "Unit"), "Three": ("two", "nn"), "Four": ("two", "Net")}
    for amount, (name, (module, constructor)) in enumerate(places.items(), 1):
        monkeypatch.setitem(sys.modules, module, sys.modules.get(module, ModuleType(module)))
        setattr(sys.modules[module], constructor, adds(amount))
        lego.register(type(name, (Shifted,), {"torch_name": constructor, "imports": module, "__module__": __name__}))


def test_names_that_clash() -> None:
    spec = lego.parse("lego: 1\ninputs: {x: [N, 2]}\ngraph: [One, Two, Two, Three, Four]\n")
    source = lego.source(spec)
    assert "\nfrom one import Unit\nfrom torch import nn\nfrom two import Net, Unit as Unit2, nn as nn2\n" in source
    assert "class Net2(nn.Sequential):" in source
    assert "super().__init__(Unit(), Unit2(), Unit2(), nn2(), Net())" in source
    assert torch.equal(lego.build(spec)(torch.zeros(1, 2)), torch.full((1, 2), 12.0))


def test_what_is_not_used_is_not_imported() -> None:
    source = lego.source(lego.parse("lego: 1\ninputs: {x: [N, 2]}\ngraph: [One, {Linear: 2}]\n"))
    assert "from one import Unit\n" in source and "two" not in source


def test_a_block_s_arguments_keep_off_the_names() -> None:
    text = """\
lego: 1
inputs: {x: [N, 2]}
blocks: {Body: {params: {Unit: ~}, graph: [One, {Linear: $Unit}]}}
graph: [{Body: 3}, {Body: 4}]
"""
    spec = lego.parse(text)
    assert "Unit: int" not in lego.source(spec)
    assert lego.build(spec)(torch.zeros(1, 2)).shape == (1, 4)
