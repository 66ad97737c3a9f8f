"""Shapes and tensor types."""

from __future__ import annotations

import pytest

from lego.shapes import DTYPES, Shape, TensorType, is_floating, is_integer, symbol

N, T = symbol("N"), symbol("T")


def test_text() -> None:
    assert str(Shape([N, 1000])) == "[N, 1000]"
    assert repr(Shape([N, 2 * T + 1])) == "Shape([N, 2*T + 1])"
    assert str(Shape()) == "[]"


def test_a_shape_is_a_tuple() -> None:
    shape = Shape([N, 3, T])
    assert shape == (N, 3, T)
    assert hash(shape) == hash((N, 3, T))
    assert type(shape[1:]) is tuple


def test_numel_and_symbols() -> None:
    assert Shape([2, 3, 4]).numel == 24
    assert Shape().numel == 1
    assert Shape([N, 3, T]).numel == 3 * N * T
    assert Shape([N, 3, T // 2]).symbols == {"N", "T"}


@pytest.mark.parametrize(
    ("tensor", "text"),
    [
        (TensorType(Shape([N, T])), "[N, T]"),
        (TensorType(Shape([N, T]), "int64"), "[N, T] int64"),
        (TensorType(Shape([N, T]), "int64", (0, 50)), "[N, T] int64"),
    ],
)
def test_tensor_text(tensor: TensorType, text: str) -> None:
    assert str(tensor) == text


def test_dtypes() -> None:
    assert [name for name in DTYPES if is_floating(name)] == ["float16", "bfloat16", "float32", "float64"]
    assert [name for name in DTYPES if is_integer(name)] == ["uint8", "int8", "int16", "int32", "int64"]
    assert len(DTYPES) == 12
