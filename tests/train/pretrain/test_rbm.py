"""Restricted Boltzmann machines against enumeration of all their states, and against scikit-learn's."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.neural_network import BernoulliRBM

from lego.spec.recipe import DBN
from lego.train.pretrain import RBM, fit
from lego.train.pretrain.divergence import Learner

VISIBLE, HIDDEN = 4, 3


def states(units):
    return torch.tensor(list(product((0.0, 1.0), repeat=units)), dtype=torch.float64)


@pytest.fixture
def small():
    rbm = RBM(VISIBLE, HIDDEN, seed=1, dtype=torch.float64)
    draw = torch.Generator().manual_seed(2)
    for weight in (rbm.weight, rbm.hidden_bias, rbm.visible_bias):
        weight.normal_(generator=draw)
    return rbm


def energy(rbm, visible, hidden):
    return -visible @ rbm.visible_bias - hidden @ rbm.hidden_bias - ((hidden @ rbm.weight) * visible).sum(-1)


def joint(rbm):
    """P(v, h) for all states, [16, 8]."""
    pairs = [[-energy(rbm, v, h) for h in states(HIDDEN)] for v in states(VISIBLE)]
    logits = torch.tensor(pairs, dtype=torch.float64)
    return (logits - logits.logsumexp((0, 1))).exp()


def test_free_energy_is_that_of_all_hidden_states(small):
    energies = torch.stack([energy(small, states(VISIBLE), h.expand(16, -1)) for h in states(HIDDEN)])
    torch.testing.assert_close(small.free_energy(states(VISIBLE)), -(-energies).logsumexp(0))


def test_conditionals(small):
    both = joint(small)
    hidden = (both @ states(HIDDEN)) / both.sum(1, keepdim=True)
    torch.testing.assert_close(small.hidden_given(states(VISIBLE)), hidden)
    visible = (both.t() @ states(VISIBLE)) / both.sum(0)[:, None]
    torch.testing.assert_close(small.visible_given(states(HIDDEN)), visible)


def test_gaussian_units():
    rbm = RBM(2, 2, visible="gaussian", seed=0, dtype=torch.float64)
    rbm.weight.copy_(torch.tensor([[0.5, -1.0], [2.0, 0.25]]))
    rbm.visible_bias.copy_(torch.tensor([0.1, -0.2]))
    mean = rbm.visible_given(torch.tensor([[1.0, 0.0]], dtype=torch.float64))
    torch.testing.assert_close(mean, torch.tensor([[0.6, -1.2]], dtype=torch.float64))
    drawn = rbm.sample_visible(mean.expand(20_000, -1))
    torch.testing.assert_close(drawn.mean(0), mean[0], atol=0.03, rtol=0)
    torch.testing.assert_close(drawn.var(0), torch.ones(2, dtype=torch.float64), atol=0.05, rtol=0)
    with pytest.raises(ValueError, match="Bernoulli"):
        rbm.pseudo_likelihood(drawn)


def test_pseudo_likelihood_is_that_of_one_unit_given_the_others(small):
    both = joint(small).sum(1)
    chance = {tuple(state.tolist()): p for state, p in zip(states(VISIBLE), both, strict=True)}

    def conditional(state, unit):
        flipped = list(state)
        flipped[unit] = 1 - flipped[unit]
        return (chance[state] / (chance[state] + chance[tuple(flipped)])).log()

    state = (1.0, 0.0, 0.0, 1.0)
    expected = sum(conditional(state, unit) for unit in range(VISIBLE))
    found = small.pseudo_likelihood(torch.tensor([state], dtype=torch.float64).expand(200_000, -1))
    assert found == pytest.approx(expected.item(), rel=0.01)


@pytest.mark.parametrize("recipe", [DBN(), DBN(k=2), DBN(persistent=True), DBN(momentum=0.5, weight_decay=0.1)])
def test_a_step_is_the_gradient_of_data_and_fantasy(small, recipe, monkeypatch):
    """The chain is taken as it comes; what is added is lr · (data - fantasy), with decay and momentum."""
    batch = states(VISIBLE)[[3, 5, 6]]
    fantasies = []
    original = Learner._fantasy
    monkeypatch.setattr(Learner, "_fantasy", lambda self, h: fantasies.append(original(self, h)) or fantasies[-1])
    learner = Learner(small, recipe)
    velocity = torch.zeros_like(small.weight)
    for _ in range(3):
        before, data = small.weight.clone(), small.hidden_given(batch)
        learner.step(batch)
        visible, hidden = fantasies[-1]
        gradient = (data.t() @ batch - hidden.t() @ visible) / len(batch)
        velocity = recipe.momentum * velocity + recipe.lr * (gradient - recipe.weight_decay * before)
        torch.testing.assert_close(small.weight, before + velocity)


def test_it_learns_a_distribution():
    """Four patterns of sixteen: persistent CD puts most of the probability on them."""
    patterns = torch.tensor([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]], dtype=torch.float64)
    rbm = RBM(VISIBLE, 8, seed=0, dtype=torch.float64)
    fit(rbm, patterns.repeat(25, 1), DBN(epochs=200, persistent=True, lr=0.2))
    weights = (-rbm.free_energy(states(VISIBLE))).softmax(0)
    chance = {tuple(state.tolist()): p.item() for state, p in zip(states(VISIBLE), weights, strict=True)}
    assert sum(chance[tuple(pattern.tolist())] for pattern in patterns) > 0.95


def test_the_same_seed_gives_the_same_weights():
    data = torch.rand(50, 6, generator=torch.Generator().manual_seed(0))
    first, second, other = (RBM(6, 5, seed=seed) for seed in (3, 3, 4))
    told = [fit(rbm, data, DBN(epochs=2)) for rbm in (first, second, other)]
    assert told[0] == told[1] != told[2]
    assert torch.equal(first.weight, second.weight)
    assert [epoch.number for epoch in told[0]] == [1, 2]


def test_it_is_as_good_as_scikit_learn_s():
    """100 hidden units, 20 iterations, batches of 10, rate 0.1."""
    data = (load_digits().data / 16).astype("float32")
    ours = RBM(64, 100, seed=0)
    fit(ours, torch.from_numpy(data), DBN(epochs=20, lr=0.1, batch_size=10))
    theirs = BernoulliRBM(100, learning_rate=0.1, batch_size=10, n_iter=20, random_state=0).fit(data)
    score = np.mean([ours.pseudo_likelihood(torch.from_numpy(data)) for _ in range(5)])
    assert score >= np.mean([theirs.score_samples(data).mean() for _ in range(5)])
