"""The part of the JSON Schema that is about training takes what lego takes, and refuses what lego refuses."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from lego.api import parse
from lego.diagnostics import Source, SpecError
from lego.emit.schema import json_schema
from lego.spec import read
from lego.spec.tree import to_value

GOOD = """
lego: 1
inputs: {x: [N, 4]}
graph: [{Linear: 3}]
train:
  data: digits
  loss: {CrossEntropyLoss: {label_smoothing: 0.1}}
  optimizer: {SGD: {lr: 0.01, momentum: 0.9}}
  schedule: CosineAnnealingLR
  epochs: 3
  l2: 0.0001
  early_stopping: 3
  gradient_clipping: {value: 0.5}
  class_weights: [1.0, 2.0, 3.5]
  pretrain: {dbn: {epochs: 2, visible: gaussian}}
  ensemble: 5
"""

WRONG = {
    "label_smoothing": "smoothing",
    "SGD": "SDG",
    "CosineAnnealingLR": "CosineAnnealing",
    "epochs: 3": "epochs: 0",
    "l2: 0.0001": "l2: {of: all}",
    "early_stopping: 3": "early_stopping: 0",
    "gaussian": "normal",
    "ensemble: 5": "ensemble: 1",
    "value: 0.5": "vlue: 0.5",
    "[1.0, 2.0, 3.5]": "[1.0]",
    "data: digits": "data: [digits]",
}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(json_schema())


def test_it_takes_a_recipe(validator: Draft202012Validator) -> None:
    parse(GOOD)
    validator.validate(to_value(read(Source("spec.yaml", GOOD))))


@pytest.mark.parametrize("right", WRONG)
def test_it_refuses_what_lego_refuses(right: str, validator: Draft202012Validator) -> None:
    text = GOOD.replace(right, WRONG[right])
    with pytest.raises(SpecError):
        parse(text)
    assert not validator.is_valid(to_value(read(Source("spec.yaml", text))))
