"""What a network asks of its symbols."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lego.shapes import evaluate, least, symbol, unsolved

H, N, W = map(symbol, ("H", "N", "W"))


def test_the_smallest_value_for_all_conditions() -> None:
    assert least([(H - 33) // 32 + 1, H - 1, N, W - 7, 5, H - W]) == {"H": 33, "W": 8}


def test_one_is_enough() -> None:
    assert least([N, (N + 3) // 4]) == {}
    assert unsolved([N, (N + 3) // 4]) == ()


def test_unsolved() -> None:
    assert unsolved([(H - 33) // 32 + 1, H - W, 3 - H, N * H - 1]) == (H - W, 3 - H)
    assert least([3 - H, -H]) == {}
    assert unsolved([-H]) == (-H,)


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 70), st.integers(1, 9))
def test_least_is_least(factor: int, offset: int, divisor: int) -> None:
    condition = (factor * H - offset) // divisor
    value = least([condition]).get("H", 1)
    assert evaluate(condition, {"H": value}) >= 1
    assert value == 1 or evaluate(condition, {"H": value - 1}) < 1
    assert unsolved([condition]) == ()
