"""Where the user's Python calls the builder: the place of the call, and of each of its arguments."""

from __future__ import annotations

import ast
import linecache
import os
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType

from lego.diagnostics import NOWHERE, Source, Span

_OURS = (f"{Path(__file__).parent.parent}{os.sep}", str(ast.__file__))
"""The files whose calls are not the user's: this package, and the walk through the trees of expressions."""


@dataclass(frozen=True, slots=True)
class Site:
    """A call in the user's text: its place, and those of its arguments by position and name."""

    span: Span
    positional: tuple[Span, ...] = ()
    keywords: tuple[tuple[str, Span], ...] = ()

    def argument(self, key: int | str) -> Span:
        """The place of an argument, of the call where the text does not show it."""
        if isinstance(key, str):
            return dict(self.keywords).get(key, self.span)
        return self.positional[key] if key < len(self.positional) else self.span


def calling() -> Site:
    """The innermost call that was not written in this package."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage] - as warnings and logging do
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return Site(NOWHERE) if frame is None else _site(frame.f_code, frame.f_lasti)


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    """A file of Python: its source, and the calls in it by their place."""

    source: Source
    lines: list[str]
    calls: dict[tuple[int, int, int, int], ast.Call]
    functions: dict[tuple[int, str], ast.FunctionDef]
    sites: dict[tuple[CodeType, int], Site]

    def span(self, line: int, start: int, end_line: int | None, end: int | None) -> Span:
        """Columns of Python count bytes; what goes on in the next line is marked up to the end of its first."""
        data = self.lines[line - 1].rstrip("\n").encode() if line <= len(self.lines) else b""
        stop = end if end_line == line and end is not None else len(data)
        length = len(data[start:stop].decode(errors="replace"))
        return Span(self.source, line, len(data[:start].decode(errors="replace")) + 1, max(1, length))

    def of(self, node: ast.expr | ast.keyword | ast.arg | ast.stmt) -> Span:
        """The place of a piece of syntax."""
        return self.span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


_texts: dict[str, _Text] = {}


def _text(code: CodeType) -> _Text:
    name = code.co_filename
    lines = linecache.getlines(name)
    known = _texts.get(name)
    if known is None or known.lines is not lines:
        text = "".join(lines)
        try:
            nodes = list(ast.walk(ast.parse(text)))
        except (SyntaxError, ValueError):  # a notebook's cell may have lines that are not Python
            nodes = []
        calls = {
            (node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0): node
            for node in nodes
            if isinstance(node, ast.Call)
        }
        functions = {(node.lineno, node.name): node for node in nodes if isinstance(node, ast.FunctionDef)}
        known = _texts[name] = _Text(Source(_shown(name), text), lines, calls, functions, {})
    return known


def _shown(name: str) -> str:
    """A file by its path from here, where it is below."""
    path = Path(name)
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_absolute() and path.is_relative_to(here) else name


def _site(code: CodeType, instruction: int) -> Site:
    text = _text(code)
    key = (code, instruction)
    if key not in text.sites:
        text.sites[key] = _found(text, code, instruction)
    return text.sites[key]


def _found(text: _Text, code: CodeType, instruction: int) -> Site:
    positions = islice(code.co_positions(), instruction // 2, None)
    line, end_line, start, end = next(positions, (None, None, None, None))
    if line is None or start is None:
        return Site(Span(text.source, line or code.co_firstlineno, 1))
    span = text.span(line, start, end_line, end)
    call = text.calls.get((line, end_line or 0, start, end or 0))
    if call is None or any(isinstance(one, ast.Starred) for one in call.args):
        return Site(span)
    keywords = tuple((one.arg, text.of(one)) for one in call.keywords if one.arg is not None)
    return Site(span, tuple(map(text.of, call.args)), keywords)


def of_function(code: CodeType) -> tuple[Span | None, dict[str, Span]]:
    """Where a function is defined: its name, if it has one, and each of its parameters."""
    text = _text(code)
    found = [
        node
        for (_, name), node in text.functions.items()
        if name == code.co_name and code.co_firstlineno in (node.lineno, *(one.lineno for one in node.decorator_list))
    ]
    if not found:
        return None, {}
    [function, *_] = found
    start = function.col_offset + len("def ")
    span = text.span(function.lineno, start, function.lineno, start + len(function.name.encode()))
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return span, {one.arg: text.of(one) for one in arguments}
