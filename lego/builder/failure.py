"""How the builder says that something is wrong: at the user's line, at once."""

from __future__ import annotations

from lego.builder.place import calling
from lego.diagnostics import Note, Problem, Span, SpecError


class BuilderError(SpecError, TypeError):
    """A spec that Python code cannot go on writing; a `TypeError` too, as Python would raise for such a call."""


class NoAttribute(BuilderError, AttributeError):
    """An attribute that is not there, for `hasattr` and `getattr` with a default."""


def failure(
    code: str, message: str, help: str | None = None, span: Span | None = None, notes: tuple[Note, ...] = ()
) -> BuilderError:
    """The error to raise; it stands on the user's call unless a place is given."""
    return BuilderError([Problem(code, message, notes=notes, help=help).at(span or calling().span)])
