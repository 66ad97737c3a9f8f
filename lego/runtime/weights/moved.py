"""What a renaming would explain: names of a checkpoint that are those of the module under another prefix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from lego.catalogue import Stored

_Shapes = Mapping[str, tuple[int, ...]]
_Subtree = frozenset[tuple[str, tuple[int, ...]]]
_DEEPEST_PREFIX = 3


class Move(NamedTuple):
    """Names under one prefix (`module.`, or empty) that would fit under another, and how many."""

    old: str
    new: str
    names: int

    @property
    def pattern(self) -> str:
        """The expression of a map that finds the old prefix."""
        return "^" + re.escape(self.old)


def find_moves(missing: Mapping[str, Stored], unexpected: Mapping[str, Stored]) -> tuple[Move, ...]:
    """The moves that explain what is missing: one of all names, or of the subtrees that fit whole.

    A subtree is the same under both prefixes where its names and shapes are, and no other subtree has them.
    """
    wanted = {key: one.shape for key, one in missing.items()}
    there = {key: one.shape for key, one in unexpected.items()}
    whole = _added_or_removed(wanted, there)
    return (whole,) if whole else tuple(_subtrees(wanted, there))


# -- one prefix on all names -------------------------------------------------------------------------------------------


def _added_or_removed(wanted: _Shapes, there: _Shapes) -> Move | None:
    """The prefix that one side has and the other has not, where that explains most of what is missing."""
    removed = [Move(prefix, "", count) for prefix, count in _without_prefix(there, wanted).items()]
    added = [Move("", prefix, count) for prefix, count in _without_prefix(wanted, there).items()]
    best = max((*removed, *added), key=lambda move: move.names, default=None)
    return best if best is not None and best.names * 2 > len(wanted) else None


def _without_prefix(longer: _Shapes, shorter: _Shapes) -> Counter[str]:
    """How many names are there without a prefix too, with their shape; by prefix, of up to three parts."""
    found: Counter[str] = Counter()
    for key, shape in longer.items():
        prefix, rest = "", key
        for _ in range(_DEEPEST_PREFIX):
            part, dot, rest = rest.partition(".")
            prefix += part + dot
            found[prefix] += bool(rest) and shorter.get(rest) == shape
    return found


# -- subtrees under other prefixes -------------------------------------------------------------------------------------


def _subtrees(wanted: _Shapes, there: _Shapes) -> list[Move]:
    new, old = _by_content(wanted), _by_content(there)
    found: list[Move] = []
    for content in sorted(new.keys() & old.keys(), key=len, reverse=True):
        if len(new[content]) > 1 or len(old[content]) > 1:
            continue
        move = Move(old[content][0], new[content][0], len(content))
        if not any(move.old.startswith(one.old) or move.new.startswith(one.new) for one in found):
            found.append(move)
    return found


def _by_content(keys: _Shapes) -> dict[_Subtree, list[str]]:
    """The prefixes of all subtrees by the names and shapes under them."""
    under: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for key, shape in keys.items():
        parts = key.split(".")
        for depth in range(1, len(parts)):
            under.setdefault(".".join(parts[:depth]) + ".", []).append((".".join(parts[depth:]), shape))
    found: dict[_Subtree, list[str]] = {}
    for prefix, content in under.items():
        found.setdefault(frozenset(content), []).append(prefix)
    return found
