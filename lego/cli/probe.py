"""`lego probe`: what goes wrong in a net, seen in one batch."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lego.cli.options import Format, FormatOption, Settings, SpecFile, load
from lego.cli.report import mistakes_told
from lego.cli.training import DataOption, RecipeOption, warnings_told

if TYPE_CHECKING:
    from lego.train.probe import Probe


def probe(
    spec: SpecFile,
    settings: Settings,
    data: DataOption = None,
    recipe: RecipeOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Draw a picture; svg, png or pdf by its ending."),
    ] = None,
    format: FormatOption = Format.text,
) -> None:
    """Look at one batch: what goes wrong, and where it starts.

    The first batch of a training goes forward and backward. Of each layer are told the mean and spread of activations,
    dead units, the part of activations where a sigmoid or tanh is flat, the norm of gradients, and the first step of
    the optimizer by the weights. Below are named gradients that vanish or explode, dead and saturated units, and units
    that are all alike, with the layer where it starts and what helps.
    """
    with mistakes_told(), warnings_told():
        from lego.api import probe
        from lego.train.probe import picture

        found = probe(load(spec, settings), data, recipe)
        if output is not None:
            picture(found, output)
        if format is Format.json:
            print(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
            return
        _print(found)
        if output is not None:
            print(f"\n{output}")


def _print(found: Probe) -> None:
    if not sys.stdout.isatty():
        print(found)
        return
    from rich.console import Console

    from lego.train.probe import rich_report

    Console().print(rich_report(found))
