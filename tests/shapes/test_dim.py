"""Sizes: exact arithmetic, one normal form, the text."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lego.diagnostics import Problem
from lego.shapes import Dim, Size, ceil_div, evaluate, floor_div, maximum, minimum, substitute, symbol, symbols
from tests.shapes.expressions import NAMES, Tree, as_sympy, int_or_skip, size_or_skip, trees, values

H, N, T, h, w = map(symbol, ("H", "N", "T", "h", "w"))


@settings(max_examples=400, deadline=None)
@given(trees(12), values())
def test_a_size_has_the_value_that_python_computes(tree: Tree, chosen: dict[str, int]) -> None:
    expected = int_or_skip(tree, chosen)
    assert evaluate(size_or_skip(tree), chosen) == expected


@settings(max_examples=25, deadline=None)
@given(trees(6), values())
def test_a_size_has_the_value_that_sympy_computes(tree: Tree, chosen: dict[str, int]) -> None:
    int_or_skip(tree, chosen)
    size = size_or_skip(tree)
    assert evaluate(size, chosen) == as_sympy(tree, chosen)


@settings(deadline=None)
@given(trees())
def test_a_constant_is_an_int(tree: Tree) -> None:
    size = size_or_skip(tree)
    assert isinstance(size, int) or symbols(size)
    assert type(size - size) is int


@settings(deadline=None)
@given(trees(5), trees(5), trees(5))
def test_the_laws_of_a_ring_hold_in_the_normal_form(a: Tree, b: Tree, c: Tree) -> None:
    x, y, z = size_or_skip(a), size_or_skip(b), size_or_skip(c)
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x - y == -(y - x)
    assert hash(x * (y + z)) == hash(x * y + x * z)
    assert str(x * (y + z)) == str(x * y + x * z)


@settings(deadline=None)
@given(trees(), st.integers(1, 12), trees(4))
def test_multiples_of_the_divisor_leave_the_bar(a: Tree, divisor: int, multiple: Tree) -> None:
    x, y = size_or_skip(a), size_or_skip(multiple)
    assert (x + divisor * y) // divisor == x // divisor + y
    assert (divisor * x) // divisor == x
    assert x // divisor * divisor + x % divisor == x


@settings(deadline=None)
@given(trees(), values(), trees(4))
def test_substituting_and_evaluating_agree(tree: Tree, chosen: dict[str, int], other: Tree) -> None:
    size, inner = size_or_skip(tree), size_or_skip(other)
    value = int_or_skip(other, chosen)
    assume(value >= 1)
    int_or_skip(tree, chosen | {"h": value})
    try:
        substituted = substitute(size, {"h": inner})
    except Problem:
        assume(False)
        raise
    assert evaluate(substituted, chosen) == evaluate(size, chosen | {"h": value})


@settings(deadline=None)
@given(trees())
def test_the_text_is_the_size(tree: Tree) -> None:
    size = size_or_skip(tree)
    names: dict[str, Any] = {name: symbol(name) for name in NAMES}
    extremes = {"min": folded(minimum), "max": folded(maximum)}
    assert eval(str(size), {"__builtins__": {}}, names | extremes) == size


def folded(choose: Any) -> Any:
    def chosen(first: Size, *rest: Size) -> Size:
        for side in rest:
            first = choose(first, side)
        return first

    return chosen


@settings(deadline=None)
@given(trees())
def test_copies_are_equal(tree: Tree) -> None:
    size = size_or_skip(tree)
    assert pickle.loads(pickle.dumps(size)) == size
    assert copy.deepcopy(size) == size


# Windows and poolings, one after the other: sums of symbols and integers, divided by integers. Two such chains have
# the same normal form if and only if they are equal everywhere.

linear = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(-6, 9)).map(lambda c: c[0] * h + c[1] * w + c[2])
chains = st.tuples(linear, st.lists(st.tuples(linear, st.sampled_from([1, 2, 3, 4])), min_size=1, max_size=3))


def chained(chain: tuple[Size, list[tuple[Size, int]]]) -> Size:
    size, steps = chain
    for added, divisor in steps:
        size = (size + added) // divisor
    return size


@settings(max_examples=200, deadline=None)
@given(chains, chains)
def test_equal_chains_have_one_normal_form(a: tuple[Size, Any], b: tuple[Size, Any]) -> None:
    x, y = chained(a), chained(b)
    period = range(1, 66)  # a denominator is at most 64
    points = [{"h": i, "w": j} for i in period for j in (1, i)] + [{"h": 1, "w": j} for j in period]
    everywhere = all(evaluate(x, point) == evaluate(y, point) for point in points)
    assert (x == y) == everywhere


@settings(max_examples=200, deadline=None)
@given(linear, st.lists(st.tuples(st.integers(-6, 9), st.integers(1, 5)), min_size=1, max_size=4))
def test_a_chain_is_one_division(start: Size, steps: list[tuple[int, int]]) -> None:
    size, numerator, denominator = start, start, 1
    for added, divisor in steps:
        size = (size + added) // divisor
        numerator, denominator = numerator + added * denominator, denominator * divisor
    assert size == numerator // denominator


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((16 * h - 1) // 2 + 1, 8 * h),
        (3 * h // 2, h + h // 2),
        (((H + 1) // 2 + 1) // 2, (H + 3) // 4),
        (H // 2 // 2 // 2, H // 8),
        ((6 * h + 3) // 9, (2 * h + 1) // 3),
        ((6 * h + 5) // 4, h + h // 2 + 1),
        (ceil_div(ceil_div(H, 2), 2), ceil_div(H, 4)),
        (N * T // N, T),
        ((N * T + N) // (T + 1), N),
        ((h * h - w * w) // (h - w), h + w),
        ((N * T - 1) // N, T - 1),
        ((N * T + N - 1) // N, T + (N - 1) // N),
        (N * h // (N * w), h // w),
        (N // T // 2, N // (2 * T)),
        (6 * N // (4 * T), 3 * N // (2 * T)),
        (-N // -T, N // T),
        (N * T % N, 0),
        ((4 * h + 3) % 4, 3),
        (h % 1, 0),
        (0 // N, 0),
        (h**2 * h, h**3),
        (h**0, 1),
        ((h + 1) ** 2, h**2 + 2 * h + 1),
        (ceil_div(16 * h - 1, 16), h),
        (ceil_div(7, 2), 4),
        (floor_div(-7, 2), -4),
    ],
)
def test_equal_sizes(left: Size, right: Size) -> None:
    assert left == right
    assert hash(left) == hash(right)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (N, "N"),
        (2 * h, "2*h"),
        (-h, "-h"),
        (1 + h, "h + 1"),
        (3 - h, "3 - h"),
        (-h - 3, "-h - 3"),
        (-(h // 2), "-(h//2)"),
        (3 - h // 2, "3 - h//2"),
        (16 * h - 1, "16*h - 1"),
        (T * N, "N*T"),
        (h**2, "h**2"),
        (w * h * h * 3, "3*h**2*w"),
        (2 * h - 3 + 4 * w * h, "4*h*w + 2*h - 3"),
        (w - 2 * h, "w - 2*h"),
        (H // 2, "H//2"),
        ((H + 1) // 2, "(H + 1)//2"),
        ((H - 1) // 2 + 1, "(H + 1)//2"),
        ((H - 3) // 2, "(H - 3)//2"),
        ((H - 4) // 4, "H//4 - 1"),
        ((H - 33) // 32 + 1, "(H - 1)//32"),
        (3 * h // 2, "h + h//2"),
        (2 * h // 3, "2*h//3"),
        (2 * (H // 2), "2*(H//2)"),
        (N * (H // 2), "N*(H//2)"),
        ((H // 2) * (w // 2), "(H//2)*(w//2)"),
        ((H // 2) ** 2, "(H//2)**2"),
        (H % 4, "H - 4*(H//4)"),
        (N % T, "N - T*(N//T)"),
        (N * T // 2, "N*T//2"),
        (5 // N, "5//N"),
        (-5 // N, "(-5)//N"),
        (N // (T + 1), "N//(T + 1)"),
        (N // (2 * T), "N//(2*T)"),
        (minimum(3, H), "min(H, 3)"),
        (maximum(H - 4, minimum(w, N)) + 1, "max(H - 4, min(N, w)) + 1"),
    ],
)
def test_text(size: Size, text: str) -> None:
    assert str(size) == text
    assert repr(size) == text


@pytest.mark.parametrize("divisor", [0, N - N])
def test_division_by_zero(divisor: int) -> None:
    for divide in (lambda: N // divisor, lambda: N % divisor, lambda: floor_div(8, divisor)):
        with pytest.raises(Problem, match="cannot be divided by zero") as caught:
            divide()
        assert caught.value.code == "bad-value"


@pytest.mark.parametrize("exponent", [-1, 65])
def test_powers_are_bounded(exponent: int) -> None:
    with pytest.raises(Problem) as caught:
        (N + 1) ** exponent
    assert caught.value.message == f"(N + 1)**{exponent} needs an exponent from 0 to 64"


def test_degrees_and_numbers_of_terms_are_bounded() -> None:
    with pytest.raises(Problem) as caught:
        N**64 * N
    assert (caught.value.code, caught.value.message) == ("limit", "a size has a term of degree 65, more than 64")
    many = (H + N + T + h) ** 8
    with pytest.raises(Problem) as caught:
        many * many
    assert caught.value.code == "limit"
    assert caught.value.message == "a size is a product of 165 and 165 terms, too many"


def test_nesting_is_bounded() -> None:
    size = H
    with pytest.raises(Problem) as caught:
        for _ in range(20):
            size = 3 * size // 2
    assert caught.value.code == "limit"
    assert caught.value.message == "a size nests floor divisions of 1536 symbols, more than 1000"


@pytest.mark.parametrize("operation", ["+", "-", "*", "//", "%"])
def test_a_fraction_is_no_size(operation: str) -> None:
    with pytest.raises(TypeError):
        eval(f"N {operation} 0.5", {"N": N})


def test_a_missing_value() -> None:
    with pytest.raises(Problem) as caught:
        evaluate(N + T, {"N": 2})
    assert (caught.value.code, caught.value.message) == ("unresolved-dim", "N + T has no value as long as T has none")


def test_symbols() -> None:
    assert symbols(5) == frozenset()
    assert symbols(minimum(H, 3) * (N // (T + w // 2))) == {"H", "N", "T", "w"}


def test_substitution_is_simultaneous() -> None:
    assert substitute(N - 2 * T, {"N": T, "T": N}) == T - 2 * N
    assert isinstance(substitute(N - T, {"N": T}), int)
    assert isinstance(N, Dim)
