"""Declared shapes against actual ones; the whole text of each mistake."""

from __future__ import annotations

import pytest

from lego.diagnostics import Note, Problem
from lego.shapes import Binding, Shape, Size, bind, symbol

A, H, N, T, h = map(symbol, ("A", "H", "N", "T", "h"))


def sizes(pattern: list[Size], actual: list[Size]) -> dict[str, Size]:
    return {name: binding.size for name, binding in bind(Shape(pattern), Shape(actual)).items()}


@pytest.mark.parametrize(
    ("pattern", "actual", "found"),
    [
        ([], [], {}),
        ([N, 3], [8, 3], {"N": 8}),
        ([N, N], [T, T], {"N": T}),
        ([N, T], [T, N], {"N": T, "T": N}),
        ([32 * h], [96], {"h": 3}),
        ([32 * h], [64 * H], {"h": 2 * H}),
        ([h + 1], [H + 4], {"h": H + 3}),
        ([2 * h - 1, h], [7, 4], {"h": 4}),
        ([N * T, N], [96, 4], {"N": 4, "T": 24}),
        ([N * T, N, T], [H * A, H, A], {"N": H, "T": A}),
        ([h // 2, h], [3, 7], {"h": 7}),
        ([h - 1], [H // 2], {"h": H // 2 + 1}),
    ],
)
def test_found(pattern: list[Size], actual: list[Size], found: dict[str, Size]) -> None:
    assert sizes(pattern, actual) == found


def test_bindings_remember_where() -> None:
    first = bind(Shape([N, T]), Shape([8, 5]), origin="tokens")
    assert first == {"N": Binding(8, 0, "tokens"), "T": Binding(5, 1, "tokens")}
    assert bind(Shape([H, N]), Shape([3, 8]), first, "lengths") == {**first, "H": Binding(3, 0, "lengths")}
    assert "H" not in first


def refused(pattern: list[Size], actual: list[Size], **others: Binding) -> Problem:
    with pytest.raises(Problem) as caught:
        bind(Shape(pattern), Shape(actual), others, "x")
    notes = (Note("declared", str(Shape(pattern))), Note("given", str(Shape(actual))))
    assert caught.value.notes[:2] == notes
    return caught.value


@pytest.mark.parametrize(
    ("pattern", "actual", "message", "help"),
    [
        ([3], [4], "axis 0 of x is 4, but 3 is declared", None),
        ([3], [N], "axis 0 of x is N, but 3 is declared", None),
        ([N, N], [8, 4], "N is 8 since axis 0 of x, but axis 1 is 4", None),
        ([N], [0], "axis 0 of x is 0, but no N of at least 1 makes N that", "1 would fit"),
        ([32 * h], [100], "axis 0 of x is 100, but no h of at least 1 makes 32*h that", "96 and 128 would fit"),
        ([32 * h], [5], "axis 0 of x is 5, but no h of at least 1 makes 32*h that", "32 would fit"),
        ([32 * h], [16 * H], "axis 0 of x is 16*H, but no h of at least 1 makes 32*h that", "declare H as 2*h"),
        ([32 * h, h], [96, 4], "h is 4 since axis 1 of x, so 32*h is 128, but axis 0 is 96", None),
        (
            [N, T, N * T],
            [2, 3, 7],
            "N is 2 since axis 0 of x and T is 3 since axis 1 of x, so N*T is 6, but axis 2 is 7",
            None,
        ),
    ],
)
def test_shape_mismatch(pattern: list[Size], actual: list[Size], message: str, help: str | None) -> None:
    problem = refused(pattern, actual)
    assert (problem.code, problem.message, problem.help) == ("shape-mismatch", message, help)


def test_mismatch_between_inputs() -> None:
    problem = refused([N, T], [4, 3], N=Binding(8, 0, "lengths"))
    assert problem.message == "N is 8 since axis 0 of lengths, but axis 0 of x is 4"


def test_values_that_differ_are_shown() -> None:
    assert refused([N, N], [4 * (H // 4), H]).notes[2:] == (Note("differ", "H = 5: 4 ≠ 5"),)


@pytest.mark.parametrize(
    ("pattern", "actual", "message"),
    [
        ([N], [3, 4], "x has 2 dims, but 1 is declared"),
        ([N, T], [3], "x has 1 dim, but 2 are declared"),
    ],
)
def test_rank_mismatch(pattern: list[Size], actual: list[Size], message: str) -> None:
    problem = refused(pattern, actual)
    assert (problem.code, problem.message) == ("rank-mismatch", message)


def test_undetermined() -> None:
    problem = refused([N * T], [96])
    assert problem.code == "unresolved-dim"
    assert problem.message == "axis 0 of x is declared N*T, which does not determine N"
    assert problem.help == "declare a dim that is N alone"
