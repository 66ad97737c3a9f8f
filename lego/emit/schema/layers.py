"""The layers in the schema: under its key, each layer's arguments, its primary argument alone, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lego.catalogue import ArgumentFacts, Layer, LayerFacts, describe
from lego.emit.schema.values import EXPRESSION, Schema, argument_schemas, reference


class Values:
    """The schemas of values, each kept once under a name that says what it accepts."""

    def __init__(self) -> None:
        self.known: dict[str, Schema] = {}

    def refer(self, phrase: str, value: Schema) -> Schema:
        """The reference to a value; phrases that stand for several values are numbered."""
        name = base = re.sub(r"[^A-Za-z0-9]+", "-", phrase).strip("-").lower()
        number = 1
        while self.known.setdefault(name, value) != value:
            number += 1
            name = f"{base}-{number}"
        return reference(name)


def layer_schemas(layers: Mapping[str, type[Layer]]) -> dict[str, Schema]:
    """What stands under the key of each layer, and the values that they share."""
    values = Values()
    found = {name: _layer(layer, describe(layer), values) for name, layer in layers.items()}
    return {**found, **values.known}


def _layer(layer: type[Layer], facts: LayerFacts, values: Values) -> Schema:
    schemas = argument_schemas(layer)
    references = {one.name: values.refer(one.accepts, schemas[one.name]) for one in facts.arguments}
    properties = {
        one.name: _argument(one, references[one.name], layer.model_fields[one.name].default) for one in facts.arguments
    }
    return {
        "title": facts.name,
        "description": facts.summary,
        "markdownDescription": "\n\n".join(_hover(facts)),
        "properties": properties,
        "additionalProperties": _further(layer, values),
        **({"required": list(facts.required)} if facts.required else {}),
        "if": {"type": "object" if facts.required else ["object", "null"]},
        "else": references[facts.alone] if facts.alone else {"type": "object", "errorMessage": _needs(facts)},
    }


def _argument(argument: ArgumentFacts, value: Schema, default: Any) -> Schema:
    unless = f"{argument.default} unless given" if argument.default is not None else argument.unless_given
    given = {"default": default} if argument.default not in (None, "null") else {}
    return {
        "title": argument.name,
        "description": f"{argument.help} ({argument.accepts}); {unless}",
        **given,
        **value,
    }


def _further(layer: type[Layer], values: Values) -> bool | Schema:
    """What other arguments may be: sizes of the axes of a pattern."""
    if layer.model_config.get("extra") != "allow":
        return False
    size = {"type": ["integer", "string"], "exclusiveMinimum": 0, "pattern": EXPRESSION}
    return values.refer("a positive integer", size | {"errorMessage": "must be a positive integer"})


def _hover(facts: LayerFacts) -> Iterator[str]:
    yield facts.summary
    if facts.details:
        yield facts.details
    if facts.formula:
        yield f"`{facts.formula}`"
    if facts.page:
        yield f"[{facts.page_name}]({facts.page})"


def _needs(facts: LayerFacts) -> str:
    if not facts.arguments:
        return f"{facts.name} has no arguments"
    written = ", ".join(f"{name}: …" for name in facts.required)
    return f"{facts.name} needs {' and '.join(facts.required)}: write {{{facts.name}: {{{written}}}}}"
