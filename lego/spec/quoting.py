"""Expressions that YAML cut apart because they were not quoted.

Inside `{…}` and `[…]` a comma or bracket ends a plain text, and `: ` makes it a key: `{x: $max(3, 4)}` has the two
keys `x` and `4)`. What is left has brackets that do not match, and so is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from yaml import MarkedYAMLError

from lego.diagnostics import Diagnostic, Problem, Source, Span
from lego.spec.tree import Scalar

_CLOSES = {")": "(", "]": "[", "}": "{"}
_BRACKET = re.compile(r"[()\[\]{}]")
_START = re.compile(r"""(?<![^\s\[{,])(?:"(?:\\.|[^"\\])*"|'(?:[^']|'')*'|\#.*|(?P<expression>\$))""")
_ENDS = re.compile(r":\s|\s#")
_CUT_IN_FLOW = re.compile(r"[\[\]{},]|:\s")
_CUT_IN_BLOCK = re.compile(r":\s")


def is_balanced(text: str) -> bool:
    """Whether every bracket of a text has its partner."""
    opened: list[str] = []
    for bracket in _BRACKET.findall(text):
        if bracket not in _CLOSES:
            opened.append(bracket)
        elif not opened or opened.pop() != _CLOSES[bracket]:
            return False
    return not opened


def cut_apart(source: Source, suspects: Iterable[Scalar], failure: Exception | None, in_flow: bool) -> list[Diagnostic]:
    """A diagnostic for each text that YAML cut apart.

    Args:
        source: The document.
        suspects: Plain scalars with unbalanced brackets, in document order.
        failure: What YAML itself stumbled over, if it did: an expression on that line may be the cause.
        in_flow: Whether it stumbled inside `{…}` or `[…]`.
    """
    found = list(_around(source, suspects))
    if found or not isinstance(failure, MarkedYAMLError):
        return found
    for mark in (failure.problem_mark, failure.context_mark):
        if mark is not None and not found:
            found = list(_on_line(source, mark.line + 1, in_flow))
    return found


def _around(source: Source, suspects: Iterable[Scalar]) -> Iterator[Diagnostic]:
    lines = _Lines(source.text)
    told = 0
    for scalar in suspects:
        offset = lines.offset(scalar.span.line, scalar.span.column)
        if offset >= told:
            meant = whole(source.text, offset)
            told = offset + len(meant) if meant else lines.offset(scalar.span.line + 1, 1)
            yield _diagnostic(scalar.span, scalar.text, meant)


def _on_line(source: Source, number: int, in_flow: bool) -> Iterator[Diagnostic]:
    line = source.line(number)
    start = _Lines(source.text).offset(number, 1)
    for found in _START.finditer(line):
        if found["expression"] is None:
            continue
        before = line[: found.start()]
        cuts = _CUT_IN_FLOW if in_flow or "[" in before or "{" in before else _CUT_IN_BLOCK
        meant = whole(source.text, start + found.start())
        if meant and cuts.search(meant):
            yield _diagnostic(Span(source, number, found.start() + 1), "", meant)


class _Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]

    def offset(self, line: int, column: int) -> int:
        return self._starts[min(line, len(self._starts)) - 1] + column - 1


def whole(text: str, offset: int, longest: int = 1_000) -> str | None:
    """The text meant to stand at an offset: up to where YAML would end it, but with its brackets closed; or None."""
    opened: list[str] = []
    part = text[offset : offset + longest]
    for index, character in enumerate(part):
        if character in "([{":
            opened.append(character)
        elif character in _CLOSES and opened:
            if opened.pop() != _CLOSES[character]:
                return None
        elif character == ")":
            return None
        elif not opened and (character in ",]}\n" or _ENDS.match(part, index)):
            return part[:index].rstrip()
    return None if opened else part.rstrip()


def _diagnostic(span: Span, piece: str, meant: str | None) -> Diagnostic:
    if meant is None:
        message = f"the brackets of `{piece}` do not match"
        help = "if YAML cut it at a comma, a bracket or a colon, quote the whole; else close the bracket"
        return Problem("yaml-syntax", message, help=help).at(span)
    text = " ".join(meant.split())
    kind = "expression" if text.startswith("$") else "text"
    quote = "'" if '"' in text else '"'
    problem = Problem(
        "yaml-syntax",
        f"YAML cuts `{text}` apart at its commas, brackets or colons",
        help=f"quote this {kind}: {quote}{text}{quote}",
    )
    first_line = meant.split("\n", 1)[0]
    return problem.at(span._replace(length=len(first_line)))
