"""Suggestions for a name that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely stands for; None where nothing is near."""
    names = list(dict.fromkeys(known))
    lowered = {candidate.lower(): candidate for candidate in names}
    if name.lower() in lowered:
        return lowered[name.lower()]
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=0.65 if len(name) < 8 else 0.7)
    return lowered[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The help line for an unknown name, or None."""
    found = nearest(name, known)
    return f"did you mean `{found}`?" if found else None
