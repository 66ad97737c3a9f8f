"""`lego build`: the module of a spec and all that belongs to it, in a folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lego.cli.options import Settings, SpecFile, load
from lego.cli.outputs import Lowering, LoweringOption
from lego.cli.report import mistakes_told, refuse
from lego.graph import started_on_data


class FloatingDType(StrEnum):
    """The floating dtype of a module."""

    float16 = "float16"
    bfloat16 = "bfloat16"
    float32 = "float32"
    float64 = "float64"


WeightsFile = Annotated[
    Path | None,
    typer.Option("--weights", "-w", metavar="FILE", help="Weights to load: a file, a folder, or an index of files."),
]
Maps = Annotated[
    list[str],
    typer.Option(
        "--map",
        metavar="OLD=NEW",
        help=r"Rename weights, by a regular expression: --map '^module\.=' --map '^block(\d)=layer\1'.",
        default_factory=list,
        show_default=False,
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict/--no-strict", help="Refuse weights that do not all fit, or load those that do.")
]


def build(
    spec: SpecFile,
    settings: Settings,
    maps: Maps,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where to.", show_default=False)],
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same weights.")] = None,
    dtype: Annotated[FloatingDType | None, typer.Option(help="The dtype of the weights.")] = None,
    lowering: LoweringOption = Lowering.auto,
    weights: WeightsFile = None,
    strict: Strict = True,
) -> None:
    """Write module, weights and diagram.

    The folder then holds model.py, model.safetensors, diagram.svg, summary.json and spec.yaml. It takes the place of an
    earlier result once all is well; a folder that holds anything else is left alone. What came of weights that are
    loaded is told on stderr.
    """
    with mistakes_told():
        rules = rename_rules(maps)
        if weights is None and (rules or not strict):
            refuse("--map and --no-strict are for weights that are loaded", "name their file: --weights FILE")
        found = load(spec, settings)
        graph, documents = found.graph, found.files()
        with _progress() as report:
            from lego.runtime import Given, write_result

            loaded = write_result(
                output,
                graph,
                documents,
                seed=seed,
                dtype=dtype.value if dtype else None,
                lowering=lowering.value,
                weights=None if weights is None else Given(weights, strict, rules),
                report=report,
            )
        if loaded is not None:
            print(loaded, file=sys.stderr)
        elif scaled := started_on_data(graph):
            print(_half_started(scaled), file=sys.stderr)
        print(output)


def _half_started(paths: Sequence[str]) -> str:
    """What is left to do for weights that start with `lsuv`."""
    listed = ", ".join(paths[:3]) + (", …" if len(paths) > 3 else "")
    return f"lsuv: {listed} start orthogonal; data, which `lego train` has, scale them to unit variance"


def rename_rules(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What `--map` says."""
    return tuple(_rule(text) for text in texts)


def _rule(text: str) -> tuple[str, str]:
    """Split at the last equals sign: names have none, and an expression may."""
    old, equals, new = text.rpartition("=")
    if not equals:
        refuse(f"--map {text}: a pattern and its replacement are expected", r"write --map '^module\.=', say")
    return old, new


@contextmanager
def _progress() -> Generator[Callable[[str], None]]:
    """Tells on a terminal which part is being written."""
    if not sys.stderr.isatty():
        yield lambda part: None
        return
    from rich.console import Console

    with Console(stderr=True).status("importing torch") as status:
        yield lambda part: status.update(f"writing {part}")
