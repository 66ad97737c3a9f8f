"""`lego train`, `eval` and `predict`: nets that learn, how well they do, and what they answer."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lego.cli.options import Format, FormatOption, Settings, load
from lego.cli.report import mistakes_told, refuse

if TYPE_CHECKING:
    from lego.train.fit import Evaluation

INTERRUPTED = 130
_SOURCES = "digits, idx:DIR, npz:FILE, csv:FILE, parquet:FILE, folder:DIR or text:FILE"

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)]
DataOption = Annotated[str | None, typer.Option("--data", metavar="SOURCE", help=f"{_SOURCES}.", show_default=False)]
RecipeOption = Annotated[
    Path | None, typer.Option("--recipe", metavar="FILE", help="The recipe; else what the spec has under `train`.")
]


class Logger(StrEnum):
    """Lightning's loggers."""

    csv = "csv"
    tensorboard = "tensorboard"


class Strategy(StrEnum):
    """How a training is spread over devices."""

    ddp = "ddp"
    fsdp = "fsdp"


def train(
    settings: Settings,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="RUN", help="The folder of the run.", show_default=False)
    ],
    spec: Annotated[
        Path | None, typer.Argument(metavar="[SPEC]", help="The spec, a YAML file.", show_default=False)
    ] = None,
    data: DataOption = None,
    recipe: RecipeOption = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="How many times all data is gone through.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that is in RUN.")] = False,
    logger: Annotated[Logger | None, typer.Option(help="Write Lightning's logs too, into RUN/logs.")] = None,
    strategy: Annotated[
        Strategy | None, typer.Option(help="Over several devices: each has the net (ddp), or its part of it (fsdp).")
    ] = None,
    devices: Annotated[int, typer.Option(min=1, help="How many devices of a machine learn.")] = 1,
    nodes: Annotated[int, typer.Option(min=1, help="How many machines learn.")] = 1,
) -> None:
    """Train a net.

    RUN then holds the spec and the recipe, metrics.csv, curves.svg, report.html, the module as model.py and
    model.safetensors, and the last checkpoint. Ctrl-C stops after the step that is being done; --resume goes on from
    there, to the same numbers as if it had not been stopped.
    """
    if spec is None and not resume:
        refuse("a spec is needed, unless a run goes on", "write lego train SPEC -o RUN, or lego train --resume -o RUN")
    if spec is None and settings:
        refuse("--set is for the parameters of a spec", "leave it out: the run has its spec")
    with mistakes_told(), warnings_told():
        found = None if spec is None else load(spec, settings)
        changes: dict[str, Any] = {} if epochs is None else {"epochs": epochs}
        from lego.api import train

        try:
            train(
                found,
                data,
                recipe,
                folder=output,
                resume=resume,
                logger=logger.value if logger else None,
                strategy=strategy.value if strategy else None,
                devices=devices,
                nodes=nodes,
                **changes,
            )
        except KeyboardInterrupt:
            if (output / "run.json").is_file():
                print(f"stopped; go on with: lego train --resume -o {output}", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None
        if _is_first():
            print(output)


def _is_first() -> bool:
    """Whether this is the first process of a training, or the only one."""
    from lego.train.engine import is_first

    return is_first()


def eval_(run: RunFolder, data: DataOption = None, format: FormatOption = Format.text) -> None:
    """Tell how well a trained net does.

    Its loss, accuracy and confusion matrix on what the source holds out for tests, if it does, else on all of it.
    """
    with mistakes_told(), warnings_told():
        from lego.api import evaluate

        found = evaluate(run, data)
        print(json.dumps(found.to_json(), ensure_ascii=False) if format is Format.json else _text(found))


def predict(
    run: RunFolder,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="csv, npz or json by its ending.", show_default=False)
    ],
    data: DataOption = None,
) -> None:
    """Write what a trained net answers, with probabilities."""
    with mistakes_told(), warnings_told():
        from lego.api import predict
        from lego.train.fit import write_predictions, writer_of

        writer_of(output)
        write_predictions(predict(run, data), output)
        print(output)


def _text(found: Evaluation) -> str:
    told = ("mean error", f"{found.error:.6g}")
    if found.accuracy is not None:
        told = ("accuracy", f"{100 * found.accuracy:.2f} %")
    facts = [("samples", str(found.samples)), ("loss", f"{found.loss:.6g}"), told]
    return "\n".join([*(f"{name:<12}{value}" for name, value in facts), *_matrix(found)])


def _matrix(found: Evaluation) -> list[str]:
    if found.confusion is None or found.classes is None:
        return []
    rows: list[list[Any]] = [["", *found.classes]]
    rows += [[name, *counts] for name, counts in zip(found.classes, found.confusion, strict=True)]
    width = max(len(str(cell)) for row in rows for cell in row)
    table = [" ".join(str(cell).rjust(width) for cell in row) for row in rows]
    return ["", "confusion: a row for each class, a column for each answer", *table]


@contextmanager
def warnings_told() -> Generator[None]:
    """Warnings in a line, without the place in our source."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield
