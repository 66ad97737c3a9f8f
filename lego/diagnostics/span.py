"""Where a thing is written: a source and a place in it."""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """A text that was read: `name` as its reader gave it (a path, `<string>`), and all of it."""

    name: str
    text: str

    def line(self, number: int) -> str:
        """The line `number`, counted from 1; empty beyond the end."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


class Span(NamedTuple):
    """A run of characters on one line: line and column count from 1.

    Any two spans are equal: where a thing is written is not part of what it says, so documents
    that say the same compare equal wherever their parts stand.
    """

    source: Source
    line: int
    column: int
    length: int = 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, Span)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"


NOWHERE = Span(Source("<nowhere>", ""), 1, 1, 1)
"""The span of what no text says: a default, a value given by a caller."""
