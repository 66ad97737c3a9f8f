"""Text in: files and strings to trees with positions."""

from __future__ import annotations

from pathlib import Path

from lego.diagnostics import Problem, Source, Span, SpecError
from lego.spec.compose import compose
from lego.spec.limits import DEFAULT_LIMITS, Limits
from lego.spec.tree import Tree


def read_source(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The text of a file, named by the path as given.

    Raises:
        Problem: `not-found` where there is no such file or it cannot be read, `limit` where it is too large.
        SpecError: `yaml-syntax` where the file is not UTF-8.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(limits.text + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    _check_size(len(data), limits)
    return _decode(str(path), data)


def read(source: Source, limits: Limits = DEFAULT_LIMITS) -> Tree:
    """The tree of a YAML document.

    Raises:
        SpecError: `yaml-syntax`, `duplicate-key` or `limit`; all that is found, in document order.
    """
    try:
        _check_size(_bytes(source.text, limits), limits)
    except Problem as problem:
        raise SpecError([problem.at(Span(source, 1, 1))]) from None
    return compose(source, limits)


def _unreadable(path: str | Path, error: OSError | ValueError) -> Problem:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return Problem("not-found", f"there is no file `{path}`")
        case IsADirectoryError():
            return Problem("not-found", f"`{path}` is a directory, a spec is a file")
        case PermissionError():
            return Problem("not-found", f"the file `{path}` may not be read")
        case _:
            return Problem("not-found", f"the file `{path}` cannot be read")


def _decode(name: str, data: bytes) -> Source:
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        wrong = error.start
    before = data[:wrong].decode("utf-8-sig", errors="replace")
    span = Span(
        Source(name, data.decode("utf-8-sig", errors="replace")),
        before.count("\n") + 1,
        len(before) - before.rfind("\n"),
    )
    message = f"the byte 0x{data[wrong]:02x} is not UTF-8, the encoding of every spec"
    raise SpecError([Problem("yaml-syntax", message, help="save the file as UTF-8").at(span)])


def _bytes(text: str, limits: Limits) -> int:
    """The size of a text, encoded only where its length does not tell enough."""
    if text.isascii() or len(text) > limits.text:
        return len(text)
    return len(text.encode(errors="surrogatepass"))


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.text:
        raise limits.exceeded("text", f"the document is larger than {limits.text:,} bytes")
