"""The difference as lines for people: causes first, equal changes of a repeated block once, and totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lego.emit.difference.difference import Change, Difference, Edit
from lego.emit.units import counted, scaled

_MARKS = {"added": "+", "removed": "-", "moved": ">", "changed": "~"}
_FLAGS = frozenset(("init", "freeze", "checkpoint"))


class Line(NamedTuple):
    """One line, and the sign that says what it is of: `+`, `-`, `>`, `~`, or empty."""

    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.mark} {self.text}" if self.mark else self.text


def difference_text(difference: Difference) -> str:
    """The difference as text."""
    return "\n".join(map(str, difference_lines(difference)))


def difference_lines(difference: Difference) -> list[Line]:
    """The lines of the difference, so that a terminal can colour them."""
    if difference.equal:
        return [Line("", "no difference: both specs mean the same")]
    found = [*_document(difference), *_nodes(difference.changes), *_rest(difference)]
    return [*found, *([Line("", "")] if found else []), *_totals(difference)]


# -- what differs ------------------------------------------------------------------------------------------------------


def _document(difference: Difference) -> Iterator[Line]:
    for edit in difference.params:
        yield _line("params", edit)
    for edit in difference.inputs:
        yield _line("inputs", edit)


def _rest(difference: Difference) -> Iterator[Line]:
    for edit in difference.outputs:
        yield _line("outputs", edit)
    for edit in difference.ties:
        yield _line("tie", edit)
    if difference.reordered:
        yield Line("~", "nodes of both run in another order, which is the order of their weights")
    if difference.followers:
        count = len(difference.followers)
        what = "shapes, inferred sizes, and what is written as before"
        yield Line("", f"  {count} more node{'s' * (count > 1)} differ{'s' * (count == 1)} as a consequence: {what}")


def _line(where: str, edit: Edit) -> Line:
    mark = "+" if edit.before is None else "-" if edit.after is None else "~"
    return Line(mark, f"{where}: {_edit(edit)}")


def _edit(edit: Edit) -> str:
    if edit.before is None or edit.after is None:
        return f"{edit.what} {edit.after if edit.before is None else edit.before}"
    return f"{edit.what} {edit.before} → {edit.after}"


def _edits(edits: Iterable[Edit]) -> str:
    return ", ".join(f"{edit.what} {edit.before or 'none'} → {edit.after or 'none'}" for edit in edits)


def _nodes(changes: Iterable[Change]) -> Iterator[Line]:
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_group(change), []).append(change)
    for found in groups.values():
        yield Line(_MARKS[found[0].kind], _said(found))


def _group(change: Change) -> tuple[str, ...]:
    """Equal for changes that are told as one."""
    if change.kind == "moved":
        return ("moved", *_ends(change))
    if change.kind == "changed" and {edit.what for edit in change.edits} <= _FLAGS:
        return ("changed", _edits(change.edits))
    return (change.kind, *_place(change), change.layer, _edits(change.edits or change.follows))


def _place(change: Change) -> tuple[str, str]:
    """The block and the path there; numbers, which count repeats, left open."""
    block, path = change.block
    return block, ".".join("*" if part.isdigit() else part for part in (path or change.path).split("."))


def _ends(change: Change) -> tuple[str, str]:
    """Where it was and where it is, without the end that both have in common."""
    was, now = change.was.split("."), change.path.split(".")
    while len(was) > 1 and len(now) > 1 and was[-1] == now[-1]:
        was.pop()
        now.pop()
    return ".".join(was), ".".join(now)


def _said(group: list[Change]) -> str:
    change, count = group[0], len(group)
    if change.kind == "moved":
        was, now = (change.was, change.path) if count == 1 else _ends(change)
        return f"{was} → {now}{_times(group, '')}"
    what = _what(change)
    if count == 1:
        return f"{change.path}: {what}"
    block, place = _place(change)
    if len({_place(one) for one in group}) > 1:
        return f"{what}{_times(group)}"
    return f"{f'{block}: ' if block else ''}{place}: {what}{_times(group)}"


def _what(change: Change) -> str:
    if change.kind == "changed":
        return _edits(change.edits or change.follows)
    return f"{change.layer}, {change.parts} layers" if change.parts else change.layer


def _times(group: list[Change], where: str | None = None) -> str:
    if len(group) == 1:
        return ""
    where = f" ({group[0].path} … {group[-1].path})" if where is None else where
    return f"  × {len(group)}{where}"


# -- totals ------------------------------------------------------------------------------------------------------------


def _totals(difference: Difference) -> Iterator[Line]:
    before, after = difference.parameters
    yield Line("", f"parameters   {_both(counted(before), counted(after))}")
    macs = [scaled(size) for size in difference.macs]
    yield Line("", f"MACs         {_both(*macs)}")
    weights = difference.weights
    keys = f"{counted(weights.keys)} of {counted(weights.of_keys)} keys"
    elements = f"{counted(weights.elements)} of {counted(weights.of_elements)} numbers"
    yield Line("", f"weights      {keys} carry over by path and shape: {elements} ({_percent(weights.share)})")


def _both(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _percent(share: float) -> str:
    """Rounded, but never to all or none where some are missing or there."""
    tenths = round(share * 1000)
    if share < 1:
        tenths = min(tenths, 999)
    return f"{max(tenths, 1 if share > 0 else 0) / 10:g} %"
