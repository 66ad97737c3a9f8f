"""`lego plan`: a net in stages, for several machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from lego.cli.options import Format, FormatOption, Settings, SpecFile, load, sizes
from lego.cli.outputs import Inputs
from lego.cli.report import mistakes_told

if TYPE_CHECKING:
    from lego.graph import Plan, Stage

_HEADER = ("stage", "nodes", "MACs", "", "parameters", "activations", "passes on")
_LEFT = 2


def plan(
    spec: SpecFile,
    settings: Settings,
    inputs: Inputs,
    stages: Annotated[int, typer.Option("--stages", "-n", min=1, help="How many stages.")] = 2,
    format: FormatOption = Format.text,
) -> None:
    """Cut a net into stages for several machines.

    The stages follow each other, do about the same work, and pass little on; blocks are cut through where need be.
    """
    from lego.api import plan

    with mistakes_told():
        found = plan(load(spec, settings), stages, **sizes(inputs))
        if format is Format.json:
            print(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
        else:
            print("\n".join(table(found)))


def table(plan: Plan) -> Iterator[str]:
    """The lines of a plan."""
    from lego.emit.units import binary

    given = ", ".join(f"{name} = {size}" for name, size in plan.sizes.items())
    yield f"{plan.name} in {len(plan.stages)} stages" + (f", for {given}" if given else "")
    yield ""
    total = sum(stage.macs for stage in plan.stages)
    rows = [_HEADER, *(_row(number, stage, total) for number, stage in enumerate(plan.stages, start=1))]
    yield from _aligned(rows)
    yield f"balance      {plan.balance:.0%}: the mean work of a stage over that of the heaviest"
    yield f"crossing     {binary(plan.crossing)} from stage to stage, and as much back in training"
    for copy, kept in plan.copies.items():
        yield f"tied         {copy} is a copy of {kept} in another stage; their gradients are added up"


def _row(number: int, stage: Stage, total: int) -> tuple[str, ...]:
    from lego.emit.units import binary, counted, scaled

    first, last = stage.nodes[0], stage.nodes[-1]
    nodes = first if first == last else f"{first} … {last}"
    names = ", ".join(one.name for one in stage.gives)
    passes = f"{binary(stage.crossing)}: {names}" if stage.gives else ""
    share = f"{stage.macs / total:.0%}" if total else ""
    return (str(number), nodes, scaled(stage.macs), share, counted(stage.parameters), binary(stage.bytes), passes)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    for number, row in enumerate(rows):
        cells = [
            cell.ljust(width) if index < _LEFT or index == last else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
        if number in (0, len(rows) - 1):
            yield "-" * (sum(widths) + 2 * last)
