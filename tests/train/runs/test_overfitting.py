"""Where overfitting begins: in curves that are drawn, and in those of nets that learn too much."""

from __future__ import annotations

import random
from math import exp

import pytest
import torch

from lego.api import parse, train
from lego.spec.recipe import Recipe, changed_recipe
from lego.train.data import Data, Tensors
from lego.train.runs import overfitting, overfitting_from, remedies

NET = "lego: 1\nname: net\ninputs: {x: [N, 16]}\ngraph: [{Linear: 64}, ReLU, {Dropout: 0.0}, {Linear: 2}]\n"


def falling(count):
    return [exp(-3 * epoch / count) for epoch in range(count)]


def noisy(values, noise, seed):
    drawn = random.Random(seed)
    return [value + drawn.gauss(0, noise) for value in values]


def turning(count, turn):
    return [0.3 + 2 * (epoch / count - turn) ** 2 for epoch in range(count)]


@pytest.mark.parametrize("count", [10, 20, 60, 200])
@pytest.mark.parametrize("noise", [0.0, 0.005, 0.02])
def test_it_is_found_where_validation_turns(count, noise):
    found = [overfitting(falling(count), noisy(turning(count, 0.4), noise, seed)) for seed in range(20)]
    near = [one for one in found if one is not None and abs(one / count - 0.4) <= 0.15]
    assert len(near) >= 18


@pytest.mark.parametrize("count", [5, 10, 30, 100])
@pytest.mark.parametrize("shape", ["flat", "plateau", "falling"])
def test_noise_alone_is_none(count, shape):
    levels = {
        "flat": [0.5] * count,
        "plateau": [0.3 + exp(-6 * epoch / count) for epoch in range(count)],
        "falling": falling(count),
    }
    found = [overfitting(falling(count), noisy(levels[shape], 0.02, seed)) for seed in range(100)]
    assert sum(one is not None for one in found) <= 3


def test_training_must_fall_meanwhile():
    assert overfitting(falling(30), turning(30, 0.3)) == 9
    assert overfitting(turning(30, 0.3), turning(30, 0.3)) is None


def test_a_rise_that_does_no_harm_is_none():
    assert overfitting(falling(30), [1 + epoch * 1e-4 for epoch in range(30)]) is None
    assert overfitting(falling(30), [1 + epoch * 1e-2 for epoch in range(30)]) == 0


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_few_epochs_say_nothing(count):
    assert overfitting(falling(count), turning(count, 0.0)) is None
    assert overfitting(falling(count), []) is None


def test_a_net_that_learns_noise_by_heart():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(120, 16, generator=generator)
    wavering = (torch.rand(120, generator=generator) < 0.3).long()
    labels = (x[:, 0] > 0).long() ^ wavering
    changes = {"epochs": 30, "validation": 0.5, "batch_size": 20, "optimizer": {"Adam": {"lr": 0.01}}}
    run = train(parse(NET), Data("noise", Tensors({"x": x}, labels)), progress=False, **changes)
    found = overfitting_from(run.metrics)
    assert found is not None and found <= 10
    assert run.metrics[-1].train_loss < 0.1 < run.metrics[found - 1].train_loss


def test_remedies_are_what_is_not_done_yet():
    without = NET.replace("{Dropout: 0.0}, ", "")
    assert [one.rpartition(": ")[2] for one in remedies(Recipe(), parse(without).graph)] == [
        "5", "0.3 in the spec", "1e-4", "5", "learn from more data", "take a smaller net, or fewer features"
    ]  # fmt: skip
    done = changed_recipe(Recipe(), {"early_stopping": 3, "l2": 1e-4, "ensemble": 3})
    assert len(remedies(done, parse(NET).graph)) == 2
