"""Tensors as packed text: what goes in comes out, and what is no such text is refused."""

from __future__ import annotations

from base64 import b64encode
from zlib import compress

import pytest
import torch

import lego
from lego.catalogue import find_layer, pack
from lego.catalogue.create import create
from lego.diagnostics import SpecError

CUT = b64encode(compress(bytes(16))[:-1]).decode()
TABLE = torch.arange(300, dtype=torch.int64).reshape(3, 100) % 7


def packed(tensor: torch.Tensor) -> str:
    return pack(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())


def refusal(**arguments: object) -> str:
    layer = find_layer("Constant")
    assert layer is not None
    made = create(layer, arguments)
    assert isinstance(made, list)
    return made[0].problem.message


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.int16, torch.uint8, torch.bool])
@pytest.mark.parametrize("kind", ["Constant", "Buffer"])
def test_a_packed_value_is_the_tensor_that_was_packed(kind, dtype):
    tensor = (TABLE * 0.1 if dtype.is_floating_point else TABLE).to(dtype)
    name = str(dtype).removeprefix("torch.")
    spec = lego.parse(
        f'lego: 1\ninputs: {{x: [N, 100]}}\ngraph:\n  t: {{{kind}: {{shape: [3, 100], value: "{packed(tensor)}", '
        f"dtype: {name}}}}}\n  f: {{Identity, from: x}}\noutputs: [t, f]\n"
    )
    found = lego.build(spec)(torch.zeros(1, 100))[0]
    assert found.dtype == dtype and torch.equal(found, tensor)
    assert lego.parse(spec.to_yaml()).document == spec.document
    assert list(lego.build(spec).state_dict()) == (["t"] if kind == "Buffer" else [])


def test_integers_of_a_packed_constant_have_a_range():
    text = f'lego: 1\ninputs: {{x: [4, 5]}}\ngraph:\n  i: {{Constant: {{shape: [3, 100], value: "{packed(TABLE)}", '
    text += "dtype: int64}}\n  g: {Flatten: 0}\n  o: {IndexSelect: 1, from: [x, g]}\n"
    with pytest.raises(SpecError, match="index has values from 0 to 6, but dim 1 has 5 positions"):
        lego.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("packed:???", "what stands after `packed:` is no base64"),
        ("packed:AAAA", "what stands after `packed:` is not compressed as zlib does"),
        (pack(bytes(8)), "the packed value needs 16 bytes for [2] of int64, found 8"),
        (pack(bytes(10**7)), "the packed value needs 16 bytes for [2] of int64, found more"),
        (f"packed:{CUT}", "the packed value for [2] of int64 is cut off, or has more than a tensor"),
    ],
    ids=["base64", "zlib", "short", "long", "cut"],
)
def test_what_is_no_packed_value_is_refused(text, message):
    assert refusal(shape=(2,), value=text, dtype="int64") == f"Constant: {message}"


def test_other_bytes_than_0_and_1_are_no_booleans():
    assert refusal(shape=(2,), value=pack(b"\x00\x02"), dtype="bool").endswith("has other bytes than 0 and 1")


def test_a_packed_value_is_of_bounded_size():
    assert "has at most" in refusal(shape=(10**9,), value="packed:AAAA")
