"""The stable words for mistakes, and what `lego explain` says of each."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A kind of mistake: what it means, a spec that makes it, and the way out."""

    title: str
    text: str
    wrong: str = ""
    right: str = ""


CODES: dict[str, Code] = {}
