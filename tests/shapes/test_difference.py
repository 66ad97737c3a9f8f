"""What tells sizes apart, and what would make them equal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lego.diagnostics import Note
from lego.shapes import (
    Shape,
    Size,
    common_multiple,
    differences,
    evaluate,
    explain_difference,
    shape_multiple,
    substitute,
    symbol,
    with_multiples,
    witness,
)
from tests.shapes.expressions import Tree, size_or_skip, trees

H, M, N, T, W, h = map(symbol, ("H", "M", "N", "T", "W", "h"))


@settings(max_examples=100, deadline=None)
@given(trees(5), trees(5))
def test_a_witness_tells_apart(a: Tree, b: Tree) -> None:
    x, y = size_or_skip(a), size_or_skip(b)
    found = witness(x, y)
    if found is not None:
        assert evaluate(x, found) != evaluate(y, found)
    if x == y:
        assert found is None


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        (4 * (H // 4), H, "H = 5: 4 ≠ 5"),
        (2 * (H // 2), H, "H = 3: 2 ≠ 3"),
        (32 * (H // 32), H, "H = 33: 32 ≠ 33"),
        (1024 * (H // 1024), H, "H = 1025: 1024 ≠ 1025"),
        (N, 64, "N = 1: 1 ≠ 64"),
        (N, M, "M = 1, N = 2: 2 ≠ 1"),
        (N * T, N + T, "N = 1, T = 1: 1 ≠ 2"),
        (-H, 1 - H, "H = 1: -1 ≠ 0"),
        (32 * (H // 32) * N, H * N, "H = 33, N = 1: 32 ≠ 33"),
        (H, H, None),
        (64, 128, None),
    ],
)
def test_explained(a: Size, b: Size, text: str | None) -> None:
    assert explain_difference(a, b) == text


def unet(size: Size, depth: int) -> Size:
    for _ in range(depth):
        size = size // 2
    return size * 2**depth


@pytest.mark.parametrize(
    ("a", "b", "multiples"),
    [
        (H, 2 * (H // 2), {"H": 2}),
        (H, unet(H, 4), {"H": 16}),
        (H // 8, 2 * (H // 16), {"H": 16}),
        (H, 2 * ((H + 1) // 2), {"H": 2}),
        (H * W, 4 * (H // 2) * (W // 2), {"H": 2, "W": 2}),
        (H * W, 2 * (H // 2) * W, {"H": 2}),
        (T, 3 * (T // 3), {"T": 3}),
        (H, H, None),
        (N, M, None),
        (H, H // 2, None),
        (64, 128, None),
    ],
)
def test_common_multiple(a: Size, b: Size, multiples: dict[str, int] | None) -> None:
    assert common_multiple(a, b) == multiples


@settings(deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from([2, 3, 4, 6, 8]), st.sampled_from([2, 3, 4, 6, 8]))
def test_common_multiples_make_sizes_equal_and_no_smaller_one_does(a: int, b: int, m: int, k: int) -> None:
    x, y = m * ((H + a) // m), k * ((H + b) // k)
    found = common_multiple(x, y)
    working = [i for i in range(2, 65) if substitute(x, {"H": i * H}) == substitute(y, {"H": i * H})]
    if x == y or not working:
        assert found is None
    else:
        assert found == {"H": working[0]}


def test_shapes() -> None:
    given_, found = Shape([N, 64, H, W]), Shape([N, 32, unet(H, 2), unet(W, 2)])
    assert differences(found, given_) == (
        Note("dim 2", "4*(H//4) ≠ H", "H = 5: 4 ≠ 5"),
        Note("dim 3", "4*(W//4) ≠ W", "W = 5: 4 ≠ 5"),
    )
    assert shape_multiple(found, given_) is None
    multiples = shape_multiple(found[2:], given_[2:])
    assert multiples == {"H": 4, "W": 4}
    assert str(with_multiples(Shape([N, 3, H, W]), multiples)) == "[N, 3, 4*h, 4*w]"
    assert str(with_multiples(Shape([h, H]), {"H": 2})) == "[h, 2*H]"
