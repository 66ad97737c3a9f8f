"""`lego new`: a spec to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from lego.cli.options import Output
from lego.cli.report import mistakes_told, refuse
from lego.diagnostics import Source, did_you_mean
from lego.spec import parse, read, replaced

Name = Annotated[
    str | None, typer.Argument(metavar="NAME", help="The name of the spec, and of its file.", show_default=False)
]
From = Annotated[str, typer.Option("--from", metavar="KIND", help="What to start from: see --list.")]
List = Annotated[bool, typer.Option("--list", help="List what there is to start from.")]


def new(name: Name = None, kind: From = "mlp", output: Output = None, list_: List = False) -> None:
    """Write a spec to start from, with comments.

    It goes to NAME.yaml unless said otherwise; a file that is there already stays as it is.
    """
    known = templates()
    if list_:
        print("\n".join(f"{one:<13}{_doc(one, text)}" for one, text in known.items()))
        return
    if name is None:
        refuse("the name of the spec is missing", "write lego new mynet --from cnn, say")
    if kind not in known:
        refuse(f"there is no `{kind}` to start from", did_you_mean(kind, known) or f"there are: {', '.join(known)}")
    if output is None and Path(name).name != name:
        refuse(f"`{name}` is no name of a spec", "say with -o where to write it: lego new mynet -o specs/mynet.yaml")
    path = output or Path(f"{name}.yaml")
    with mistakes_told():
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(replaced(Source(kind, known[kind]), {"name": name}))
        except FileExistsError:
            refuse(f"there is a file `{path}` already", "say with -o where else to write")
        print(path)


def templates() -> dict[str, str]:
    """The texts of the specs that there are to start from, by kind."""
    found = (one for one in files(__package__ or "").joinpath("templates").iterdir() if one.name.endswith(".yaml"))
    return {one.name.removesuffix(".yaml"): one.read_text(encoding="utf-8") for one in sorted(found, key=str)}


def _doc(kind: str, text: str) -> str:
    return parse(read(Source(kind, text))).doc
