"""The summary in a terminal: the rows of the plain table, with Rich's colours and widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lego.emit.summary.summary import Summary
from lego.emit.summary.table import HEADER, heading, rows, totals

if TYPE_CHECKING:
    from rich.console import Group


def rich_table(summary: Summary, depth: int | None = None) -> Group:
    """What a Rich console prints."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, pad_edge=False, header_style="bold")
    for index, name in enumerate(HEADER):
        table.add_column(name, justify="left" if index < 3 else "right", no_wrap=True, overflow="ellipsis")
    for row in rows(summary.children, depth):
        table.add_row(*map(Text, row.cells), style="bold" if row.block and row.level == 0 else "")
    below = [Text.assemble((f"{name:<13}", "bold"), text) for name, text in totals(summary)]
    return Group(Text(heading(summary), style="bold"), table, *below)
