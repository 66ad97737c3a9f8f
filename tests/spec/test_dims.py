"""Bare expressions over symbols, in shapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lego.diagnostics import Problem
from lego.shapes import Size, symbol
from lego.spec.dims import evaluate_dim

H, N, T, h = map(symbol, "HNTh")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("N", N),
        ("32*h", 32 * h),
        (" T + 1 ", T + 1),
        ("(H - 1)//2 + 1", (H + 1) // 2),
        ("2*3", 6),
        ("-1", -1),
        ("N*T", N * T),
        ("len", symbol("len")),
    ],
)
def test_sizes(text: str, size: Size) -> None:
    assert evaluate_dim(text, {"width"}) == size


TOO_LARGE = "a size has more than 64 terms, or one of more than 8 factors"
KNOWN = "a dim is an integer, a symbol, or + - * // of them; `$` begins an expression with parameters"


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("width", "bad-value: `width` is a parameter, and bare names are symbols", "write `$width`"),
        ("2*width", "bad-value: `width` is a parameter, and bare names are symbols", "write `$width`"),
        ("H/2", "bad-expression: `H/2`: `/` does not give an integer", "write `//`"),
        ("H//0", "bad-expression: `H//0`: the size H is divided by zero", None),
        ("H % 2", "bad-expression: `H % 2`: this is no dim", KNOWN),
        ("H**2", "bad-expression: `H**2`: this is no dim", KNOWN),
        ("1.5", "bad-expression: `1.5`: this is no dim", KNOWN),
        ("True", "bad-expression: `True`: this is no dim", KNOWN),
        ("x.y", "bad-expression: `x.y`: this is no dim", KNOWN),
        ("min(H, 3)", "bad-expression: `min(H, 3)`: this is no dim", KNOWN),
        ("é", "bad-expression: `é`: this is no dim", KNOWN),
        ("h w", "bad-expression: `h w` cannot be read from `w` on", KNOWN),
        ("lambda", "bad-expression: `lambda` cannot be read to its end", KNOWN),
        ("(h", "bad-expression: the brackets of `(h` do not match", "close each bracket"),
        ("", "bad-expression: a dim is expected, and this text is empty", KNOWN),
        (
            "h" + "*h" * 8,
            "limit: `h*h*h*h*h*h*h*h*h`: a size has more than 64 terms, or one of more than 8 factors",
            None,
        ),
    ],
)
def test_mistakes(text: str, message: str, help: str | None) -> None:
    with pytest.raises(Problem) as raised:
        evaluate_dim(text, {"width"})
    assert f"{raised.value.code}: {raised.value.message}" == message
    assert raised.value.help == help


@given(st.one_of(st.text(), st.lists(st.sampled_from([*list("HT120+-*/()$. \n\x00"), "//"]), max_size=20).map("".join)))
def test_any_text_is_a_size_or_a_problem(text: str) -> None:
    try:
        evaluate_dim(text)
    except Problem as problem:
        assert problem.message
