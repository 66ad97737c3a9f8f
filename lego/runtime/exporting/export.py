"""From a graph to a file, whole and compared, or to the node that is in the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import torch
from torch import nn
from torch.export import ExportedProgram

from lego.diagnostics import Problem, SpecError
from lego.emit.torch import source
from lego.graph import Graph
from lego.runtime.build import build
from lego.runtime.exporting.compare import check_equal, compared_sizes
from lego.runtime.exporting.culprit import find_culprit
from lego.runtime.exporting.failure import Failure, failure_of
from lego.runtime.exporting.onnx_model import check_installed, onnx_runner, write_onnx
from lego.runtime.exporting.program import Program, export_programs
from lego.runtime.exporting.quiet import quiet
from lego.runtime.exporting.sizes import Sizes, all_symbols, shown
from lego.runtime.weights import Given, build_loaded

FORMATS = {".onnx": "ONNX", ".pt2": "torch.export", ".py": "Python"}
"""By the ending of a file."""


class Exported(NamedTuple):
    """What was written.

    Attributes:
        path: The file.
        smallest: The least value of each symbol that it takes; more than the spec asks for where the format needs it.
        compared: The sizes at which it gave what the module gives.
    """

    path: Path
    smallest: Sizes
    compared: tuple[Sizes, ...]

    @property
    def sizes_text(self) -> str:
        """Where it was compared: `N = 1, T = 1 and N = 3, T = 4`."""
        return " and ".join(shown(sizes) or "its only sizes" for sizes in self.compared)


def export(
    graph: Graph, path: Path, *, weights: Given | None = None, seed: int | None = None, opset: int | None = None
) -> Exported:
    """Write a graph to a file, in the format that its ending says; in evaluation mode.

    Args:
        graph: A checked graph.
        path: The file. An older one is replaced once the new one is whole.
        weights: Where its weights come from.
        seed: The same seed gives the same weights, where none are loaded.
        opset: The version of ONNX's operators.

    Raises:
        Problem: `bad-value` for an ending or an option that there is not, `not-found` for a package, `not-exportable`
            for a net that only as a whole cannot be held.
        SpecError: `not-exportable`, at the node that is in the way; what loading weights raises.
        OSError: the file cannot be written.
    """
    _check_call(path, weights, seed, opset)
    with _replaced(path) as new:
        if path.suffix == ".py":
            new.write_text(source(graph), encoding="utf-8", newline="\n")
            return Exported(path, {}, ())
        module = build(graph, seed=seed) if weights is None else build_loaded(graph, weights, seed=seed)[0]
        write = partial(_write, new, opset)
        try:
            return Exported(path, *write(graph, module.eval()))
        except Failure as failure:
            raise _refusal(graph, failure, FORMATS[path.suffix], write) from None


def _check_call(path: Path, weights: object, seed: object, opset: int | None) -> None:
    if path.suffix not in FORMATS:
        endings = ", ".join(f"`{ending}`" for ending in FORMATS)
        raise Problem("bad-value", f"a module is exported to a file that ends in {endings}, found `{path.name}`")
    if opset is not None and path.suffix != ".onnx":
        raise Problem("bad-value", f"`{path.name}` has no opset: only ONNX has", help="leave the opset out")
    if path.suffix == ".py" and (weights is not None or seed is not None):
        help = "`lego build` writes both, source and weights"
        raise Problem("bad-value", f"`{path.name}` is a source and holds no weights", help=help)
    if path.suffix == ".onnx":
        check_installed()


# -- the formats -------------------------------------------------------------------------------------------------------

Written = tuple[Sizes, tuple[Sizes, ...]]


def _write(path: Path, opset: int | None, graph: Graph, module: nn.Module) -> Written:
    """Write a module in the first way in which it gives what it should.

    Raises:
        Failure: there is none.
    """
    failures: list[Failure] = []
    for attempt in export_programs(graph, module):
        try:
            program = attempt()
            check_equal(graph, module, _written(path, opset, graph, program), program.smallest)
            return program.smallest, compared_sizes(program.smallest)
        except Failure as failure:
            failures.append(failure)
            if failure.final:
                break
    raise failures[-1] if failures[-1].final else failures[0]


def _written(path: Path, opset: int | None, graph: Graph, program: Program) -> Callable[..., object]:
    """Write a program; gives what runs the file."""
    if path.suffix == ".onnx":
        write_onnx(graph, program, path, opset)
        return onnx_runner(path) or _runner(program.exported)
    try:
        with quiet():
            torch.export.save(program.exported, path)
            return _runner(torch.export.load(path))
    except Exception as error:  # what cannot be saved
        raise failure_of(error) from None


def _runner(exported: ExportedProgram) -> Callable[..., object]:
    with quiet():
        return exported.module()


# -- files -------------------------------------------------------------------------------------------------------------


@contextmanager
def _replaced(path: Path) -> Generator[Path]:
    """A file in a folder of its own; it takes the place of `path`, with what lies beside it, when all has gone well."""
    folder = Path(mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield folder / path.name
        for one in sorted(folder.iterdir(), key=lambda one: one.name == path.name):  # the model last
            one.replace(path.parent / one.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# -- refusals ----------------------------------------------------------------------------------------------------------


def _refusal(graph: Graph, failure: Failure, format: str, write: Callable[[Graph, nn.Module], object]) -> Exception:
    """The failure with the place of the node that causes it, where one does by itself."""
    culprit = find_culprit(graph, lambda part: write(part, build(part).eval()))
    if culprit is None:
        help = f"give {failure.symbols} a number in the inputs" if failure.symbols else None
        return Problem("not-exportable", f"{format} cannot express the net: {failure.reason}", help=help)
    help = "put another layer in its place, or export to another format"
    if not culprit.failure.final and all_symbols(graph):
        help = f"give {', '.join(all_symbols(graph))} numbers in the inputs, or {help}"
    reason = f"{format} cannot express {culprit.kind}: {culprit.failure.reason}"
    problem = Problem("not-exportable", reason, help=help)
    return SpecError([problem.at(culprit.span, culprit.path)])
