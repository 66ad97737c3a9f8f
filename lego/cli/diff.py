"""`lego diff`: what tells two specs apart."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lego.cli.options import Format, FormatOption, Settings, load, sizes
from lego.cli.outputs import Inputs
from lego.cli.report import mistakes_told

if TYPE_CHECKING:
    from lego.emit.difference import Difference

DIFFERENT = 1

Before = Annotated[Path, typer.Argument(metavar="BEFORE", help="A spec, a YAML file.", show_default=False)]
After = Annotated[Path, typer.Argument(metavar="AFTER", help="Another, or the same file.", show_default=False)]

_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "~": "\x1b[33m", ">": "\x1b[36m"}
_PLAIN = "\x1b[0m"


def diff(before: Before, after: After, settings: Settings, inputs: Inputs, format: FormatOption = Format.text) -> None:
    """Say what tells two specs apart.

    Nodes added (+), removed (-), moved (>) and changed (~), parameters and work of both, and the share of the weights
    that carry over. Values of --set are for the second spec. The status is 0 if both mean the same, 1 if not or if a
    spec is wrong, 2 if the call is wrong.
    """
    from lego.api import diff

    with mistakes_told():
        found = diff(load(before, ()), load(after, settings), **sizes(inputs))
        if format is Format.json:
            print(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
        else:
            print("\n".join(told(found)))
    raise typer.Exit(DIFFERENT if found else 0)


def told(found: Difference) -> list[str]:
    """The lines of the difference, coloured where a terminal shows them."""
    from lego.emit.difference import difference_lines

    is_plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return [
        str(line) if is_plain or not line.mark else f"{_COLOURS[line.mark]}{line}{_PLAIN}"
        for line in difference_lines(found)
    ]
