"""Expressions: what they give, the whole text of each mistake, and what no text can do."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lego.diagnostics import Problem
from lego.shapes import Dim, Shape, maximum, minimum, symbol
from lego.spec.evaluate import evaluate
from lego.spec.expression import RESERVED, is_expression, parse_expression, unescape
from lego.spec.limits import Limits
from lego.spec.values import Value
from tests.effort import calls_of

a, b, c, d, e, f, H, N, W = map(symbol, "abcdefHNW")
OPAQUE = object()
NAMES: dict[str, Value] = {
    **{str(name): name for name in (a, b, c, d, e, f, H, N, W)},
    "width": 64,
    "stages": [3, 4, 6, 3],
    "item": {"planes": 64, "blocks": 2},
    "shape": Shape([N, 3, H, W]),
    "channels": 3,
    "name": "relu",
    "flag": True,
    "none": None,
    "opaque": OPAQUE,
    "x": 1.5,
}


def lookup(name: str) -> Value:
    if name not in NAMES:
        raise Problem("unknown-name", f"there is no `{name}`")
    return NAMES[name]


def value(text: str, limits: Limits = Limits()) -> Value:  # noqa: B008 - it is frozen
    return evaluate(parse_expression(text, limits), lookup, limits)


VALUES: list[tuple[str, Value]] = [
    ("width", 64),
    (" width ", 64),
    ("(4 * width)", 256),
    ("(2 if width == 64 else 1)", 2),
    ("stages[0] + stages[-1]", 6),
    ("stages[1:]", [4, 6, 3]),
    ("stages[::-1]", [3, 6, 4, 3]),
    ("stages == [3, 4, 6, 3]", True),
    ("(1, 2)", [1, 2]),
    ("[1] * 2 + 2 * [width]", [1, 1, 64, 64]),
    ("item.planes * item['blocks']", 128),
    ("item == item", True),
    ("[item, item][1].planes", 64),
    ("len(stages) + len(shape) + len(item)", 10),
    ("sum(stages)", 16),
    ("sum([])", 0),
    ("max(stages)", 6),
    ("min(3, 2.5)", 2.5),
    ("range(1, 7, 2)", [1, 3, 5]),
    ("range(3, 0)", []),
    ("ceil(x) + floor(x) + round(2.5)", 5),
    ("round(2.567, 2)", 2.57),
    ("sqrt(width)", 8.0),
    ("7 / 2", 3.5),
    ("-7 // 2", -4),
    ("2 ** -1", 0.5),
    ("0 < width <= 64 != 3", True),
    ("not flag or name == 'relu' and none == None", True),
    ("name in ['gelu', 'relu'] and 3 not in stages[1:3]", True),
    ("'a' 'b'", "ab"),
    ("opaque", OPAQUE),
    ("opaque == opaque != width", True),
    ("7 if opaque else 8", 7),
    ("name or undefined", "relu"),
    ("1 if True else undefined", 1),
    ("flag or undefined", True),
    ("1e999", math.inf),
    ("shape", [N, 3, H, W]),
    ("shape[2] // 2", H // 2),
    ("shape[-1] * channels", 3 * W),
    ("shape == [N, 3, H, W]", True),
    ("(2 * H + 4) / 2", H + 2),
    ("H * W / W", H),
    ("H - H", 0),
    ("H ** 2", H**2),
    ("(2 * H + 1) % 2", 1),
    ("sum([H, W, 1])", H + W + 1),
    ("ceil(H) - round(H) + floor(H) + round(H, 2)", 2 * H),
    ("min(H, 3)", minimum(H, 3)),
    ("max([H, W])", maximum(H, W)),
    ("H >= 1 and not H < 1 and H + 1 > H", True),
    ("H == H + 1", False),
    ("H == 1.5", False),
    ("H == 'H'", False),
    ("[H, 1] == [W, 2]", False),
    ("H in [W, H]", True),
    ("3 if H else 4", 3),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_values(text: str, expected: Value) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


MISTAKES = [
    "item['planez']",
    "item.planez",
    "H/2",
    "H == W",
    "H<=W",
    "sqrt(H)",
    "H*0.5",
    "width*flag",
    "name+'x'",
    "1/0",
    "H//0",
    "10**10**10",
    "[0]*10**9",
    "range(10**9)",
    "range(10**18,0,-1)",
    "opaque + 1",
    "len(opaque)",
    "stages[9]",
    "stages[H]",
    "stages[1.5]",
    "stages[True]",
    "lambda: 1",
    "[x for x in stages]",
    "f'{x}'",
    "(y:=1)",
    "max(*stages)",
    "max(key=1)",
    "foo(1)",
    "item.planes()",
    "x.y",
    "width^2",
    "a if",
    "",
    "(",
    "((1)",
    "1 2",
    "a b",
    "x = 3",
    "x is 3",
    "{1:2}",
    "1j",
    "...",
    "(-8)**0.5",
    "0**-1",
    "round(3,-10**9)",
    "len",
    "999999999999999999999999999999",
    "ceil(1e999)",
    "(H+W+N+a+b+c+d+e)**60",
    "(H+W+N+a+b+c+d+e+f)**8",
    "[H] == [W]",
    "3:30",
    "\x00",
    "[[0]*100]*101",
    "[[0]*10000]*10000==1",
    "sum(1)",
    "min([])",
    "H < 2.5",
    "'abc'[0]",
    "width[0]",
    "2.0**5000",
    "H**H",
    "H**-1",
    "2**H",
    "width / 0",
    "x // 0",
    "-name",
    "stages[0, 1]",
    "item[stages[1:2, 3]]",
    "round(H, -1)",
    "range(H)",
    "range(1.5)",
    "range(1, 2, 0)",
    "stages[::0]",
    "name[1:]",
    "stages['a']",
    "1 in 'a'",
    "name < 1",
    "min(name)",
    "min(H, 1.5)",
    "sqrt(-1)",
    "sqrt(name)",
    "round(1, True)",
    "max()",
    "len(1, 2)",
    "round(1.5, 1, 2)",
    "stages * H",
    "stages * 1.5",
    "H % 0",
    "b'a'",
    "a @ b",
    "a | b",
    "~a",
    "a << b",
    "{1, 2}",
    "+True",
    "[1, 2] + 3",
    "x := 1",
]


def refusal(text: str) -> str:
    with pytest.raises(Problem) as raised:
        value(text)
    found = raised.value
    return f"{found.code}: {found.message}" + (f"\n    {found.help}" if found.help else "")


def test_mistakes(golden: Callable[[str, str], None]) -> None:
    golden("spec/expressions.txt", "\n".join(refusal(text) for text in MISTAKES))


def test_the_problem_of_a_name_passes_unchanged() -> None:
    assert refusal("1 + undefined") == "unknown-name: there is no `undefined`"


def test_names() -> None:
    assert parse_expression("len(shape) + item.planes if a else [b, sqrt(2)]").names == {"shape", "item", "a", "b"}
    assert str(parse_expression("(4 * width)")) == "$(4 * width)"
    assert {"shape", "index", "item", "len", "True"} <= RESERVED


def test_dollars() -> None:
    assert is_expression("$width") and is_expression("$")
    assert not is_expression("$$width") and not is_expression("width $x")
    assert [unescape(text) for text in ("$$width", "$$$", "$width", "width")] == ["$width", "$$", "$width", "width"]


def test_limits() -> None:
    assert value("[1, 2]", Limits(items=2)) == [1, 2]
    for text, limits in [
        ("[1, 2, 3]", Limits(items=2)),
        ("1 + 1", Limits(work=2)),
        ("1 + 1", Limits(integer=1)),
        ("1 + 1", Limits(expression=4)),
    ]:
        with pytest.raises(Problem) as raised:
            value(text, limits)
        assert raised.value.code == "limit"
        assert raised.value.help is not None and raised.value.help.startswith("only the caller can raise this bound")


def nested(step: str, times: int, start: str = "a") -> str:
    text = start
    for _ in range(times):
        text = step.format(text)
    return text


NASTY = [
    "(" * 300 + "1" + ")" * 300,
    "[" * 150 + "]" * 150,
    "-" * 999,
    "not " * 200 + "1",
    "-" * 900 + "1",
    "+".join("1" * 400),
    "x" * 1_001,
    "9" * 1_000,
    "9**" * 300 + "9",
    "10**10**10",
    "2**63 + 1",
    "-(2**63) - 1",
    "[0]*10**9",
    "10**9*[0]",
    "range(10**18)",
    "range(10**18, 0, -1)",
    nested("[{0}, {0}]", 8),
    nested("({}*10)", 80, "[0]"),
    "[[0]*10000]*10000",
    "[[[0]*100]*100]*100 == [[[0]*100]*100]*100",
    "(H+W+N+a+b+c+d+e)**60",
    "*".join(["(H+W+N+a+b+c+d+e+f)"] * 40),
    "*".join(["H"] * 400),
    "H**60",
    nested("({}**8)", 20),
    nested("max(({}+1)*2, b)", 25) + " < 3",
    "+".join(f"min(H*{i}, W+{i})" for i in range(2, 40)) + " > 3",
    "sum([" + ",".join(f"max(a*{i}, {i}*b-1)" for i in range(2, 40)) + "]) > 3",
    nested("({}+1)//b", 60),
    "round(1, -10**18)",
    "1e308**2.5",
    "'" + "a" * 990,
    "f'{1}'" * 100,
    "\0",
    "\ud800",
    "\\",
    "1_0" + "0" * 900,
    "0x" + "f" * 900,
    "if " * 300,
    "lambda:" * 140 + "1",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_texts_are_little_work(text: str) -> None:
    def evaluated() -> None:
        with suppress(Problem):
            value(text)

    assert calls_of(evaluated) < 100_000


WORDS = st.sampled_from(
    [
        *("width", "stages", "item", "shape", "H", "name", "flag", "x", "len", "min", "range", "sqrt", "round", "sum"),
        *("0", "1", "2", "-1", "1.5", "True", "None", "'a'", " if ", " else ", " and ", " or ", "not ", " in ", " is "),
        *"()[]{},.:+-*/%<>=!^&|~@#\\'\" \n\t\0é",
        *("//", "**", "==", "<=", "lambda ", " for ", "f'", ":=", "..."),
    ]
)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=30).map("".join)))
def test_any_text_has_a_value_or_a_problem(text: str) -> None:
    try:
        value(text)
    except Problem as problem:
        assert problem.message


OPERATORS = st.sampled_from("+ - * / // % < <= == != > >= and or".split())


def numeric(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(parts, min_size=1, max_size=3).map(", ".join)
    functions = st.sampled_from(["min", "max", "len", "sum"])
    return st.one_of(
        st.tuples(parts, OPERATORS, parts).map(lambda three: "({} {} {})".format(*three)),
        st.tuples(parts, st.integers(-2, 3)).map(lambda two: "({} ** {})".format(*two)),
        st.tuples(st.sampled_from(["-{}", "+{}", "not {}", "ceil({})", "floor({})", "round({})"]), parts).map(
            lambda two: f"({two[0].format(two[1])})"
        ),
        st.tuples(parts, parts, parts).map(lambda three: "({} if {} else {})".format(*three)),
        st.tuples(functions, items).map(lambda two: f"{two[0]}([{two[1]}])"),
        st.tuples(items, st.integers(-3, 3)).map(lambda two: f"[{two[0]}][{two[1]}]"),
        st.tuples(items, st.integers(-3, 3)).map(lambda two: f"sum([{two[0]}][{two[1]}:])"),
        st.tuples(parts, items).map(lambda two: f"({two[0]} in [{two[1]}])"),
        st.tuples(parts, parts, parts).map(lambda three: "({} < {} <= {})".format(*three)),
    )


NUMBERS = st.sampled_from(["0", "1", "2", "7", "1.5", "-3", "p", "q"])
PYTHON = {
    "ceil": math.ceil,
    "floor": math.floor,
    "__builtins__": {"min": min, "max": max, "len": len, "sum": sum, "round": round},
}


@given(st.recursive(NUMBERS, numeric, max_leaves=8), st.integers(-5, 5), st.floats(-4, 4))
def test_expressions_are_pythons(text: str, p: int, q: float) -> None:
    names: dict[str, Value] = {"p": p, "q": q}
    try:
        found = evaluate(parse_expression(text), names.__getitem__)
    except Problem as problem:
        assert is_refused_rightly(problem, text, names)
    else:
        expected = eval(text, PYTHON, names)
        assert found == expected or (math.isnan(found) and math.isnan(expected))
        assert type(found) is type(expected)


def is_refused_rightly(problem: Problem, text: str, names: dict[str, Value]) -> bool:
    """Python refuses too, or gives what no expression may have: a boolean that counts, a complex number, a giant."""
    if any(word in problem.message for word in ("true", "false")):
        return True
    try:
        expected = eval(text, PYTHON, names)
    except (ArithmeticError, ValueError, IndexError, TypeError):
        return True
    return problem.code == "limit" or isinstance(expected, complex)


@given(st.recursive(NUMBERS, numeric, max_leaves=8), st.integers(1, 6))
def test_symbols_agree_with_their_numbers(text: str, number: int) -> None:
    """What is decided for all values of a symbol is so for each."""
    names: dict[str, Value] = {"p": symbol("S"), "q": 2}
    try:
        found = evaluate(parse_expression(text), names.__getitem__)
    except Problem:
        return
    if not isinstance(found, Dim):
        assert found == evaluate(parse_expression(text), {"p": number, "q": 2}.__getitem__)
