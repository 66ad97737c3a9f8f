"""What is said about a mistake, and the exceptions that carry it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lego.diagnostics.span import Span

Severity = Literal["error", "warning"]


class Note(NamedTuple):
    """One line of evidence: what it is about, what was found there, and where that came from."""

    label: str
    text: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, at one place.

    Attributes:
        code: A stable word from `lego.diagnostics.codes`.
        message: What is wrong, in one sentence without a full stop.
        span: The place to mark.
        path: The node it concerns (`layer2.0.body`), or empty.
        severity: A warning leaves the spec sound.
        notes: What was found and where it came from.
        help: What to write instead, where that is known.
    """

    code: str
    message: str
    span: Span
    path: str = ""
    severity: Severity = "error"
    notes: tuple[Note, ...] = ()
    help: str | None = None

    @property
    def file(self) -> str:
        """The file, as its reader named it."""
        return self.span.source.name

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self.span.line

    @property
    def column(self) -> int:
        """The column, counted from 1."""
        return self.span.column

    def __str__(self) -> str:
        from lego.diagnostics.render import render

        return render(self)

    def to_json(self) -> dict[str, object]:
        """The fields that `--format json` prints."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "severity": self.severity,
            "code": self.code,
            "path": self.path,
            "message": self.message,
            "help": self.help,
        }


class Problem(Exception):
    """A bare cause, raised where a rule is broken and nothing is known of files or nodes.

    The pass that called the rule catches it and adds the place: `problem.at(span, path)`.
    """

    def __init__(self, code: str, message: str, *, notes: Iterable[Note] = (), help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.notes = tuple(notes)
        self.help = help

    def at(self, span: Span, path: str = "") -> Diagnostic:
        """The diagnostic of this cause at a place."""
        return Diagnostic(self.code, self.message, span, path, "error", self.notes, self.help)


class SpecError(Exception):
    """A spec is wrong; `diagnostics` says where and why, errors and warnings in document order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.diagnostics))
