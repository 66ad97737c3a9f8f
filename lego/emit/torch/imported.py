"""Modules that a source imports: those of layers whose constructor torch does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import TypeAlias

from lego.catalogue import Layer
from lego.emit.torch.names import OWN, unique
from lego.graph import Frame, sites

Imported: TypeAlias = Mapping[tuple[str, str], str]
"""What the source calls a constructor, by its Python module and its name there."""


def find_imported(root: Frame, taken: Collection[str]) -> Imported:
    """The constructors that a graph imports; one whose name is `taken`, or another's, gets a name of its own."""
    names = {*taken, *OWN}
    found: dict[tuple[str, str], str] = {}
    for key in sorted({key for site in sites(root) if (key := _constructor(site.call.body))}):
        found[key] = unique(key[1], names, "")
        names.add(found[key])
    return found


def _constructor(body: object) -> tuple[str, str] | None:
    if not isinstance(body, Layer) or not body.imports:
        return None
    made = body.construct()
    return (body.imports, made.function) if made is not None else None


def import_lines(imported: Imported) -> Iterator[str]:
    """`from package.module import Gate, Unit`, with `Unit as Unit2` where another thing is called so."""
    for module, group in groupby(imported.items(), key=lambda one: one[0][0]):
        names = [function if function == name else f"{function} as {name}" for (_, function), name in group]
        yield f"from {module} import {', '.join(names)}"
