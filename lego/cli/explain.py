"""`lego explain`: what a code means."""

from __future__ import annotations

import json
from textwrap import indent, wrap
from typing import Annotated

import typer

from lego.cli.options import Format, FormatOption
from lego.cli.report import refuse
from lego.cli.topics import FURTHER
from lego.diagnostics import CODES, Code, did_you_mean

Name = Annotated[str | None, typer.Argument(metavar="CODE", help="The word in brackets; all of them if left out.")]


def explain(code: Name = None, format: FormatOption = Format.text) -> None:
    """Say what a diagnostic means.

    With a spec that is wrong, and the same one mended.
    """
    if code is None:
        found: object = {name: one.title for name, one in CODES.items()}
        text = "\n".join(f"{name:<18}{one.title}" for name, one in CODES.items())
    elif code in CODES:
        further = FURTHER[code]() if code in FURTHER else ""
        found = {"code": code, **CODES[code]._asdict(), **({"further": further} if further else {})}
        text = "\n\n".join([_page(code, CODES[code]), *([further] if further else [])])
    else:
        refuse(f"there is no code `{code}`", did_you_mean(code, CODES) or "`lego explain` lists all codes")
    print(json.dumps(found, indent=2, ensure_ascii=False) if format is Format.json else text)


def _page(name: str, code: Code) -> str:
    parts = [f"{name}: {code.title}", "\n".join(wrap(code.text, 88))]
    if code.wrong:
        parts += ["Wrong:", indent(code.wrong.rstrip(), "    "), "Right:", indent(code.right.rstrip(), "    ")]
    return "\n\n".join(parts)
