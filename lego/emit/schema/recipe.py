"""`train` in the schema: a recipe with its optimisers, schedules and losses. It has no expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from lego.catalogue import Described, Layer, LayerOf, PartOf, describe, expected, marks
from lego.emit.schema.values import Schema, reference
from lego.spec.recipe import Recipe


class _Quiet(GenerateJsonSchema):
    """Pydantic's own, without warnings: what has arguments of its own gets a schema here."""

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        pass


def recipe_schemas() -> dict[str, Schema]:
    """The schemas of `$defs` that have to do with training: `train`, and `train-Adam` and so on."""
    return {"train": _arguments(Recipe), **{_name(kind): _use(kind) for kind in _kinds(Recipe)}}


def _kinds(owner: type[Described]) -> Iterator[type[Described]]:
    """All that can stand in a recipe with arguments of its own."""
    for info in owner.model_fields.values():
        for mark in marks(info):
            inner = mark.kinds if isinstance(mark, LayerOf) else (mark.kind,) if isinstance(mark, PartOf) else ()
            for kind in inner:
                yield kind
                yield from _kinds(kind)


def _name(kind: type[Described]) -> str:
    return f"train-{kind.__name__}"


def _use(kind: type[Described]) -> Schema:
    """What stands under a name: arguments, the primary one alone, or nothing."""
    required = [name for name, info in kind.model_fields.items() if info.is_required()]
    schema = _arguments(kind)
    primary = kind.primary() or ""
    if not {primary}.issuperset(required):
        return schema
    alone = {name: value for name, value in schema["properties"][primary].items() if name != "description"}
    return {"title": kind.__name__, "if": {"type": ["object", "null"]}, "then": schema, "else": alone}


def _arguments(kind: type[Described]) -> Schema:
    found = kind.model_json_schema(schema_generator=_Quiet).get("properties", {})
    required = [name for name, info in kind.model_fields.items() if info.is_required()]
    summary = describe(kind).summary if issubclass(kind, Layer) else (kind.__doc__ or "").split("\n\n")[0]
    return {
        "title": kind.__name__,
        "description": " ".join(summary.split()),
        "type": "object" if required else ["object", "null"],
        "properties": {name: _argument(kind, name, found.get(name, {})) for name in kind.model_fields},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _argument(kind: type[Described], name: str, found: Schema) -> Schema:
    info = kind.model_fields[name]
    about = {"description": info.description or "", "errorMessage": f"must be {expected(info)}"}
    for mark in marks(info):
        if isinstance(mark, LayerOf):
            return about | _choice(mark.kinds)
        if isinstance(mark, PartOf):
            return about | reference(_name(mark.kind))
    return {**{key: value for key, value in found.items() if key not in ("title", "default")}, **about}


def _choice(kinds: tuple[type[Any], ...]) -> Schema:
    """One by its name, or with arguments under its name."""
    return {
        "type": ["string", "object", "null"],
        "pattern": f"^({'|'.join(kind.__name__ for kind in kinds)})$",
        "properties": {kind.__name__: reference(_name(kind)) for kind in kinds},
        "additionalProperties": False,
        "maxProperties": 1,
    }
