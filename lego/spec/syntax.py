"""What is wrong with a text that is not YAML, in our words."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from yaml import MarkedYAMLError

from lego.diagnostics import Diagnostic, Problem, Source, Span
from lego.spec.quoting import whole

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Cause(NamedTuple):
    """Our words for what a parser says: where both parts of its report are found, and which place counts."""

    context: str
    problem: str
    message: str
    help: str | None = None
    at_start: bool = False  # the place where the unfinished thing began


_AFTER_A_VALUE = ("the value of this line ends before this", "leave this out, or quote the whole value")
_CAUSES = (
    _Cause("alias", "", "a text cannot begin with `*`", "quote it; a spec has no aliases", True),
    _Cause("anchor", "", "a text cannot begin with `&`", "quote it; a spec has no anchors", True),
    _Cause("tag", "", "a spec has no tags", "quote a text that begins with `!`", True),
    _Cause("", "undefined tag handle", "a spec has no tags", "quote a text that begins with `!`"),
    _Cause("directive", "", "a spec has no directives", "leave out the line that begins with `%`", True),
    _Cause("", "directive", "a spec has no directives", "leave out the line that begins with `%`"),
    _Cause("", "incompatible YAML", "a spec has no directives", "leave out the line that begins with `%`"),
    _Cause("quoted scalar", "unexpected", "this quoted text is never closed", "end it with the same quote", True),
    _Cause(
        "quoted scalar",
        "",
        "a backslash in double quotes begins an escape, and this one is not known",
        "write it twice, or use single quotes",
    ),
    _Cause("block scalar", "tab", "a tab indents this line, YAML indents with spaces", "use spaces"),
    _Cause(
        "block scalar",
        "",
        "the text after `|` or `>` begins on the next line",
        "break the line, or quote a text that begins with `|` or `>`",
    ),
    _Cause("", "tab", "a tab indents this line, YAML indents with spaces", "use spaces"),
    _Cause(
        "",
        "mapping values are not allowed",
        "`: ` cannot stand here: this line is a value already, or is indented too far",
        "quote a text that has `: ` in it, or write the mapping in braces or on lines of its own",
    ),
    _Cause(
        "",
        "sequence entries are not allowed",
        "a list written with `- ` cannot begin on the line of its key",
        "begin it on the next line, or write it in brackets",
    ),
    _Cause("", "mapping keys are not allowed", "a key cannot begin here", "quote a text that begins with `?`"),
    _Cause(
        "simple key", "", "this line has no `: `, where a key and its value are expected", "write `key: value`", True
    ),
    _Cause("flow node", "", "a value is expected here", "leave out the comma, or close the bracket before it"),
    _Cause("block node", "", "a value is expected here", "quote a text that begins with a bracket or a sign"),
    _Cause(
        "block mapping",
        "",
        "this does not belong to the mapping around it",
        "give the keys of one mapping the same indentation",
    ),
    _Cause(
        "block collection",
        "",
        "this does not belong to the list around it",
        "give every `-` of one list the same indentation",
    ),
    _Cause("", "<document start>", "the document ends before this", "put everything in one mapping"),
)


def explain(source: Source, failure: Exception) -> Diagnostic:
    """The diagnostic of a failure of PyYAML, from which only the kind and the place are taken."""
    if not isinstance(failure, MarkedYAMLError):
        return _forbidden(source)
    context, problem = failure.context or "", failure.problem or ""
    if "flow mapping" in context or "flow sequence" in context:
        return _unclosed(source, failure)
    if "block mapping" in context and _follows_a_value(source, failure.problem_mark):
        return _diagnostic(source, failure.problem_mark, *_AFTER_A_VALUE)
    if "cannot start any token" in problem:
        return _bad_start(source, failure.problem_mark)
    for cause in _CAUSES:
        if cause.context in context and cause.problem in problem:
            mark = failure.context_mark if cause.at_start else failure.problem_mark
            return _diagnostic(source, mark or failure.problem_mark, cause.message, cause.help)
    return _diagnostic(source, failure.problem_mark, "this is not YAML", None)


def _forbidden(source: Source) -> Diagnostic:
    found = _FORBIDDEN.search(source.text)
    if found is None:
        return Problem("yaml-syntax", "this is not YAML").at(Span(source, 1, 1))
    lines = source.text[: found.start() + 1].splitlines()
    message = f"the character U+{ord(found[0]):04X} cannot stand in YAML"
    help = "leave it out, or write it as an escape in double quotes"
    return Problem("yaml-syntax", message, help=help).at(Span(source, max(1, len(lines)), len(lines[-1]) or 1))


def _follows_a_value(source: Source, mark: Any) -> bool:
    return bool(source.line(mark.line + 1)[: mark.column].strip())


def _unclosed(source: Source, failure: MarkedYAMLError) -> Diagnostic:
    """The bracket was never closed; or it was, and something between is missing."""
    opening: Any = failure.context_mark
    bracket = source.line(opening.line + 1)[opening.column]
    closing = "]" if bracket == "[" else "}"
    if whole(source.text, opening.index, len(source.text)) is None:
        return _diagnostic(source, opening, f"this `{bracket}` is not closed", f"close it with `{closing}`")
    message = f"a `,` or the closing `{closing}` is expected here"
    return _diagnostic(source, failure.problem_mark, message, "quote a text that has `: ` or a bracket in it")


def _bad_start(source: Source, mark: Any) -> Diagnostic:
    character = source.line(mark.line + 1)[mark.column : mark.column + 1]
    if character == "\t":
        return _diagnostic(source, mark, "a tab indents this line, YAML indents with spaces", "use spaces")
    return _diagnostic(source, mark, f"a text cannot begin with `{character}`", "quote the text")


def _diagnostic(source: Source, mark: Any, message: str, help: str | None) -> Diagnostic:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Problem("yaml-syntax", message, help=help).at(Span(source, line, column))
