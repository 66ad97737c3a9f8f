"""Lines of the source that would be too long."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH = 100
"""Of a statement without its indentation."""


def wrapped(before: str, parts: Sequence[str], after: str) -> str:
    """A bracket and what is in it: on one line where that is short, else one part a line."""
    flat = f"{before}{', '.join(parts)}{after}"
    if len(flat) <= _WIDTH and not any("\n" in part for part in parts):
        return flat
    inside = "".join("\n    " + part.replace("\n", "\n    ") + "," for part in parts)
    return f"{before}{inside}\n{after}"
