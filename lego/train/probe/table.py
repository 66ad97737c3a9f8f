"""A probe as a table, and what is wrong below it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lego.train.probe.reading import Probe, Reading

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table

_HEADER = ("layer", "kind", "mean", "spread", "dead", "flat", "gradient", "of weights", "step/weight")
_LEFT = 2


def plain_report(probe: Probe) -> str:
    """The report in plain columns, as wide as they need to be."""
    from rich.console import Console

    text = io.StringIO()
    console = Console(file=text, width=1000, color_system=None, highlight=False)
    console.print(rich_report(probe, framed=False))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def rich_report(probe: Probe, framed: bool = True) -> Group:
    """What a Rich console prints."""
    from rich.console import Group
    from rich.text import Text

    return Group(Text(heading(probe), style="bold"), _table(probe, framed), *_told(probe))


def heading(probe: Probe) -> str:
    """The batch in one line."""
    return f"{probe.name}: {probe.samples} samples of {probe.data}, loss {probe.loss:.4g}"


def _table(probe: Probe, framed: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    starts = {one.layer for one in probe.verdicts}
    table = Table(box=box.SIMPLE if framed else None, pad_edge=False, padding=(0, 1), header_style="bold")
    for place, name in enumerate(_HEADER):
        table.add_column(name, justify="left" if place < _LEFT else "right", no_wrap=True, overflow="ellipsis")
    for one in probe.layers:
        table.add_row(*map(Text, _cells(one)), style="red" if one.path in starts else "")
    return table


def _cells(one: Reading) -> Iterator[str]:
    yield from (one.path, one.kind)
    yield from (_number(value, ".3g") for value in (one.mean, one.spread))
    yield from (_number(value, ".0%") for value in (one.dead, one.saturated))
    yield from (_number(value, ".1e") for value in (one.gradient, one.weight_gradient, one.step))


def _number(value: float | None, format: str) -> str:
    return "" if value is None else f"{value:{format}}"


def _told(probe: Probe) -> Iterator[RenderableType]:
    from rich.text import Text

    if not probe.verdicts:
        yield Text("\nNothing goes wrong in this batch.", style="green")
    for one in probe.verdicts:
        yield Text.assemble("\n", (f"{one.fault}, from {one.layer} on: ", "bold red"), one.message)
        yield from (Text(f"   help: {remedy}") for remedy in one.remedies)
