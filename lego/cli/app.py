"""The app: its commands, and how it starts."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from lego.api import __version__
from lego.cli import (
    build,
    catalogue,
    check,
    diff,
    explain,
    exporting,
    importing,
    new,
    outputs,
    plan,
    probe,
    schema,
    training,
)

app = typer.Typer(
    name="lego",
    help="Neural networks as documents: check, draw, summarise and build them.",
    epilog="Example: lego check specs/resnet18.yaml",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

EXAMPLES = {
    check.check: "lego check specs/resnet18.yaml --set width=32",
    outputs.summary: "lego summary specs/resnet18.yaml --input image=1,3,224,224 --depth 0",
    plan.plan: "lego plan specs/resnet18.yaml --stages 4 --input image=1,3,224,224",
    diff.diff: "lego diff specs/resnet18.yaml specs/resnet50.yaml",
    outputs.draw: "lego draw specs/resnet18.yaml -o resnet18.svg --depth 1",
    outputs.code: "lego code specs/resnet18.yaml -o resnet18.py",
    build.build: "lego build specs/resnet18.yaml -o out/resnet18 --seed 0",
    importing.import_: "lego import torchvision.models:resnet18 -o resnet18.yaml --input image=N,3,224,224",
    exporting.export: "lego export specs/resnet18.yaml -o resnet18.onnx --set width=32",
    training.train: "lego train specs/mnist_deep.yaml --data digits -o runs/digits",
    training.eval_: "lego eval runs/digits --format json",
    training.predict: "lego predict runs/digits --data digits -o predictions.csv",
    probe.probe: "lego probe specs/vanishing.yaml --data digits -o probe.svg",
    explain.explain: "lego explain shape-mismatch",
    catalogue.layers: "lego layers Conv2d",
    new.new: "lego new mynet --from cnn",
    schema.schema: "lego schema > lego.schema.json",
}
"""The commands, each with the example that its help ends on."""

for command, example in EXAMPLES.items():
    app.command(command.__name__.rstrip("_"), epilog=f"Example: {example}")(command)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Neural networks as documents: check, draw, summarise and build them."""


def main() -> None:
    """Run the command line; ends the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    app(prog_name="lego")
