"""Composites in the schema: skip, split, recurrent and share, and the graphs in them."""

from __future__ import annotations

from lego.emit.schema.values import EXPRESSION, Schema, reference
from lego.emit.schema.wiring import CONDITION, COUNT, NAME, OUTPUTS_OF_STEPS
from lego.shapes import DTYPES

IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*"

COMPONENT = rf"{EXPRESSION}|^{IDENTIFIER}(\.{IDENTIFIER})*$"
"""A layer, a block, one of another document, or an expression that gives one."""

FORMS = ["object", "array", "string"]
"""The types of a node or graph."""

GRAPH: Schema = {
    "title": "graph",
    "description": "Nodes: a list, where they are numbered, or a mapping from names; or a single layer or block.",
    "type": FORMS,
    "pattern": COMPONENT,
    "minItems": 1,
    "minProperties": 1,
    "propertyNames": reference("node-name"),
    "additionalProperties": reference("node"),
    "allOf": [{"items": reference("node")}],
}

COMPOSITE_SCHEMAS: dict[str, Schema] = {
    "Sequential": {"description": "An inline graph: its nodes one after the other.", **reference("graph")},
    "skip": reference("skip"),
    "split": reference("split"),
    "recurrent": reference("recurrent"),
    "share": {
        "description": "Another node's module once more, on this node's input and with the same weights.",
        "type": ["string", "integer", "boolean"],
        "pattern": "^[^.]+$",
        "errorMessage": "must be the name of a node",
    },
}
"""The words that say what a node is, beside layers and blocks."""


_LONG_FORM = "beside `graph` may stand shortcut and merge; nodes stand under it"

SKIP: Schema = GRAPH | {
    "title": "skip",
    "description": "merge(shortcut(input), graph(input)): a graph, or a mapping with `graph`, `shortcut` and `merge`.",
    "properties": {
        "graph": reference("graph"),
        "shortcut": {"description": "What the input goes through instead; itself if left out."}
        | reference("optional-node"),
        "merge": {"description": "How both come together; `Add` if left out."} | reference("optional-node"),
    },
    "dependentSchemas": {
        "graph": {"propertyNames": {"pattern": "^(graph|shortcut|merge)$", "errorMessage": _LONG_FORM}},
        "shortcut": {"required": ["graph"]},
        "merge": {"required": ["graph"]},
    },
}
"""The graph, or its long form where there is a key `graph`."""

SPLIT: Schema = {
    "title": "split",
    "description": "Branches side by side, or copies of one graph, each of the whole input or of its part.",
    "type": "object",
    "properties": {
        "branches": {
            "description": "Graphs by name, or a list of them.",
            "type": ["object", "array"],
            "minProperties": 1,
            "minItems": 1,
            "propertyNames": reference("name"),
            "additionalProperties": reference("graph"),
            "allOf": [{"items": reference("graph")}],
        },
        "copies": {
            "description": "So many instances of `graph`, with weights of their own; `index` counts them.",
            "type": ["integer", "string"],
            "minimum": 1,
            "pattern": EXPRESSION,
        },
        "graph": reference("graph"),
        "by": {
            "description": "What each branch gets: the whole input (`copy`, the default), or a part: `{Chunk: …}`.",
            "anyOf": [{"const": "copy"}, reference("optional-node")],
        },
        "merge": {
            "description": "How the branches come together: `{Concat: 1}`, `Add`, …; with `none` each is an output.",
            "anyOf": [{"const": "none"}, reference("optional-node")],
        },
    },
    "additionalProperties": False,
    "required": ["merge"],
    "if": {"required": ["copies"]},
    "then": {"required": ["graph"], "properties": {"branches": False}},
    "else": {"required": ["branches"], "properties": {"graph": False}},
}

SHAPE: Schema = {
    "description": "Sizes of the dims: integers, symbols such as N, and expressions over them.",
    "type": "array",
    "items": reference("dim"),
}

TYPE: dict[str, Schema] = {
    "shape": reference("shape"),
    "dtype": {"description": "float32 unless given.", "enum": list(DTYPES)},
    "range": {
        "description": "Its integers are from the first number to below the second: `[0, 50]`.",
        "type": ["array", "string"],
        "pattern": EXPRESSION,
        "minItems": 2,
        "maxItems": 2,
        "allOf": [{"items": {"type": ["integer", "string"], "pattern": EXPRESSION}}],
    },
}
"""The keys of what has a type: an input, a state."""

DIM: Schema = {"type": ["integer", "string"], "minimum": 1, "errorMessage": "a dim is an integer or an expression"}

RECURRENT: Schema = {
    "title": "recurrent",
    "description": "A graph that runs once for each step of a sequence; its state is what it gave at the step before.",
    "type": "object",
    "properties": {
        "over": {
            "description": "The symbol, or the index, of the dim that is scanned; `{steps: 20}` needs no sequence.",
            "type": ["string", "integer", "object"],
            "properties": {"steps": {"description": "So many steps.", **COUNT}},
            "required": ["steps"],
            "additionalProperties": False,
        },
        "state": {
            "description": "Values at the step before, by name: a shape, or `{shape, dtype, range, init, delay}`.",
            "type": "object",
            "minProperties": 1,
            "propertyNames": reference("name"),
            "additionalProperties": {
                "type": ["array", "object"],
                "properties": {
                    **TYPE,
                    "init": {
                        "description": "Its value before the first step; zeros if left out.",
                        "anyOf": [{"enum": ["zeros", "ones", "learned"]}, NAME],
                    },
                    "delay": {"description": "How many steps back it is read; 1 if left out."} | COUNT,
                },
                "required": ["shape"],
                "additionalProperties": False,
                "allOf": [{"items": reference("dim")}],
            },
        },
        "graph": reference("graph"),
        "next": {
            "description": "The node that gives the next value of each state.",
            "type": "object",
            "additionalProperties": NAME,
        },
        "outputs": OUTPUTS_OF_STEPS,
        "reverse": {"description": "Scan from the end.", **CONDITION},
        "bidirectional": {
            "description": "Scan both ways, with weights of their own; true joins the features, a node merges them.",
            "anyOf": [{"type": "boolean"}, reference("node")],
        },
        "lengths": {"description": "The input that gives each row's length (int64, [N]).", **NAME},
    },
    "required": ["over", "state", "graph", "next"],
    "additionalProperties": False,
}
