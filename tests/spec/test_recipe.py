"""Recipes: torch's optimisers and schedules under torch's names, and the way to YAML and back."""

from __future__ import annotations

import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lego.api import parse
from lego.spec.recipe import OPTIMIZERS, SCHEDULES

TEXT = "lego: 1\ninputs: {x: [N, 4]}\ngraph: [{Linear: 3}]\ntrain:\n"

OPTIMIZER_LEFT_OUT = {"params", "foreach", "maximize", "capturable", "differentiable", "fused", "self"}
SCHEDULE_LEFT_OUT = {"optimizer", "last_epoch", "self", "epochs", "steps_per_epoch", "mode", "threshold_mode", "eps"}


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_optimizers_have_torch_s_arguments_and_defaults(kind):
    expected = _signature(getattr(torch.optim, kind.__name__), OPTIMIZER_LEFT_OUT)
    assert {name: info.default for name, info in kind.model_fields.items()} == expected


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda kind: kind.__name__)
def test_schedules_have_torch_s_arguments_and_defaults(kind):
    expected = _signature(getattr(torch.optim.lr_scheduler, kind.__name__), SCHEDULE_LEFT_OUT)
    own = {name: info for name, info in kind.model_fields.items() if name != "interval"}
    assert set(own) == set(expected)
    given = {name: info.default for name, info in own.items() if not info.is_required() and name != kind.total}
    assert given == {name: value for name, value in expected.items() if name in given}


def _signature(function, left_out):
    parameters = inspect.signature(function.__init__).parameters.values()
    return {one.name: one.default for one in parameters if one.name not in left_out}


WHOLE = """\
  data: digits
  loss: {CrossEntropyLoss: {label_smoothing: 0.1}}
  optimizer: {SGD: {lr: 0.01, momentum: 0.9}}
  schedule: CosineAnnealingLR
  epochs: 3
  l2: 0.0001
  early_stopping: {patience: 3, monitor: error}
  gradient_clipping: {value: 0.5}
  class_weights: [1.0, 2.0, 3.5]
  pretrain: {dbn: {epochs: 2, visible: gaussian}}
  ensemble: 5
"""


def test_a_recipe_is_written_as_it_was_given():
    spec = parse(TEXT + WHOLE)
    assert parse(spec.to_yaml()).document == spec.document
    assert spec.to_yaml().endswith(WHOLE)


@given(st.floats(1e-6, 1), st.sampled_from(OPTIMIZERS), st.integers(1, 100))
def test_a_lone_number_is_the_learning_rate(lr, kind, epochs):
    train = parse(f"{TEXT}  optimizer: {{{kind.__name__}: {lr!r}}}\n  epochs: {epochs}\n").document.train
    assert train.optimizer == kind(lr=lr)
    assert train.epochs == epochs


def test_nothing_under_train_is_no_recipe():
    assert parse(TEXT).document.train is None
