"""From Graphviz source to bytes, by a subprocess with a time limit."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

from lego.diagnostics import Problem

FORMATS = ("svg", "png", "pdf", "dot")
"""What `render` writes, by the suffix of a file."""

_SECONDS = 60
_BUNDLED = "graphviz-pure"
_OPTIONS = {"png": ("-Gdpi=144",)}


def render(source: str, format: str, *, seconds: float = _SECONDS) -> bytes:
    """A picture in one of `FORMATS`.

    Raises:
        Problem: the format is unknown, nothing is there to draw it, or the layout takes longer than `seconds`.
    """
    if format not in FORMATS:
        names = ", ".join(FORMATS)
        message = f"a diagram is written as {names}, found `{format}`" if format else "the file has no suffix"
        raise Problem("bad-value", message, help=f"end the name of the file with one of: {names}")
    if format == "dot":
        return source.encode()
    return _run(_engine(format), source, format, seconds)


def _engine(format: str) -> str:
    """The program that draws a format: the one that comes with lego, which has no PDF, or Graphviz's own."""
    bundled = shutil.which(_BUNDLED, path=sysconfig.get_path("scripts")) or shutil.which(_BUNDLED)
    if bundled and format != "pdf":
        return bundled
    system = shutil.which("dot")
    if system:
        return system
    if format == "pdf":
        message = "a PDF needs Graphviz's own `dot`, which is not installed"
        help = (
            "install Graphviz (`apt install graphviz`, `brew install graphviz`, `winget install graphviz`), or draw svg"
        )
    else:
        message = "nothing is installed that could draw the diagram"
        help = "run `pip install graphviz-pure`, or install Graphviz (https://graphviz.org/download); dot needs neither"
    raise Problem("not-found", message, help=help)


def _run(engine: str, source: str, format: str, seconds: float) -> bytes:
    command = [engine, "-Kdot", f"-T{format}", *_OPTIONS.get(format, ())]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=seconds, check=True)
    except subprocess.TimeoutExpired:
        message = f"the layout of the diagram takes longer than {seconds:g} s"
        raise Problem("limit", message, help="draw less of it: lower `depth`, or the overview") from None
    except (subprocess.CalledProcessError, OSError) as error:
        message = f"{Path(engine).name} could not draw the diagram"
        raise Problem("bad-value", message, help="write a .dot file, and draw it with another Graphviz") from error
    return done.stdout
