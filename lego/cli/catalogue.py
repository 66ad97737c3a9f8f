"""`lego layers`: the catalogue, and one layer's arguments, slots, outputs, shape rule and page."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from lego.catalogue import LayerFacts, describe, layer_fault, layer_faults
from lego.catalogue import layers as all_layers
from lego.cli.report import refuse
from lego.diagnostics import did_you_mean

Name = Annotated[str | None, typer.Argument(metavar="LAYER", help="The layer; all of them if left out.")]


class LayersFormat(StrEnum):
    """For whom the result is: `markdown` is the reference page."""

    text = "text"
    json = "json"
    markdown = "markdown"


FormatOption = Annotated[LayersFormat, typer.Option("--format", help="For people, for programs, or as a page.")]


def layers(layer: Name = None, format: FormatOption = LayersFormat.text) -> None:
    """List the layers, or describe one."""
    known = all_layers()
    if layer is None:
        for fault in layer_faults():
            print(f"warning: {fault.message}", file=sys.stderr)
        print(_list([describe(one) for one in known.values()], format))
    elif layer in known:
        print(_one(describe(known[layer]), format))
    elif fault := layer_fault(layer):
        refuse(fault.message, fault.help)
    else:
        refuse(f"there is no layer `{layer}`", did_you_mean(layer, known) or "`lego layers` lists all layers")


def _list(layers: list[LayerFacts], format: LayersFormat) -> str:
    from lego.emit.reference import list_markdown, list_text

    if format is LayersFormat.json:
        return _json([{"name": one.name, "family": one.family, "summary": one.summary} for one in layers])
    return list_markdown(layers) if format is LayersFormat.markdown else list_text(layers)


def _one(layer: LayerFacts, format: LayersFormat) -> str:
    from lego.emit.reference import layer_markdown, layer_text

    if format is LayersFormat.json:
        return _json(layer.to_json())
    return layer_markdown(layer) if format is LayersFormat.markdown else layer_text(layer)


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)
