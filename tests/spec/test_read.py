"""Reading YAML: positions, values, and the whole text of each mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lego.diagnostics import Problem, Source, Span, SpecError
from lego.spec import compose
from lego.spec.limits import Limits
from lego.spec.read import read, read_source
from lego.spec.tree import Mapping, Scalar, Sequence, Tree, to_value
from tests.effort import calls_of


def tree(text: str, limits: Limits = Limits()) -> Tree:  # noqa: B008 - it is frozen
    return read(Source("spec.yaml", text), limits)


def mistakes(text: str, limits: Limits = Limits()) -> list[str]:  # noqa: B008
    with pytest.raises(SpecError) as raised:
        tree(text, limits)
    return [
        f"{found.span.line}:{found.span.column}+{found.span.length} {found.code}: {found.message}"
        + (f" ({found.help})" if found.help else "")
        for found in raised.value.diagnostics
    ]


def refusal(text: str) -> str:
    with pytest.raises(SpecError) as raised:
        tree(text)
    return str(raised.value)


def place(span: Span) -> tuple[int, int, int]:
    return span.line, span.column, span.length


def test_positions() -> None:
    found = tree("graph:\n  conv: {Conv2d: [64, '3']}\n  é: |\n    a\n    b\nlast: \"x\n  y\"\n")
    assert isinstance(found, Mapping)
    graph, last = found.get("graph"), found.get("last")
    assert isinstance(graph, Mapping)
    assert place(found.span) == (1, 1, 5)
    assert place(graph.span) == (2, 3, 4)
    [(conv, arguments), (accented, block)] = graph
    assert place(conv.span) == (2, 3, 4)
    assert isinstance(arguments, Mapping) and arguments.flow and not graph.flow
    assert place(arguments.span) == (2, 9, 1)
    [(_, items)] = arguments.entries
    assert isinstance(items, Sequence)
    assert place(items.span) == (2, 18, 1)
    number, text = items
    assert isinstance(number, Scalar) and number.plain and number.value == 64 and place(number.span) == (2, 19, 2)
    assert isinstance(text, Scalar) and not text.plain and text.value == "3" and place(text.span) == (2, 23, 3)
    assert place(accented.span) == (3, 3, 1)
    assert place(block.span) == (3, 6, 1)
    assert last is not None and place(last.span) == (6, 7, 2)


def test_values() -> None:
    text = "{a: [1, 1.5, true, ~, on, '1', $x, $$y], 1: {Add, from: [x, r]}, e: }"
    expected = {"a": [1, 1.5, True, None, "on", "1", "$x", "$$y"], "1": {"Add": None, "from": ["x", "r"]}, "e": None}
    assert to_value(tree(text)) == expected


def test_brackets_that_match_need_no_quotes() -> None:
    text = "{a: $(4 * width), Rearrange: b (h w) c -> b h w c}"
    assert to_value(tree(text)) == {"a": "$(4 * width)", "Rearrange": "b (h w) c -> b h w c"}
    assert to_value(tree("a: $max(3, 4)\nb: $stages[0]\ndoc: 1) first")) == {
        "a": "$max(3, 4)",
        "b": "$stages[0]",
        "doc": "1) first",
    }


MISTAKES = [
    "a:\n\tb: 1\n",
    "a:\n  b: 1\n\tc: 2\n",
    "a: [1, 2\nb: 3\n",
    "a: {x: 1\nb: 2\n",
    "a: [1, 2",
    "a: ]",
    "a: 1\n b: 2\n",
    "a:\n  b: 1\n c: 2\n",
    "a:\n  - 1\n - 2\n",
    "a: b: c\n",
    "a: - b\n",
    "a: 1\nfoo\nb: 2\n",
    "a: 'x\nb: 1\n",
    'a: "x\\q"\n',
    'a: "\\xzz"',
    "a: @x\n",
    "a: `x`",
    "a: %x",
    "a: *\n",
    "a: & b\n",
    "a: !<\n",
    "%FOO\n---\na: 1\n",
    "a: |x\n  b\n",
    "[1] 2\n",
    "a: 1\n}\n",
    "{x: $stages[0]}\n",
    "[$a[0], 2]\n",
    "a: {x: $max(a: b)}",
    "a: $max(a: b)",
    "- $max(a: b)",
    "{a: b}: c",
    "[a]: c",
    "? [a]\n: c",
    "a: \x01b",
    "a: b\n  c: d",
    "a: 'x' y",
    "a: {b: c}} ",
    "a: [b,,c]",
    "a: {b: 1 c: 2}",
    "a: {b: 1\n  c: 2}",
    "{a: {b: }\n",
    "a: !!str 1\n",
    "- a\nb: 1\n",
    "a: 1\n- b\n",
    'a: "x" : 3',
    "- - a\n -b",
    "a: {b: [1, 2}",
    "[1, 2)}",
    "{a: $x[1], b: 2}",
    "a: {b: 'x}\nc: 3",
    "a: >0\n x",
    "a:\n\t- 1",
    "\ta: 1",
    "a: |\n\tx",
    "%YAML 1.1\n---\na: 1",
    "%YAML 3.1\n---\na: 1",
    "a: 1\n---\nb: 1",
    "{a, b",
    "a: 'x\n---\n",
    "a: {x: $max(3, 4), y: 2}\nb: [$min(a,\n  b)]\n",
    "a: {x: $(3, y: 2}",
    '{a: $(x == "[", y)}',
    "{doc: see (a, b)}",
    "",
    "# x\n",
    "---\n",
    "b: *x\n",
    "<<: *x\n",
    "a: 1\nb: 2\na: 3\n'a': 4\n",
    "a: 9223372036854775809",
    "a: 0x8000000000000001",
]


def test_mistakes(golden: Callable[[str, str], None]) -> None:
    golden("spec/yaml.txt", "\n\n".join(f"----- {text!r}\n{refusal(text)}" for text in MISTAKES))


def test_syntax_hides_no_other_mistakes() -> None:
    assert [text.split(":", 2)[1] for text in mistakes("a: {b: 1, b: 2}\nb: [1, 2\n")] == [
        "11+1 duplicate-key",
        "4+1 yaml-syntax",
    ]


def test_an_unquoted_expression_hides_what_follows_from_it() -> None:
    assert len(mistakes("a: 1\na: {x: $max(1, 1), y: $min(1, 1)}\n")) == 2


def test_what_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes("\ufefflego: 1 # é\n".encode())
    assert read_source(path) == Source(str(path), "lego: 1 # é\n")
    path.write_bytes(b"lego: 1\nname: \xc3\xa9\xff\n")
    with pytest.raises(SpecError) as raised:
        read_source(path)
    [found] = raised.value.diagnostics
    assert found.message == "the byte 0xff is not UTF-8, the encoding of every spec"
    assert place(found.span) == (2, 8, 1)
    for missing, message in {
        path.parent / "none.yaml": "there is no file `{}`",
        path / "below": "there is no file `{}`",
        path.parent: "`{}` is a directory, a spec is a file",
    }.items():
        with pytest.raises(Problem) as problem:
            read_source(missing)
        assert problem.value.code == "not-found"
        assert problem.value.message == message.format(missing)
    with pytest.raises(Problem, match=r"there is no file|cannot be read"):
        read_source("\0")


def test_characters_that_yaml_does_not_have() -> None:
    assert mistakes("a: 1\nb: \x01") == [
        "2:4+1 yaml-syntax: the character U+0001 cannot stand in YAML "
        "(leave it out, or write it as an escape in double quotes)"
    ]
    assert mistakes("a: \ud800")[0].startswith("1:4+1 yaml-syntax: the character U+D800")


HELP = " (only the caller can raise this bound: lego.load(path, limits=lego.Limits({}=…)))"


def test_limits() -> None:
    assert mistakes("a: [[1]]", Limits(depth=2)) == [
        "1:5+1 limit: the document is nested more than 2 deep, the bound `depth`" + HELP.format("depth")
    ]
    assert mistakes("a: [1, 2, 3]", Limits(tree=4)) == [
        "1:8+1 limit: the document has more than 4 keys and values, the bound `tree`" + HELP.format("tree")
    ]
    assert mistakes("a: é", Limits(text=4)) == [
        "1:1+1 limit: the document is larger than 4 bytes, the bound `text`" + HELP.format("text")
    ]
    assert mistakes("a: 101\nb: 100", Limits(integer=100)) == [
        "1:4+3 limit: this integer is larger than 100, the bound `integer`" + HELP.format("integer")
    ]
    assert mistakes("[[], [], []]", Limits(tree=3)) == [
        "1:10+1 limit: the document has more than 3 keys and values, the bound `tree`" + HELP.format("tree")
    ]
    assert to_value(tree("a: [[1]]", Limits(depth=3, tree=5, text=8, integer=1))) == {"a": [[1]]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 30_000, "limit"),
        ("{a: " * 30_000, "limit"),
        ("- " * 30_000, "limit"),
        ("? " * 30_000, "yaml-syntax"),
        ("a: " + "9" * 1_000_000, "limit"),
        ("a: " + "(" * 100_000, None),
        ("[" + "(" * 100_000 + "]", "yaml-syntax"),
        ("a: '" + "x" * 1_000_000, "yaml-syntax"),
        ("a: &a [x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(100)), "yaml-syntax"),
        ("[" + "$x(1, " * 5_000, "yaml-syntax"),
        ("a: 1\n" * 100_000, "duplicate-key"),
        ("[" + "*a, " * 100_000 + "]", "yaml-syntax"),
    ],
)
def test_nasty_texts_are_little_work(text: str, code: str | None) -> None:
    def read() -> None:
        try:
            tree(text)
        except SpecError as error:
            assert error.diagnostics[0].code == code
        else:
            assert code is None

    assert calls_of(read) < 5 * len(text)


def test_reading_is_linear() -> None:
    def work(count: int) -> int:
        text = "".join(f"n{index:05}: {{Linear: 16}}\n" for index in range(count))
        return calls_of(lambda: tree(text))

    assert work(20_000) < 10.1 * work(2_000)


PIECES = st.sampled_from(
    [*"abx01$&*!|>%@`'\"#?:-,[]{}() \n\t\\é\x85\ufeff", "  ", ": ", "- ", "\n  ", "$a[0]", "<<", "---\n"]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = to_value(tree(text))
    except SpecError as error:
        lines = text.splitlines() or [""]
        for diagnostic in error.diagnostics:
            assert 1 <= diagnostic.span.line <= len(lines) + 1
            assert diagnostic.span.column >= 1
        assert str(error)
    else:
        assert found is not None or text.strip()


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_without_libyaml(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose, "_Loader", yaml.SafeLoader)
        try:
            tree(text)
        except SpecError as error:
            assert error.diagnostics


@pytest.mark.parametrize("text", ["a: [1, 'b', {c: ~}]\nd: |\n  e\n", "a: [$b[0]]", "a: 1\n b: 2", "a: 'x"])
def test_libyaml_and_its_fallback_agree(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome() -> object:
        try:
            return to_value(tree(text))
        except SpecError as error:
            return str(error)

    expected = outcome()
    monkeypatch.setattr(compose, "_Loader", yaml.SafeLoader)
    assert outcome() == expected
