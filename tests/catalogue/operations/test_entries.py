from __future__ import annotations

import subprocess
import sys

import pytest

from lego.catalogue import layers

FAMILIES = ("arithmetic", "comparison", "joining", "reshaping", "patterns", "reduction", "products", "creation")
ENTRIES = {name: layer for name, layer in layers().items() if layer.family in FAMILIES}
PRIMARY = {
    "Add": "other", "Mul": "other", "Sub": "other", "Pow": "other", "Less": "other", "Concat": "dim", "Stack": "dim",
    "Chunk": "chunks", "Split": "split_size", "Slice": "dim", "Reshape": "shape", "Expand": "shape", "Permute": "dims",
    "Squeeze": "dim", "Unsqueeze": "dim", "Mean": "dim", "Max": "dim", "TopK": "k", "Rearrange": "pattern",
    "Pad": "pad", "Cast": "dtype", "Einsum": "equation", "Parameter": "shape", "Constant": "shape", "Arange": "dim",
    "OneHot": "num_classes", "Maxout": "num_pieces", "MaskedFill": "value", "CausalMask": "dim", "Norm": "ord",
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRIES)
def test_says_what_it_is(name):
    layer = ENTRIES[name]
    assert layer.__doc__
    assert "->" in layer.formula or layer.formula.startswith("as the ")
    assert layer.page
    assert all(info.description for info in layer.model_fields.values())
    assert isinstance(layer.slots, tuple) or layer.slots.least >= 1


@pytest.mark.parametrize(("name", "argument"), PRIMARY.items())
def test_primary_argument(name, argument):
    assert ENTRIES[name].primary() == argument


def test_nothing_imports_torch():
    text = """
import sys
from lego.catalogue import apply, create, layers
from lego.shapes import Shape, TensorType
layer = create(layers()["Rearrange"], {"pattern": "b c -> c b"})
apply(layer, (TensorType(Shape((2, 3))),))
assert "einops" in sys.modules
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", text], check=True)
