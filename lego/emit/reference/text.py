"""A layer, or the list of all, as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from textwrap import fill, indent

from lego.catalogue import LayerFacts, OutputFacts, SlotFacts

_WIDTH = 100
_INSIDE = _WIDTH - 2

_fill = partial(fill, break_on_hyphens=False, break_long_words=False)


def list_text(layers: Sequence[LayerFacts]) -> str:
    """Family by family, a line each."""
    width = max(len(one.name) for one in layers) + 2
    families = groupby(layers, key=lambda one: one.family)
    return "\n\n".join(
        "\n".join([family, *(f"  {one.name:<{width}}{one.summary}" for one in members)]) for family, members in families
    )


def layer_text(layer: LayerFacts) -> str:
    """All that is known of one layer."""
    parts = [f"{layer.name} ({layer.family})\n{_fill(layer.summary, _WIDTH)}"]
    if layer.details:
        parts.append(layer.details)
    parts += [f"{title}\n{indent(text, '  ')}" for title, text in _sections(layer)]
    return "\n\n".join(parts)


def _sections(layer: LayerFacts) -> Iterator[tuple[str, str]]:
    if layer.formula:
        yield "shapes", _formula(layer.formula)
    yield "arguments", _arguments(layer)
    yield "inputs", _columns([(one.name, _takes(one)) for one in layer.inputs]) or "none"
    yield "outputs", "\n".join(map(_output, layer.outputs))
    if layer.page:
        yield "page", layer.page


def _formula(text: str) -> str:
    return "\n".join(_fill(line, _INSIDE, subsequent_indent="    ") for line in formula_lines(text))


def formula_lines(text: str) -> list[str]:
    """Each form of a shape rule on a line of its own, and what explains it below."""
    return text.replace("; ", "\n").replace(" with ", "\n  with ", 1).splitlines()


def _arguments(layer: LayerFacts) -> str:
    rows = [(one.name, one.unless_given, f"{one.help} ({one.accepts})") for one in layer.arguments]
    text = _columns(rows) or "none"
    return f"{text}\n`{layer.name}: VALUE` sets {layer.alone}" if layer.alone else text


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Columns of one width each, the last one wrapped."""
    widths = [max(len(cell) for cell in column) + 2 for column in list(zip(*rows, strict=True))[:-1]]
    lines: list[str] = []
    for row in rows:
        lead = "".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        lines.append(_fill(row[-1], _INSIDE, initial_indent=lead, subsequent_indent=" " * len(lead)))
    return "\n".join(lines)


def _takes(slot: SlotFacts) -> str:
    return f"{slot.takes}; may stay empty" if slot.optional else slot.takes


def _output(outputs: OutputFacts) -> str:
    names = ", ".join(outputs.names) or "0, 1, …: as many as the input gives"
    return f"with {outputs.given}: {names}" if outputs.given else names
