r"""Names of a checkpoint turned into those of a module, by regular expressions: `^module\.` to nothing, say.

An expression is the user's own, yet a slip in it is not to hang the program: it is short, has few repeats, and none
around another repeat or an alternative, which is what takes exponential time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lego.diagnostics import Problem

Renames = tuple[tuple[str, str], ...]
"""Expressions and what takes the place of what they match, in order; `\\1` is what a group matched."""

_LONGEST = 200
_MOST_REPEATS = 4
_COUNTED = re.compile(r"\{\d*,?\d*\}")
_TOKEN = re.compile(rf"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|{_COUNTED.pattern}|\(\?[:=!<P#]?|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rename:
    """One rule: what matches `pattern` becomes `new`."""

    pattern: re.Pattern[str]
    new: str

    def apply(self, names: Iterable[str]) -> list[str]:
        """What it makes of names."""
        return [self.pattern.sub(self.new, name) for name in names]

    def __str__(self) -> str:
        return f"{self.pattern.pattern}={self.new}"


def read_renames(rules: Renames) -> tuple[Rename, ...]:
    """The rules, checked.

    Raises:
        Problem: an expression that cannot be read, or that could take too long.
    """
    return tuple(_rename(old, new) for old, new in rules)


def _rename(old: str, new: str) -> Rename:
    if not old:
        raise Problem("bad-value", f"`={new}` in a map has no pattern", help="write `^` for the start of every name")
    if len(old) > _LONGEST or len(new) > _LONGEST:
        raise Problem("limit", f"the map `{old[:40]}…` is longer than {_LONGEST} characters")
    _check_repeats(old)
    try:
        pattern = re.compile(old)
        pattern.sub(new, "")
    except (re.error, IndexError, OverflowError, RecursionError) as error:
        message = f"`{old}={new}` is no regular expression and replacement: {error}"
        raise Problem("bad-value", message, help=r"write `^module\.=`, say, or `^layer(\d)=stage\1`") from None
    return Rename(pattern, new)


def _check_repeats(pattern: str) -> None:
    """Refuse what could take exponential time."""
    branching = [False]  # of each open group: whether it can match one text in several ways
    closed = False  # whether a group that can has just been closed
    count = 0
    for token in _TOKEN.findall(pattern):
        repeats = token in ("*", "+") or _COUNTED.fullmatch(token) is not None
        count += repeats
        if repeats and (closed or count > _MOST_REPEATS):
            raise _too_many(pattern, closed)
        closed = False
        if token.startswith("("):
            branching.append(False)
        elif token == ")" and len(branching) > 1:
            closed = branching.pop()
            branching[-1] |= closed
        else:
            branching[-1] |= repeats or token in ("?", "|")


def _too_many(pattern: str, around: bool) -> Problem:
    why = (
        "repeats a group that holds a repeat or an alternative"
        if around
        else f"repeats more than {_MOST_REPEATS} times"
    )
    return Problem("limit", f"`{pattern}` {why}, and could take very long", help=r"repeat a set of letters: `[\w.]+`")


def renamed(keys: Iterable[str], rules: Iterable[Rename]) -> dict[str, str]:
    """The names by what the rules make of them.

    Raises:
        Problem: two names become one.
    """
    before = list(keys)
    after = before
    for rule in rules:
        after = rule.apply(after)
    found: dict[str, str] = {}
    for name, key in zip(after, before, strict=True):
        if name in found:
            message = f"the map makes `{name}` of two names: `{found[name]}` and `{key}`"
            raise Problem("weights", message, help="keep apart what differs in them, with a group: `(\\d)=\\1`")
        found[name] = key
    return found


def unused(keys: Iterable[str], rules: Iterable[Rename]) -> Iterator[Rename]:
    """The rules that change none of the names that those before them have made."""
    names = list(keys)
    for rule in rules:
        before, names = names, rule.apply(names)
        if names == before:
            yield rule
