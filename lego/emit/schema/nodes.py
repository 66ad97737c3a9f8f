"""Graphs, nodes and composites in the schema.

One schema describes a node in all its forms, for keywords speak of one type each; an `anyOf` in it that always holds
only offers the names of layers to complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from keyword import kwlist

from lego.catalogue import LayerFacts, is_reserved
from lego.emit.schema.composites import (
    COMPONENT,
    COMPOSITE_SCHEMAS,
    DIM,
    FORMS,
    GRAPH,
    IDENTIFIER,
    RECURRENT,
    SHAPE,
    SKIP,
    SPLIT,
)
from lego.emit.schema.values import Schema, reference
from lego.emit.schema.wiring import FROM, OUTPUTS, WIRING_SCHEMAS
from lego.spec import COMPOSITES, MODULE_ATTRIBUTES, WIRING

_INCOMPLETE = "it needs arguments: write a mapping, such as {Linear: 10} or {skip: [ReLU]}"
_NAMES = "names have letters, digits and underscores, and start with no digit"


def words(names: Iterable[str]) -> str:
    """A pattern for these words and no others."""
    return f"^({'|'.join(names)})$"


def no_words(names: Iterable[str]) -> str:
    """A pattern for all but these words."""
    return f"^(?!({'|'.join(names)})$)"


def node_schemas(layers: Sequence[LayerFacts]) -> dict[str, Schema]:
    """The schemas of `$defs` that have to do with graphs."""
    return {
        "node": _node(layers),
        "optional-node": {"anyOf": [reference("node"), {"type": "null"}]},
        "name": _name(),
        "node-name": _node_name(layers),
        "graph": GRAPH,
        "layer-name": _layer_name(layers),
        "from": FROM,
        "outputs": OUTPUTS,
        "skip": SKIP,
        "split": SPLIT,
        "recurrent": RECURRENT,
        "shape": SHAPE,
        "dim": DIM,
    }


# -- nodes and graphs ------------------------------------------------------------------------------------------------


def _node(layers: Sequence[LayerFacts]) -> Schema:
    names = [one.name for one in layers]
    incomplete = [one.name for one in layers if one.required]
    return {
        "title": "node",
        "description": "A layer or block by name, a list of nodes, or one layer or block with arguments and wiring.",
        "type": FORMS,
        "pattern": COMPONENT,
        "minItems": 1,
        "properties": {**{one.name: _use(one) for one in layers}, **COMPOSITE_SCHEMAS, **WIRING_SCHEMAS},
        "patternProperties": {COMPONENT: True},
        "additionalProperties": False,
        "dependentSchemas": {name: _alone(name) for name in [*names, *COMPOSITES]},
        "allOf": [
            {"anyOf": [reference("layer-name"), {}]},
            {"items": reference("node")},
            _refused({"type": "string", "pattern": words([*incomplete, *COMPOSITES])}, _INCOMPLETE, "object"),
            _refused(
                {"type": "object", "propertyNames": {"pattern": words(WIRING)}},
                "a node says what it is: add its layer, such as `Linear: 10`",
                "string",
            ),
            _refused(
                {"type": "object", "required": ["repeat", "each"]}, "a node has `repeat` or `each`, not both", "string"
            ),
        ],
    }


def _use(layer: LayerFacts) -> Schema:
    """What stands under a layer's key; editors begin it with the arguments that are required."""
    body = {name: f"${index}" for index, name in enumerate(layer.required, 1)}
    return {
        "description": layer.summary,
        "allOf": [reference(layer.name)],
        **({"defaultSnippets": [{"label": f"arguments of {layer.name}", "body": body}]} if body else {}),
    }


def _refused(form: Schema, message: str, wanted: str) -> Schema:
    """What may not be: a value of this form is told that it is of the wrong type."""
    return {"if": form, "then": {"type": wanted, "errorMessage": message}}


def _alone(name: str) -> Schema:
    """What may stand beside the key that says what a node is."""
    message = f"beside {name} may stand {', '.join(WIRING)}; its arguments stand under it"
    return {"propertyNames": {"pattern": words([name, *WIRING]), "errorMessage": message}}


def _name() -> Schema:
    """Of a node, an input, a branch or a state."""
    taken = [*kwlist, *sorted(MODULE_ATTRIBUTES), "input"]
    return {
        "allOf": [
            {"pattern": rf"^({IDENTIFIER}(-[A-Za-z0-9_]+)*|[0-9]+)$", "errorMessage": _NAMES},
            {"pattern": no_words(taken), "errorMessage": "this name is taken by Python, torch.nn.Module or lego"},
        ]
    }


def _node_name(layers: Sequence[LayerFacts]) -> Schema:
    """As a key of a graph."""
    own = [one.name for one in layers if is_reserved(one.name)]
    message = "the keys of a graph are names of nodes, and this is a layer: write a list of nodes"
    return {"allOf": [reference("name"), {"pattern": no_words(own), "errorMessage": message}]}


def _layer_name(layers: Sequence[LayerFacts]) -> Schema:
    """The layers that need no arguments, to complete from."""
    return {
        "anyOf": [
            {"const": one.name, "title": one.name, "description": one.summary} for one in layers if not one.required
        ]
    }
