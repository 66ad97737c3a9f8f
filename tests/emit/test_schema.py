"""The JSON Schema takes all that lego takes, and refuses simple mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lego.api import check
from lego.catalogue import ArgumentProblem, Layer, create, is_reserved, layers
from lego.diagnostics import Source
from lego.emit.schema import json_schema
from lego.spec import COMPOSITES, INITIALISERS, WIRING, Block, Document, read, read_source
from lego.spec.tree import to_value

_ROOT = Path(__file__).parents[2]
_BAD = _ROOT / "tests" / "bad"
_SPECS = sorted(
    path
    for folder in ("specs", "tests", "examples")
    for path in (_ROOT / folder).rglob("*.yaml")
    if path.parent != _BAD
)
_LAYERS = {name: layer for name, layer in layers().items() if is_reserved(name)}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema()


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema)


def data(text: str) -> Any:
    return to_value(read(Source("spec.yaml", text)))


def test_it_is_a_schema_and_always_the_same(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert json_schema() == schema


def test_it_has_the_keys_of_the_language(schema: dict[str, Any]) -> None:
    definitions = schema["$defs"]
    assert schema["properties"].keys() == Document.model_fields.keys() - {"span"}
    assert definitions["block"]["properties"].keys() == Block.model_fields.keys() - {"span"}
    assert definitions["node"]["properties"].keys() == {*layers(), *COMPOSITES, *WIRING}
    assert {f"init-{name}" for name in INITIALISERS} <= definitions.keys()


def is_sound(path: Path) -> bool:
    return all(one.severity == "warning" for one in check(path))


@pytest.mark.parametrize("path", _SPECS, ids=lambda path: str(path.relative_to(_ROOT)))
def test_it_takes_what_lego_takes(path: Path, validator: Draft202012Validator) -> None:
    if is_sound(path):
        validator.validate(to_value(read(read_source(path))))


# -- layers ----------------------------------------------------------------------------------------------------------

_VALUES = (1, 2, 0, -1, 0.5, 1.5, True, None, "a b -> b a", "ij,jk->ik", "float32", "mean", "relu", "same")
_LISTS: tuple[Any, ...] = ([1], [2, 1], [0, 0], [0.5, 0.5], [1, 1, 1], [1, None], [3, 2, 1, 0], [], ["N"])
_USES: tuple[Any, ...] = ({"LayerNorm": {}}, {"TransformerEncoderLayer": 1}, {"TransformerDecoderLayer": {"nhead": 1}})
_ANY = (*_VALUES, *_LISTS, *_USES)


def is_fine(layer: type[Layer], arguments: dict[str, Any]) -> bool:
    return isinstance(create(layer, arguments), Layer)


def least(layer: type[Layer]) -> dict[str, Any]:
    """Arguments that the layer takes, as few as there can be."""
    required = [name for name, info in layer.model_fields.items() if info.is_required()]
    choices = [required, *([*required, name] for name in layer.model_fields if name not in required)]
    found = (dict(zip(names, values, strict=True)) for names in choices for values in product(_ANY, repeat=len(names)))
    return next(one for one in found if is_fine(layer, one))


def uses(layer: type[Layer]) -> Iterator[dict[str, Any]]:
    """Arguments, good and bad ones: each in turn with every value."""
    first = least(layer)
    yield first
    yield from ({**first, name: value} for name in layer.model_fields for value in _ANY)


@pytest.mark.parametrize("name", _LAYERS)
def test_a_layer_takes_what_lego_takes(name: str, schema: dict[str, Any]) -> None:
    """Every argument with every value: what is of a wrong type or out of range for lego is so for the schema."""
    layer = _LAYERS[name]
    validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
    for arguments in uses(layer):
        found = create(layer, arguments)
        if isinstance(found, Layer):
            validator.validate(arguments)
        elif any(is_told(layer, one) for one in found):
            assert not validator.is_valid(arguments), arguments


def is_told(layer: type[Layer], wrong: ArgumentProblem) -> bool:
    """Whether the schema tells of it: it knows neither sizes of symbols nor what is made of nested lists."""
    name = wrong.argument
    if name is None or name in layer.symbolic_arguments() or name in ("value", "weight", "pos_weight"):
        return False
    return wrong.problem.message.startswith(f"{name} must be ")


@pytest.mark.parametrize("name", _LAYERS)
def test_the_least_that_a_layer_needs(name: str, validator: Draft202012Validator) -> None:
    arguments = least(_LAYERS[name])
    validator.validate({"lego": 1, "graph": [{name: arguments}, {name: dict.fromkeys(arguments, "$x")}]})
    alone = validator.is_valid({"lego": 1, "graph": [name]})
    assert alone == (not any(info.is_required() for info in _LAYERS[name].model_fields.values()))


# -- mistakes --------------------------------------------------------------------------------------------------------

_MISTAKES = {
    "no version": "graph: [ReLU]",
    "another version": "{lego: 2, graph: [ReLU]}",
    "no graph": "{lego: 1, inputs: {x: [N]}}",
    "no mapping": "[ReLU]",
    "unknown key": "{lego: 1, input: {x: [N]}, graph: [ReLU]}",
    "unknown key of a block": "{lego: 1, blocks: {B: {graf: [ReLU]}}}",
    "block without graph": "{lego: 1, blocks: {B: {params: {a: 1}}}}",
    "block named as a layer": "{lego: 1, blocks: {ReLU: {graph: [Tanh]}}}",
    "block that is a list": "{lego: 1, blocks: {B: [ReLU]}}",
    "input that is a name": "{lego: 1, inputs: {x: N}, graph: [ReLU]}",
    "input with an unknown key": "{lego: 1, inputs: {x: {shape: [N], type: int64}}, graph: [ReLU]}",
    "input without shape": "{lego: 1, inputs: {x: {dtype: int64}}, graph: [ReLU]}",
    "input of no dtype": "{lego: 1, inputs: {x: {shape: [N], dtype: int}}, graph: [ReLU]}",
    "inputs as a list": "{lego: 1, inputs: [x], graph: [ReLU]}",
    "dim of 0.5": "{lego: 1, inputs: {x: [N, 0.5]}, graph: [ReLU]}",
    "parameter that expressions know": "{lego: 1, params: {shape: 1}, graph: [ReLU]}",
    "include of a list": "{lego: 1, include: {a: [b.yaml]}, graph: [ReLU]}",
    "output without from": "{lego: 1, graph: [ReLU], outputs: {a: {when: true}}}",
    "tie of a list": "{lego: 1, graph: [ReLU], tie: {a.weight: [b.weight]}}",
    "unknown initialiser argument": "{lego: 1, graph: [ReLU], init: {weight: {normal: {sd: 1}}}}",
    "unknown initialiser": "{lego: 1, graph: [ReLU], init: {weight: normaal}}",
}
_BAD_GRAPHS = (
    "[]",
    "{}",
    "{a+b: ReLU}",
    "{forward: ReLU}",
    "{input: ReLU}",
    "{Linear: {out_features: 10}}",
    "[{Linear: {out_features: 3, bais: false}}]",
    "[{Linear: {bias: false}}]",
    "[Linear]",
    "[{Linear: ~}]",
    "[{Linear: ten}]",
    "[{Linear: [1]}]",
    "[{Linear: true}]",
    "[{Linear: {out_features: 3, bias: 1}}]",
    "[{Linear: 0}]",
    "[{Conv2d: 64}]",
    "[{Conv2d: {out_channels: 3, kernel_size: [1, 2, 3]}}]",
    "[{Conv2d: {out_channels: 3, kernel_size: [1, 0]}}]",
    "[{Conv2d: {out_channels: 3, kernel_size: 1, padding: sam}}]",
    "[{Dropout: 2}]",
    "[{Tanh: 1}]",
    "[{Rearrange: {pattern: a (b c) -> a b c, c: 0}}]",
    "[{Linear: 3, ReLU: ~}]",
    "[{Linear: 3, bias: false}]",
    "[{Linear: 3, form: x}]",
    "[{Linear: 3, from: {}}]",
    "[{Linear: 3, from: ~}]",
    "[{Linear: 3, repeat: -1}]",
    "[{Linear: 3, repeat: two}]",
    "[{Linear: 3, each: 2}]",
    "[{Linear: 3, repeat: 2, each: [1, 2]}]",
    "[{Linear: 3, when: maybe}]",
    "[{Linear: 3, freeze: 1}]",
    "[{Linear: 3, init: [zeros]}]",
    "[{from: x}]",
    "[3]",
    "[~]",
    "[skip]",
    "[{skip: []}]",
    "[{skip: {graph: [ReLU], merg: Add}}]",
    "[{skip: {a: ReLU, merge: Add}}]",
    "[{split: [ReLU]}]",
    "[{split: {branches: {a: ReLU}}}]",
    "[{split: {copies: 2, merge: Add}}]",
    "[{split: {copies: 0, graph: ReLU, merge: Add}}]",
    "[{split: {branches: {a: ReLU}, graph: ReLU, merge: Add}}]",
    "[{split: {branches: {a: {Linear: 3}}, merge: Add}}]",
    "[{share: a.b}]",
    "[{share: [a]}]",
    "[{recurrent: {graph: [ReLU]}}]",
    "[{recurrent: {over: T, graph: [ReLU], state: {h: N}}}]",
    "[{recurrent: {over: T, graph: [ReLU], backwards: true}}]",
)


@pytest.mark.parametrize("text", [*_MISTAKES.values(), *(f"{{lego: 1, graph: {one}}}" for one in _BAD_GRAPHS)])
def test_it_refuses_a_mistake(text: str, validator: Draft202012Validator) -> None:
    assert not validator.is_valid(data(text))


_RECURRENT = """
lego: 1
graph:
  lstm:
    from: {x: a, y: b}
    recurrent:
      over: T
      state:
        h: [N, $hidden]
        c: {shape: [N, $hidden], init: learned, delay: 2}
      graph:
        x: {Linear: $(4 * hidden), from: input}
        h_new: {Add, from: [x, h]}
      next: {h: h_new, c: c_new}
      outputs: h_new
      bidirectional: true
      lengths: lengths
  made:
    recurrent:
      over: {steps: 20}
      state: {token: {shape: [N], dtype: int64, range: [0, $vocab], init: first}}
      graph: [ReLU]
      next: {token: 0}
      outputs: [token, {from: token, step: last}]
      bidirectional: {Concat: 1}
      reverse: $back
"""


def test_it_takes_recurrent_blocks(validator: Draft202012Validator) -> None:
    validator.validate(data(_RECURRENT))


_OF_FORM = {"unknown-key", "unknown-argument", "bad-name", "bad-value", "missing-argument", "version"}
"""Codes of mistakes that can be seen without looking names up or inferring shapes."""


def test_the_bad_specs_that_it_refuses(validator: Draft202012Validator) -> None:
    refused: list[bool] = []
    for path in sorted(_BAD.glob("*.yaml")):
        codes = {one.code for one in check(path) if one.severity == "error"}
        if codes <= _OF_FORM:
            refused.append(not validator.is_valid(to_value(read(read_source(path)))))
            assert codes or not refused[-1], f"{path} has only warnings"
    assert sum(refused) > len(refused) / 2
