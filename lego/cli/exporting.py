"""`lego export`: a spec as a file that other tools run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lego.cli.build import Maps, WeightsFile, rename_rules
from lego.cli.options import Settings, SpecFile, load
from lego.cli.report import mistakes_told, refuse


def export(
    spec: SpecFile,
    settings: Settings,
    maps: Maps,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to; ONNX, pt2 or py by its ending.", show_default=False
        ),
    ],
    weights: WeightsFile = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same weights.")] = None,
    opset: Annotated[int | None, typer.Option(min=18, help="The version of ONNX's operators.")] = None,
) -> None:
    """Write a model that other tools run.

    The ending of FILE says the format: .onnx, .pt2 of torch.export, or .py for the source. Symbols of the spec stay
    open. The file is run at two sizes, and written if it gives what the module gives; where, stderr says.
    """
    with mistakes_told():
        rules = rename_rules(maps)
        if weights is None and rules:
            refuse("--map is for weights that are loaded", "name their file: --weights FILE")
        found = load(spec, settings)
        from lego.api import export

        written = export(found, output, weights=weights, map=rules, seed=seed, opset=opset)
        if written.compared:
            print(f"compared with torch at {written.sizes_text}", file=sys.stderr)
        print(output)
