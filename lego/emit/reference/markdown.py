"""The reference page: the layers by family, a section each, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lego.catalogue import LayerFacts, OutputFacts, SlotFacts
from lego.emit.reference.text import formula_lines

_PREAMBLE = """\
# Layers

All layers by family: what each computes, its arguments and what they are unless given, its inputs and outputs, and the
shapes. An argument that is `inferred` is decided by the input, and checked where it is given.

This page is written by `lego layers --format markdown`; `lego layers Conv2d` prints one layer on a terminal."""


def list_markdown(layers: Sequence[LayerFacts]) -> str:
    """The page of all layers."""
    families = [(family, list(members)) for family, members in groupby(layers, key=lambda one: one.family)]
    contents = "\n".join(
        f"- [{_title(family)}](#{family}-layers): {', '.join(f'[{one.name}](#{one.name.lower()})' for one in members)}"
        for family, members in families
    )
    sections = [
        part for family, members in families for part in (f"## {_title(family)} layers", *map(layer_markdown, members))
    ]
    return "\n\n".join([_PREAMBLE, contents, *sections])


def _title(family: str) -> str:
    return family.capitalize()


def layer_markdown(layer: LayerFacts) -> str:
    """The section of one layer."""
    return "\n\n".join(_parts(layer))


def _parts(layer: LayerFacts) -> Iterator[str]:
    yield f"### {layer.name}"
    yield " ".join([_escaped(layer.summary), *([f"[{layer.page_name}]({layer.page})"] if layer.page else [])])
    if layer.details:
        yield _escaped(layer.details)
    if layer.formula:
        yield "\n".join(["```", *formula_lines(layer.formula), "```"])
    if layer.arguments:
        yield "\n".join(_table(layer))
    if layer.alone:
        yield f"`{layer.name}: VALUE` sets `{layer.alone}`."
    inputs = "; ".join(map(_input, layer.inputs)) or "none"
    yield f"Inputs: {inputs}. Outputs: {'; '.join(map(_output, layer.outputs))}."


def _table(layer: LayerFacts) -> Iterator[str]:
    yield "| argument | unless given | |"
    yield "|---|---|---|"
    for one in layer.arguments:
        default = one.unless_given if one.default is None else f"`{one.default}`"
        yield f"| `{one.name}` | {default} | {_cell(one.help)} ({_cell(one.accepts)}) |"


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Asterisks and underscores that are no markup, outside of code."""
    parts = text.split("`")
    plain = [part.replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;") for part in parts[::2]]
    return "".join(f"{outside}`{inside}`" for outside, inside in zip(plain, parts[1::2], strict=False)) + (
        plain[-1] if len(parts) % 2 else ""
    )


def _input(slot: SlotFacts) -> str:
    name = f"`{slot.name}`" if slot.name.isidentifier() else slot.name
    return f"{name} ({slot.takes}{', may stay empty' * slot.optional})"


def _output(outputs: OutputFacts) -> str:
    names = ", ".join(f"`{name}`" for name in outputs.names) or "`0`, `1`, …, as many as the input gives"
    return f"with `{outputs.given}` {names}" if outputs.given else names
