"""What stands beside the key that says what a node is, and what a graph gives."""

from __future__ import annotations

from lego.emit.schema.values import EXPRESSION, Schema, reference

NAME: Schema = {"type": ["string", "number", "boolean"], "errorMessage": "must be the name of a node or input"}
"""A name as YAML reads it: nodes of a list are numbers."""

TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""A text as YAML reads it."""

COUNT: Schema = {"type": ["integer", "string"], "minimum": 0, "pattern": EXPRESSION}

CONDITION: Schema = {
    "type": ["boolean", "string"],
    "pattern": EXPRESSION,
    "errorMessage": "must be true, false or an expression",
}

_FLAG: Schema = {"type": "boolean", "errorMessage": "must be true or false"}

FROM: Schema = {
    "description": "What the node reads, in place of the node before: a name, a list of them, or one for each slot.",
    "type": ["string", "number", "boolean", "array", "object"],
    "minItems": 1,
    "minProperties": 1,
    "additionalProperties": NAME,
    "allOf": [{"items": NAME}],
}

WIRING_SCHEMAS: dict[str, Schema] = {
    "from": reference("from"),
    "repeat": {"description": "So many instances, one after the other.", **COUNT},
    "each": {
        "description": "An instance for each `item` of a list, one after the other.",
        "type": ["array", "string"],
        "pattern": EXPRESSION,
    },
    "when": {"description": "Where false, the node is left out, and its readers get what it would read.", **CONDITION},
    "init": reference("init"),
    "freeze": {"description": "Its parameters have no gradient.", **_FLAG},
    "checkpoint": {"description": "Its activations are computed anew in the backward pass.", **_FLAG},
    "doc": {"description": "What it is for.", **TEXT},
}
"""The keys beside the one that says what a node is."""

_NAMES: Schema = {
    "type": ["string", "number", "boolean", "array", "object"],
    "minItems": 1,
    "minProperties": 1,
    "allOf": [{"items": NAME}],
}


def _output(**further: Schema) -> Schema:
    """A name, or the long form with these keys."""
    return {
        "type": ["string", "number", "boolean", "object"],
        "properties": {"from": NAME, "when": CONDITION, **further},
        "additionalProperties": False,
        "required": ["from"],
    }


OUTPUTS: Schema = {
    "description": "A name for a tensor, a list for a tuple, a mapping for a dict; the last node if left out.",
    **_NAMES,
    "additionalProperties": _output(),
}

_OUTPUT_OF_STEPS = _output(step={"description": "The value of the last step alone.", "const": "last"})

OUTPUTS_OF_STEPS: Schema = {
    "description": "What is stacked along `over`, or with `step: last` not; the last node if left out.",
    **_NAMES,
    "allOf": [{"items": _OUTPUT_OF_STEPS}],
    "if": {"type": "object", "required": ["from"]},
    "then": _OUTPUT_OF_STEPS,
    "else": {"additionalProperties": _OUTPUT_OF_STEPS},
}
