"""`lego layers`: the catalogue, and one layer's arguments, slots, outputs, shape rule and page."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any

import typer

from lego.catalogue import INFERRED, Layer, Variadic, expected, show
from lego.catalogue import layers as all_layers
from lego.cli.options import Format, FormatOption
from lego.cli.report import refuse
from lego.diagnostics import did_you_mean

Name = Annotated[str | None, typer.Argument(metavar="LAYER", help="The layer; all of them if left out.")]


def layers(layer: Name = None, format: FormatOption = Format.text) -> None:
    """List the layers, or describe one."""
    known = all_layers()
    if layer is None:
        found: object = [{"name": name, "family": one.family, "doc": _doc(one)} for name, one in known.items()]
        text = "\n\n".join(_families(known))
    elif layer in known:
        found = facts(known[layer])
        text = "\n".join(_page(found))
    else:
        refuse(f"there is no layer `{layer}`", did_you_mean(layer, known) or "`lego layers` lists all layers")
    print(json.dumps(found, indent=2, ensure_ascii=False) if format is Format.json else text)


def _doc(layer: type[Layer]) -> str:
    return (inspect.getdoc(layer) or "").split("\n\n")[0].replace("\n", " ")


def _families(known: dict[str, type[Layer]]) -> Iterator[str]:
    width = max(map(len, known)) + 2
    for family, members in groupby(known.values(), key=lambda one: one.family):
        yield "\n".join([family, *(f"  {one.__name__:<{width}}{_doc(one)}" for one in members)])


# -- one layer -------------------------------------------------------------------------------------------------------


def facts(layer: type[Layer]) -> dict[str, Any]:
    """All that the catalogue says of a layer, as plain data."""
    page = layer.page or (f"torch.nn.{layer.__name__}" if layer.torch_name is None else None)
    return {
        "name": layer.__name__,
        "family": layer.family,
        "doc": inspect.getdoc(layer) or "",
        "arguments": [_argument(name, info) for name, info in layer.model_fields.items()],
        "slots": _slots(layer),
        "outputs": list(layer.model_construct().output_names()) or "numbered",
        "formula": layer.formula,
        "page": f"https://docs.pytorch.org/docs/stable/generated/{page}.html" if page else None,
    }


def _argument(name: str, info: Any) -> dict[str, Any]:
    inferred = INFERRED in info.metadata
    return {
        "name": name,
        "type": expected(info),
        "required": info.is_required(),
        "inferred": inferred,
        "default": None if info.is_required() or inferred else show(info.default),
        "help": info.description or "",
    }


def _slots(layer: type[Layer]) -> list[dict[str, Any]]:
    if isinstance(layer.slots, Variadic):
        return [{"name": f"{layer.slots.least} or more", "dtype": layer.slots.dtype, "optional": False}]
    return [{"name": one.name, "dtype": one.dtype, "optional": one.optional} for one in layer.slots]


def _page(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['name']}: {found['doc']}"
    yield from ("", "arguments:" if found["arguments"] else "no arguments")
    width = max((len(one["name"]) for one in found["arguments"]), default=0)
    for one in found["arguments"]:
        yield f"  {one['name']:<{width}}  {one['type']}; {_default(one)}"
        yield f"  {'':<{width}}    {one['help']}"
    yield from ("", "inputs:" if found["slots"] else "no inputs")
    for slot in found["slots"]:
        yield f"  {slot['name']}: {slot['dtype']}{', may stay empty' if slot['optional'] else ''}"
    outputs = found["outputs"]
    yield from ("", f"outputs: {outputs if isinstance(outputs, str) else ', '.join(outputs)}")
    for name in ("formula", "page"):
        if found[name]:
            yield from ("", f"{'shapes' if name == 'formula' else name}: {found[name]}")


def _default(one: dict[str, Any]) -> str:
    if one["inferred"]:
        return "inferred"
    return "required" if one["required"] else f"{one['default']} by default"
