"""A diagnostic as text: the line it stands on, carets below, the evidence in columns, the help."""

from __future__ import annotations

from lego.diagnostics.diagnostic import Diagnostic, Note

_WIDEST = 160  # a longer source line is cut around the marked place, so that the carets stay on screen


def render(diagnostic: Diagnostic) -> str:
    """The text of one diagnostic, as `lego check` prints it; several lines, no final newline."""
    span = diagnostic.span
    about = f" {diagnostic.path}:" if diagnostic.path else ""
    head = (
        f"{span.source.name}:{span.line}:{span.column}: "
        f"{diagnostic.severity}[{diagnostic.code}]{about} {diagnostic.message}"
    )
    return "\n".join([head, *_excerpt(diagnostic), *_notes(diagnostic.notes), *_help(diagnostic)])


def _excerpt(diagnostic: Diagnostic) -> list[str]:
    span = diagnostic.span
    line = span.source.line(span.line).replace("\t", " ")
    if not line.strip():
        return []
    start = max(0, span.column - 1 - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = line[start : start + _WIDEST].rstrip()
    offset = span.column - 1 - start
    carets = "^" * max(1, min(span.length, len(shown) - offset))
    gutter = " " * len(str(span.line))
    return [f"{gutter} |", f"{span.line} | {shown}", f"{gutter} | {' ' * offset}{carets}"]


def _notes(notes: tuple[Note, ...]) -> list[str]:
    label = max((len(note.label) for note in notes), default=0)
    text = max((len(note.text) for note in notes if note.remark), default=0)
    return [f"   = {note.label:<{label}}  {note.text:<{text}}   {note.remark}".rstrip() for note in notes]


def _help(diagnostic: Diagnostic) -> list[str]:
    if diagnostic.help is None:
        return []
    first, *rest = diagnostic.help.splitlines()
    return [f"   = help: {first}", *(f"           {line}" for line in rest)]
