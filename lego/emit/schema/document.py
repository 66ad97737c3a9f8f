"""The schema of a document as a whole, its blocks and inputs."""

from __future__ import annotations

from typing import Any

from lego.catalogue import describe, layers
from lego.emit.schema.composites import IDENTIFIER, TYPE
from lego.emit.schema.initial import init_schemas, initialiser_arguments
from lego.emit.schema.layers import layer_schemas
from lego.emit.schema.nodes import no_words, node_schemas, words
from lego.emit.schema.recipe import recipe_schemas
from lego.emit.schema.values import Schema, reference
from lego.emit.schema.wiring import TEXT
from lego.spec import COMPOSITES, RESERVED, VERSION, WIRING

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON Schema (Draft 2020-12) of a document, with all layers that are known; the same in every call.

    It takes all that lego takes, though it looks into blocks that nothing uses as well. Of what lego refuses it takes
    what shows only when the graph is built: names that are not there, shapes that do not fit. `errorMessage` is what
    editors with the YAML language server show.
    """
    known = layers()
    facts = [describe(one) for one in known.values()]
    definitions = {
        **_blocks(list(known)),
        **node_schemas(facts),
        **init_schemas(known),
        **initialiser_arguments(),
        **layer_schemas(known),
        **recipe_schemas(),
    }
    return {"$schema": DIALECT, "title": "lego", **_DOCUMENT, "$defs": definitions}


_SHARED: dict[str, Schema] = {
    "doc": {"description": "What it is.", **TEXT},
    "params": {
        "description": "Parameters and their values: `{width: 64}`; `~` for one that must be given.",
        "type": ["object", "null"],
        "propertyNames": reference("parameter-name"),
    },
    "graph": reference("graph"),
    "outputs": reference("outputs"),
    "init": reference("init"),
    "tie": {
        "description": "Parameters that are one: `{head.weight: embed.weight}` makes the left one the right one.",
        "type": ["object", "null"],
        "additionalProperties": {"type": "string"},
    },
}
"""The keys that documents and blocks have in common."""

_DOCUMENT: Schema = {
    "description": "A neural network as a document.",
    "type": "object",
    "properties": {
        "lego": {"description": "Version of the language.", "const": VERSION},
        "name": {"description": "Name of the network.", **TEXT},
        **_SHARED,
        "inputs": {
            "description": "The inputs and their shapes: `{image: [N, 3, H, W]}`.",
            "type": ["object", "null"],
            "propertyNames": reference("name"),
            "additionalProperties": reference("input"),
        },
        "include": {
            "description": "Other documents, by relative path: their blocks are `name.Block`, their graph is `name`.",
            "type": ["object", "null"],
            "propertyNames": reference("block-name"),
            "additionalProperties": {"type": "string"},
        },
        "blocks": {
            "description": "Reusable graphs with parameters.",
            "type": ["object", "null"],
            "propertyNames": reference("block-name"),
            "additionalProperties": reference("block"),
        },
        "train": reference("train"),
    },
    "additionalProperties": False,
    "required": ["lego"],
    "anyOf": [{"required": ["graph"]}, {"required": ["blocks"]}],
}


def _blocks(layers: list[str]) -> dict[str, Schema]:
    """The schemas of `$defs` that have to do with documents and blocks."""
    return {
        "block": {
            "title": "block",
            "description": "A graph with parameters, used by its name.",
            "type": "object",
            "properties": {**_SHARED, "inputs": _BLOCK_INPUTS},
            "additionalProperties": False,
            "required": ["graph"],
        },
        "block-name": {
            "allOf": [
                {"pattern": words([IDENTIFIER])},
                {
                    "pattern": no_words([*layers, *COMPOSITES, *WIRING]),
                    "errorMessage": "this is a layer or a word of the language, and a block may not take its name",
                },
            ]
        },
        "parameter-name": {
            "allOf": [
                {"pattern": words([IDENTIFIER])},
                {"pattern": no_words(sorted(RESERVED)), "errorMessage": "this means something else in expressions"},
            ]
        },
        "input": _INPUT,
        "block-input": {"anyOf": [reference("input"), {"type": "null"}]},
    }


_INPUT: Schema = {
    "title": "input",
    "description": "A shape, `[N, 3, H, W]`: integers, symbols and expressions; or `{shape, dtype, range}`.",
    "type": ["array", "object"],
    "errorMessage": "an input needs a shape: [N, 3, H, W]",
    "properties": TYPE,
    "required": ["shape"],
    "additionalProperties": False,
    "allOf": [{"items": reference("dim")}],
}

_BLOCK_INPUTS: Schema = {
    "description": "Names of the inputs, or their shapes by name (`~`: any); one input, `input`, if left out.",
    "type": ["array", "object", "null"],
    "propertyNames": reference("name"),
    "additionalProperties": reference("block-input"),
    "allOf": [{"items": TEXT}],
}
