"""Broadcasting: torch's rule, and nothing is guessed of a symbol."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lego.diagnostics import Note, Problem
from lego.shapes import Shape, Size, broadcast, symbol

H, M, N = map(symbol, ("H", "M", "N"))


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 3), max_size=4), max_size=3))
def test_integers_as_torch_does(shapes: list[list[int]]) -> None:
    try:
        expected = torch.broadcast_shapes(*shapes)
    except RuntimeError:
        with pytest.raises(Problem, match="do not broadcast"):
            broadcast([Shape(shape) for shape in shapes])
    else:
        assert broadcast([Shape(shape) for shape in shapes]) == tuple(expected)


@pytest.mark.parametrize(
    ("shapes", "result"),
    [
        ([[N, 1, 3], [4, 3]], [N, 4, 3]),
        ([[N, 1], [1, M]], [N, M]),
        ([[2 * H], [H + H]], [2 * H]),
        ([[0], [1]], [0]),
        ([], []),
    ],
)
def test_symbols(shapes: list[list[Size]], result: list[Size]) -> None:
    assert broadcast([Shape(shape) for shape in shapes]) == Shape(result)


@pytest.mark.parametrize(
    ("shapes", "message", "differ"),
    [
        ([[2, 3], [4, 3]], "the shapes do not broadcast: dim -2 is 2 and 4", ()),
        ([[N, 3], [M, 1]], "the shapes do not broadcast: dim -2 is N and M", (Note("differ", "M = 1, N = 2: 2 ≠ 1"),)),
        (
            [[N, 2 * (H // 2)], [H]],
            "the shapes do not broadcast: dim -1 is 2*(H//2) and H",
            (Note("differ", "H = 3: 2 ≠ 3"),),
        ),
    ],
)
def test_mismatch(shapes: list[list[Size]], message: str, differ: tuple[Note, ...]) -> None:
    with pytest.raises(Problem) as caught:
        broadcast([Shape(shape) for shape in shapes])
    assert (caught.value.code, caught.value.message) == ("shape-mismatch", message)
    assert caught.value.notes == (*(Note("shape", str(Shape(shape))) for shape in shapes), *differ)
