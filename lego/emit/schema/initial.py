"""`init` in the schema: by weight, by layer, or one for all."""

from __future__ import annotations

from collections.abc import Iterable

from lego.emit.schema.values import EXPRESSION, Schema, reference
from lego.spec import ALIASES, INITIALISERS

_NAMES = [*INITIALISERS, *ALIASES]


def init_schemas(layers: Iterable[str]) -> dict[str, Schema]:
    """The schemas of `$defs` that have to do with how weights start."""
    return {
        "initialiser": {
            "description": "A name of torch.nn.init without the final underscore, one with arguments, or a number.",
            "type": ["string", "number", "object"],
            "minProperties": 1,
            "maxProperties": 1,
            **_forms(),
            "additionalProperties": False,
        },
        "layer-init": {
            "description": "How the weights of these layers start: one for `weight`, or by the weight's name.",
            "type": ["string", "number", "object", "null"],
            **_forms(),
            "additionalProperties": reference("initialiser"),
        },
        "init": {
            "description": "How weights start, by the weight's name: `{weight: he_normal}`; or by layer and weight.",
            "type": ["string", "number", "object"],
            "properties": {
                "weight": reference("initialiser"),
                "bias": reference("initialiser"),
                **{name: reference("layer-init") for name in layers},
                **_arguments(),
            },
            "additionalProperties": reference("initialiser"),
            "pattern": _forms()["pattern"],
            "anyOf": _forms()["anyOf"],
        },
    }


def _forms() -> Schema:
    """An initialiser by its name, or under its name with arguments."""
    return {
        "pattern": f"^({'|'.join(_NAMES)})$",
        "anyOf": [{"enum": _NAMES}, {}],
        "properties": _arguments(),
    }


def _arguments() -> dict[str, Schema]:
    return {name: reference(f"init-{ALIASES.get(name, name)}") for name in _NAMES}


def initialiser_arguments() -> dict[str, Schema]:
    """What stands under the name of each initialiser: its arguments, or the first of them alone."""
    return {f"init-{name}": _initialiser(takes) for name, takes in INITIALISERS.items()}


def _initialiser(takes: dict[str, tuple[type, ...]]) -> Schema:
    return {"properties": {name: _argument(types) for name, types in takes.items()}, "additionalProperties": False}


def _argument(types: tuple[type, ...]) -> Schema:
    if str in types:
        return {"type": "string"}
    return {"type": ["number" if float in types else "integer", "string"], "pattern": EXPRESSION}
