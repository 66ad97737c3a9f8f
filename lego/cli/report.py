"""What went wrong, on stderr, and the exit status that says so."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import NoReturn

import typer

from lego.diagnostics import Diagnostic, Problem, SpecError, render

SPEC_IS_WRONG = 1
CALL_IS_WRONG = 2

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}
_PLAIN = "\x1b[0m"


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """All of them on stderr, a blank line between."""
    texts = [_painted(one) for one in diagnostics]
    if texts:
        print("\n\n".join(texts), file=sys.stderr)


def _painted(diagnostic: Diagnostic) -> str:
    text = render(diagnostic)
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    mark = f"{diagnostic.severity}[{diagnostic.code}]"
    return text.replace(mark, f"{_COLOURS[diagnostic.severity]}{mark}{_PLAIN}", 1)


def refuse(message: str, help: str | None = None) -> NoReturn:
    """End with the status of a wrong call."""
    print(f"error: {message}", file=sys.stderr)
    if help:
        print(f"   = help: {help}", file=sys.stderr)
    raise typer.Exit(CALL_IS_WRONG)


@contextmanager
def mistakes_told() -> Generator[None]:
    """Tell a user's mistake without a traceback, and end."""
    try:
        yield
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        raise typer.Exit(SPEC_IS_WRONG) from None
    except Problem as problem:
        refuse(problem.message, problem.help)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - whoever read our output has gone
        raise typer.Exit from None
    except OSError as error:
        refuse(f"{error.filename or 'a file'}: {error.strerror or error}")
