"""What an argument accepts, from Pydantic's schema of it to one that editors are good with.

Pydantic gives alternatives, and an editor that reads `anyOf` offers all and blames the wrong one. But a keyword of JSON
Schema speaks of one type alone (`minimum` of numbers, `prefixItems` of lists), so that alternatives of different types
are one schema with a list of types. To it comes what any value may be besides: an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from lego.catalogue import Layer, expected

Schema = dict[str, Any]

EXPRESSION = "^\\$"
"""What the text of an expression matches."""

_NOTES = ("default", "description", "title")


def reference(name: str) -> Schema:
    """A schema of `$defs`, by its name."""
    return {"$ref": f"#/$defs/{name}"}


class _Quiet(GenerateJsonSchema):
    """Pydantic's own, without warnings: a symbolic size is written as an expression, and needs no schema."""

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        pass


def argument_schemas(layer: type[Layer]) -> dict[str, Schema]:
    """What each argument of a layer accepts."""
    properties = layer.model_json_schema(schema_generator=_Quiet).get("properties", {})
    symbolic = layer.symbolic_arguments()
    return {
        name: value_schema(one, f"must be {expected(layer.model_fields[name])}", symbolic=name in symbolic)
        for name, one in properties.items()
    }


def value_schema(found: Mapping[str, Any], message: str, symbolic: bool = False) -> Schema:
    """A schema of Pydantic's with expressions allowed at every level.

    Args:
        found: A type, a list, or `anyOf` of them.
        message: What an editor says of any other value.
        symbolic: Sizes may also be bare expressions over symbols: `4*h`.
    """
    members = _members(found)
    if {} in members:
        return {}
    chosen = [value for one in members for value in _choices(one)]
    merged = _merged([one for one in members if not _choices(one)], message, symbolic)
    merged["errorMessage"] = message
    if not chosen:
        return merged
    return {"anyOf": [{"enum": chosen, "errorMessage": message}, merged]}


def _members(found: Mapping[str, Any]) -> list[Schema]:
    """The alternatives; layers are one of them."""
    members = [_bare(one) for one in found.get("anyOf", [found])]
    names = [one["$ref"].rpartition("/")[2] for one in members if "$ref" in one]
    return [*([_layer(names)] if names else []), *(one for one in members if "$ref" not in one)]


def _layer(names: list[str]) -> Schema:
    """One of these layers as the value of an argument, with arguments of its own."""
    return {
        "type": "object",
        "properties": {name: reference(name) for name in names},
        "patternProperties": {EXPRESSION: True},
        "additionalProperties": False,
        "maxProperties": 1,
        "pattern": f"{EXPRESSION}|^({'|'.join(names)})$",
    }


def _bare(found: Mapping[str, Any]) -> Schema:
    return {name: value for name, value in found.items() if name not in _NOTES}


def _choices(found: Mapping[str, Any]) -> list[Any]:
    return [found["const"]] if "const" in found else found.get("enum", [])


def _merged(members: Iterable[Schema], message: str, symbolic: bool) -> Schema:
    """Alternatives of different types, and an expression, as one schema."""
    types: list[str] = []
    keywords: Schema = {}
    for one in members:
        types.append(one["type"])
        keywords |= {name: _nested(name, value, message, symbolic) for name, value in one.items() if name != "type"}
    if "string" not in types and not (symbolic and "integer" in types):
        keywords.setdefault("pattern", EXPRESSION)
    if "items" in keywords and types != ["array"]:  # seen at the top, an editor would begin a list
        keywords["allOf"] = [{"items": keywords.pop("items")}]
    written = dict.fromkeys([*types, "string"])
    if "number" in written:
        written.pop("integer", None)
    return {"type": list(written), **keywords}


def _nested(keyword: str, value: Any, message: str, symbolic: bool) -> Any:
    if keyword == "items":
        return value_schema(value, message, symbolic)
    if keyword == "prefixItems":
        return [value_schema(one, message, symbolic) for one in value]
    return value
