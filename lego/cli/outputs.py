"""`lego summary`, `draw` and `code`: texts and pictures of a spec."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lego.cli.options import Format, FormatOption, Output, Settings, SpecFile, load, sizes
from lego.cli.report import mistakes_told

if TYPE_CHECKING:
    from lego.emit.summary import Summary

Depth = Annotated[int | None, typer.Option(min=0, help="Levels of blocks to open; all unless given.")]


# -- summary -----------------------------------------------------------------------------------------------------------

Inputs = Annotated[
    list[str],
    typer.Option(
        "--input",
        metavar="NAME=SHAPE",
        help="The shape of an input, in place of symbols: --input image=1,3,224,224.",
        default_factory=list,
        show_default=False,
    ),
]


def summary(
    spec: SpecFile, settings: Settings, inputs: Inputs, depth: Depth = None, format: FormatOption = Format.text
) -> None:
    """Count parameters, work and memory.

    Parameters, multiply-accumulates and bytes of activations, in all and node by node.
    """
    from lego.api import summary

    with mistakes_told():
        found = summary(load(spec, settings), **sizes(inputs))
        if format is Format.json:
            print(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
        elif sys.stdout.isatty():
            _print_rich(found, depth)
        else:
            print(found.text(depth))


def _print_rich(summary: Summary, depth: int | None) -> None:
    from rich.console import Console

    from lego.emit.summary import rich_table

    Console().print(rich_table(summary, depth))


# -- diagram and source ------------------------------------------------------------------------------------------------


class Detail(StrEnum):
    """How much a diagram shows."""

    overview = "overview"
    block = "block"
    full = "full"


class Direction(StrEnum):
    """Where the diagram goes: to the bottom, or to the right."""

    down = "TB"
    right = "LR"


def draw(
    spec: SpecFile,
    settings: Settings,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; svg, png, pdf or dot by its ending."),
    ] = None,
    depth: Depth = None,
    detail: Annotated[Detail, typer.Option(help="Stages alone, each distinct block once, or all.")] = Detail.block,
    direction: Annotated[Direction, typer.Option(help="From top to bottom, or from left to right.")] = Direction.down,
    dark: Annotated[bool, typer.Option("--dark", help="Light on dark.")] = False,
    unroll: Annotated[
        int | None,
        typer.Option(min=1, max=10, help="Draw recurrents unrolled too, with so many steps one after the other."),
    ] = None,
) -> None:
    """Draw a diagram.

    It goes to SPEC's name with the ending svg unless told otherwise; the path is printed.
    """
    from lego.api import draw

    with mistakes_told():
        path = output or Path(f"{spec.stem}.svg")
        options = {"depth": depth, "detail": detail.value, "direction": direction.value, "dark": dark}
        draw(load(spec, settings), path, unroll=unroll, **options)
        print(path)


class Lowering(StrEnum):
    """How recurrents run."""

    auto = "auto"
    recognised = "recognised"
    hoisted = "hoisted"
    loop = "loop"
    scan = "scan"


LoweringOption = Annotated[
    Lowering,
    typer.Option(help="How recurrents run: torch's kernel, a loop of what cannot leave it, a plain loop, or a scan."),
]


def code(spec: SpecFile, settings: Settings, output: Output = None, lowering: LoweringOption = Lowering.auto) -> None:
    """Print the module as Python source.

    The source needs torch alone.
    """
    from lego.api import source

    with mistakes_told():
        text = source(load(spec, settings), lowering=lowering.value)
        if output is None:
            sys.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8", newline="\n")
            print(output)
