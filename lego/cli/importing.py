"""`lego import`: a torch module as a spec."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from lego.cli.options import named_values, sizes
from lego.cli.report import mistakes_told
from lego.diagnostics import Problem

Target = Annotated[
    str,
    typer.Argument(
        metavar="PACKAGE.MODULE:FACTORY",
        help="A function or class that makes the module, or the module itself; found from the current folder on.",
        show_default=False,
    ),
]
Inputs = Annotated[
    list[str],
    typer.Option(
        "--input",
        metavar="NAME=SHAPE",
        help="An input of forward: --input image=N,3,224,224 --input 'tokens={shape: [N, T], dtype: int64}'.",
        default_factory=list,
        show_default=False,
    ),
]
FactoryArguments = Annotated[
    list[str],
    typer.Option(
        "--arg",
        metavar="NAME=VALUE",
        help="An argument of the factory, as YAML writes it: --arg num_classes=10.",
        default_factory=list,
        show_default=False,
    ),
]


def import_(
    target: Target,
    inputs: Inputs,
    arguments: FactoryArguments,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="SPEC", help="Where to; printed unless given.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the spec; that of the module's class unless given.")] = None,
    weights: Annotated[
        Path | None, typer.Option("--weights", "-w", metavar="FILE", help="Write the weights, too, as safetensors.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Write a torch module as a spec.

    The factory is run; the spec says what its module does in evaluation, and has weights of the same names.
    """
    with mistakes_told():
        for path in (output, weights):
            _check_free(path, force)
        shapes = {key: value for text in inputs for key, value in _input(text)}
        given = named_values(arguments, "--arg", "num_classes=10")
        from lego.api import from_torch
        from lego.runtime import save_weights
        from lego.runtime.importing import module_from

        module = module_from(target, given)
        text = from_torch(module, name=name, **shapes).to_yaml()
        with ExitStack() as stack:
            if weights is not None:
                save_weights(module, stack.enter_context(_replaced(weights)))
            if output is not None:
                stack.enter_context(_replaced(output)).write_text(text, encoding="utf-8", newline="\n")
        print(text if output is None else output, end="" if output is None else "\n")


def _check_free(path: Path | None, force: bool) -> None:
    if path is not None and path.exists() and not force:
        raise Problem("bad-value", f"`{path}` is there already", help="name another file, or add --force")


@contextmanager
def _replaced(path: Path) -> Generator[Path]:
    """A new file beside `path` that takes its place when all has gone well, and is gone when not."""
    new = path.with_name(f".{path.name}.{uuid4().hex[:8]}.new")
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _input(text: str) -> Iterable[tuple[str, Any]]:
    """A shape, or the long form of an input."""
    _, _, value = text.partition("=")
    if value.lstrip().startswith("{"):
        return named_values((text,), "--input", "image=N,3,224,224").items()
    return sizes((text,)).items()
