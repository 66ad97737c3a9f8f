"""The rows of a summary, and their table in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from lego.emit.summary.summary import Entry, Summary
from lego.emit.units import binary, counted, scaled

HEADER = ("node", "kind", "output", "parameters", "MACs", "activations")
WIDTH = 100
_NARROWEST = 16
_GAP = "  "


class Row(NamedTuple):
    """One line of the table: its texts, and how deep it stands."""

    cells: tuple[str, ...]
    level: int
    block: bool


def rows(entries: Sequence[Entry], depth: int | None, level: int = 0) -> Iterator[Row]:
    """Lines of these entries and of those inside; equal neighbours are one line, shared blocks shut."""
    for first, *rest in _folded(entries):
        count = 1 + len(rest)
        block = bool(first.children)
        yield Row(_cells(first, rest[-1] if rest else None, count, level), level, block)
        if block and first.shared_with is None and (depth is None or level < depth):
            yield from rows(first.children, depth, level + 1)


def _folded(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Runs of numbered entries that are equal but for their names; all others alone."""
    run: list[Entry] = []
    for entry in entries:
        if run and not (entry.name.isdigit() and run[0].name.isdigit() and same(run[0], entry)):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def same(a: Entry, b: Entry) -> bool:
    """Whether two entries say the same of different nodes."""
    alike = (a.kind, a.lowering, a.shapes, a.params, a.macs, a.bytes, a.frozen) == (
        b.kind,
        b.lowering,
        b.shapes,
        b.params,
        b.macs,
        b.bytes,
        b.frozen,
    )
    named = a.shared_with == b.shared_with and len(a.children) == len(b.children)
    return alike and named and all(map(same, a.children, b.children))


def _cells(first: Entry, last: Entry | None, count: int, level: int) -> tuple[str, ...]:
    name = first.name if last is None else f"{first.name} … {last.name}"
    shapes = " ".join(map(str, first.shapes))
    return (
        "  " * level + name,
        _kind(first) + (f" × {count}" if count > 1 else ""),
        shapes,
        _parameters(first, count),
        scaled(first.macs * count) if first.macs != 0 else "",
        binary(first.bytes * count) if first.bytes != 0 else "",
    )


def _kind(entry: Entry) -> str:
    """What it is; of a repeat, what is repeated; of a recurrent's cell, how it runs."""
    if entry.lowering:
        return f"{entry.kind}: {entry.lowering}"
    if entry.kind != "repeat":
        return entry.kind
    runs = [(kind, len(list(group))) for kind, group in groupby(child.kind for child in entry.children)]
    return " ".join(f"{kind} × {count}" if count > 1 else kind for kind, count in runs)


def _parameters(entry: Entry, count: int) -> str:
    if not entry.params:
        return f"= {entry.shared_with}" if entry.shared_with else ""
    return f"{entry.params * count:,}" + (" frozen" if entry.frozen else "")


def heading(summary: Summary) -> str:
    """The net in one line: `resnet18: image [N, 3, H, W] -> fc [N, 1000]`."""
    inputs = ", ".join(f"{name} {type}" for name, type in summary.inputs.items())
    outputs = ", ".join(f"{name} {shape}" for name, shape in summary.outputs.items())
    return f"{summary.name}: {inputs} -> {outputs}"


def totals(summary: Summary) -> Iterator[tuple[str, str]]:
    """What stands below the table."""
    frozen = summary.params - summary.trainable
    yield "parameters", counted(summary.params) + (f", {counted(frozen)} of them frozen" if frozen else "")
    yield "MACs", scaled(summary.macs, 85)
    yield "activations", binary(summary.bytes, 85)
    if summary.requires:
        yield "requires", ", ".join(summary.requires)


def plain_table(summary: Summary, depth: int | None = None) -> str:
    """The whole summary as text, of at most `WIDTH` columns."""
    lines = [HEADER, *(row.cells for row in rows(summary.children, depth))]
    widths = _widths([max(map(len, column)) for column in zip(*lines, strict=True)])
    texts = [_GAP.join(_aligned(line[index], width, index) for index, width in enumerate(widths)) for line in lines]
    rule = "-" * len(texts[0])
    body = [text.rstrip() for text in texts[1:]]
    below = [f"{name:<13}{text}" for name, text in totals(summary)]
    return "\n".join([heading(summary), "", texts[0].rstrip(), rule, *body, rule, *below])


def _widths(natural: list[int]) -> list[int]:
    """Widths of the columns: shapes give way first, then names, then the rest."""
    widths = list(natural)
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - WIDTH
    for index in (2, 0, 1, 3):
        taken = min(max(excess, 0), max(widths[index] - _NARROWEST, 0))
        widths[index] -= taken
        excess -= taken
    return widths


def _aligned(cell: str, width: int, index: int) -> str:
    cut = cell if len(cell) <= width else f"{cell[: width - 1]}…"
    return cut.ljust(width) if index < 3 else cut.rjust(width)
