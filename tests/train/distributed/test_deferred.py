"""Weights that are made one at a time are those that are made at once."""

from __future__ import annotations

import pytest
import torch

import lego
from lego.train.distributed import defer
from lego.train.distributed.deferred import _Replay, stored
from tests.train.distributed.nets import NAMES, SPECS, build, graph

SMALL = ["char_rnn", "crnn", "deep_rnn", "lenet5", "minimal_gated_unit", "mnist_deep", "peephole_lstm", "tagger", "xor"]
INITS = [
    "{weight: he_normal, bias: zeros}",
    "{weight: orthogonal}",
    "{weight: {trunc_normal: {std: 0.02}}}",
    "{weight: {sparse: {sparsity: 0.5}}}",
    "{weight: eye}",
]


def filled(net, seed):
    found = {}
    defer(net, seed=seed).fill(lambda key, whole: found.setdefault(key, whole.clone()))
    return found


def check(net):
    expected = stored(build(net, seed=4))
    state = torch.get_rng_state()
    found = filled(net, 4)
    assert torch.equal(torch.get_rng_state(), state)
    assert found.keys() == expected.keys()
    for key, weight in expected.items():
        assert torch.equal(found[key], weight), key


@pytest.mark.parametrize("name", NAMES)
def test_nets(name):
    check(graph(name))


@pytest.mark.parametrize("name", SMALL)
def test_specs(name):
    check(lego.load(SPECS / f"{name}.yaml").graph)


@pytest.mark.parametrize("init", INITS)
def test_initialisers_and_how_many_are_alive(init, monkeypatch):
    """What a layer starts with by itself is drawn too, in vain; never are two weights there at once."""
    text = "lego: 1\ninputs: {x: [N, 64]}\ngraph: [{Linear: 64}, ReLU, {Linear: 64}, ReLU, {Linear: 64}]\ninit: "
    net = lego.parse(text + init).graph
    alive = []
    done = _Replay._do

    def watched(self, step):
        done(self, step)
        alive.append(sum(one.numel() for one in self.storages.values()))

    monkeypatch.setattr(_Replay, "_do", watched)
    check(net)
    assert max(alive) == 64 * 64


def test_built_on_the_meta_device():
    deferred = defer(graph("chain"), seed=0)
    assert all(weight.is_meta for weight in deferred.module.parameters())
    assert torch.nn.init.orthogonal_.__module__ == "torch.nn.init"
