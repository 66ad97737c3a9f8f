"""`lego check`: whether specs are sound."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lego.api import Spec
from lego.cli.options import Format, FormatOption, Settings, checked, read_package
from lego.cli.report import CALL_IS_WRONG, SPEC_IS_WRONG, mistakes_told, print_diagnostics
from lego.diagnostics import Diagnostic, Problem, Source, Span, SpecError
from lego.graph import parameters

Files = Annotated[list[Path], typer.Argument(metavar="SPEC", help="The specs, YAML files.", show_default=False)]


class Stage(StrEnum):
    """What a text goes through."""

    read = "read"
    parse = "parse"
    infer = "infer"


StopAfter = Annotated[Stage | None, typer.Option(help="Print what this stage gives, and do no more.")]


def check(specs: Files, settings: Settings, format: FormatOption = Format.text, stop_after: StopAfter = None) -> None:
    """Say what is wrong with specs.

    Diagnostics go to stderr, and with --format json as a list to stdout. The status is 1 if a spec is wrong.
    """
    with mistakes_told():
        if stop_after is not None:
            print("\n".join(line for spec in specs for line in _stage(stop_after, spec, settings)))
            return
        found: list[Diagnostic] = []
        worst = 0
        for spec in specs:
            diagnostics, status = _check(spec, settings, format)
            found += diagnostics
            worst = max(worst, status)
        if format is Format.json:
            print(json.dumps([one.to_json() for one in found], indent=2, ensure_ascii=False))
    raise typer.Exit(worst)


def _check(path: Path, settings: Iterable[str], format: Format) -> tuple[tuple[Diagnostic, ...], int]:
    """What is said about one spec, and the status that it gives."""
    fine, status = "", 0
    try:
        spec = checked(read_package(path), settings)
        found, fine = spec.warnings, f"{path}: fine: {_facts(spec)}"
    except SpecError as error:
        found, status = error.diagnostics, SPEC_IS_WRONG
    except Problem as problem:
        found, status = (problem.at(Span(Source(str(path), ""), 1, 1)),), CALL_IS_WRONG
    if format is Format.text:
        print_diagnostics(found)
        print(fine, end="\n" if fine else "", flush=True)
    return found, status


def _facts(spec: Spec) -> str:
    if spec.document.graph is None:
        return f"a library of {len(spec.document.blocks)} blocks"
    graph = spec.graph
    inputs = ", ".join(f"{name} {type}" for name, type in graph.inputs.items())
    outputs = ", ".join(f"{name} {shape}" for name, shape in graph.outputs.items())
    return f"{parameters(graph.root):,} parameters, {inputs} -> {outputs}"


def _stage(stage: Stage, path: Path, settings: Iterable[str]) -> Iterable[str]:
    """The lines that print one stage."""
    from lego.cli import stages

    package = read_package(path)
    if stage is Stage.infer:
        return stages.inferred(checked(package, settings).graph)
    return stages.tree(path) if stage is Stage.read else stages.document(package.document)
