"""Decisions about sizes never contradict their values, and cover what networks need."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from lego.shapes import Size, equal, less, less_equal, lower_bound, maximum, minimum, symbol
from tests.shapes.expressions import Tree, int_or_skip, size_or_skip, trees, values

H, N, T, h, w = map(symbol, ("H", "N", "T", "h", "w"))


@settings(max_examples=400, deadline=None)
@given(trees(), trees(), values(12))
def test_what_is_decided_holds(a: Tree, b: Tree, chosen: dict[str, int]) -> None:
    x, y = int_or_skip(a, chosen), int_or_skip(b, chosen)
    left, right = size_or_skip(a), size_or_skip(b)
    assert less_equal(left, right) in (None, x <= y)
    assert less(left, right) in (None, x < y)
    assert equal(left, right) in (None, x == y)


@settings(max_examples=300, deadline=None)
@given(trees(), values(12))
def test_no_value_is_below_the_lower_bound(tree: Tree, chosen: dict[str, int]) -> None:
    value, bound = int_or_skip(tree, chosen), lower_bound(size_or_skip(tree))
    assert bound is None or bound <= value


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        (1, N),
        (1, N * T),
        (h, h * w),
        (h + w, h * w + 1),
        (H // 2, (H + 1) // 2),
        ((H + 3) // 4, (H + 1) // 2),
        (2 * (H // 2), H),
        (H % 4, 3),
        (0, H % 4),
        (N // T, N),
        (0, N * (H // 3)),
        (minimum(H, 3), 3),
        (minimum(H, 3), H),
        (1, maximum(H - 3, 1)),
        (H - 3, maximum(H - 3, w)),
        (minimum(H, w), maximum(H, w)),
    ],
)
def test_provable(smaller: Size, larger: Size) -> None:
    assert less_equal(smaller, larger) is True
    assert less(larger, smaller) is False


@pytest.mark.parametrize(("a", "b"), [(N, T), (H, 5), (H // 2, 3), (N * T, N + T), (minimum(H, 3), 2)])
def test_open(a: Size, b: Size) -> None:
    assert less_equal(a, b) is None
    assert less(a, b) is None
    assert equal(a, b) is None


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        (2 * h, h + h, True),
        (64, 64, True),
        (64, 128, False),
        (2 * h, 2 * h + 1, False),
        (2 * h, 4 * w + 3, False),
        (h, h * w + h, False),
        (4 * h, 3, False),
        (4 * h, 6, False),
        (4 * h, 8, None),
        (h, w, None),
        (2 * (H // 2), H, None),
        (H - H // 2, (H + 1) // 2, True),
    ],
)
def test_equal(a: Size, b: Size, answer: bool | None) -> None:
    assert equal(a, b) is answer
    assert equal(b, a) is answer


def test_extremes_take_a_side_where_it_is_known() -> None:
    assert minimum(H, H + 1) == H
    assert maximum(2, 3) == 3
    assert maximum(minimum(H, 3), 5) == 5
    assert minimum(H, minimum(w, 3)) == minimum(minimum(3, H), w)


def test_extremes_keep_no_idle_side() -> None:
    assert maximum(h * w, maximum(h, N)) == maximum(h * w, N)
    assert minimum(minimum(h, N), minimum(h + 1, N * w)) == minimum(N, h)
