"""Deep belief networks: which layers they train, what they hand over, and what is no stack of Linear layers."""

from __future__ import annotations

import pytest
import torch
from sklearn.datasets import load_digits

from lego.api import build, load, parse
from lego.diagnostics import Problem
from lego.spec.recipe import DBN
from lego.train.pretrain import RBM, fit, linear_stack, pretrain

DIGITS = torch.from_numpy(load_digits().data / 16).float()

NET = """
lego: 1
inputs: {x: [N, 64]}
graph:
  hidden: {repeat: 2, Sequential: [Linear: 20, Sigmoid]}
  out: {Linear: 10}
"""


def test_the_stack_goes_through_repeats_activations_and_dropout():
    assert linear_stack(load("specs/mnist_deep.yaml").graph) == [f"hidden.{index}.0" for index in range(4)]


def test_layers_start_with_what_their_machines_have_learned():
    graph = parse(NET).graph
    module = build(parse(NET), seed=0)
    out = module.out.weight.clone()
    recipe = DBN(epochs=2)
    heard = []
    done = pretrain(module, graph, DIGITS, recipe, seed=5, report=lambda path, epoch: heard.append((path, epoch)))
    first, second = RBM(64, 20, seed=5), RBM(20, 20, seed=6)
    fit(first, DIGITS, recipe)
    fit(second, first.hidden_given(DIGITS), recipe)
    for path, rbm in (("hidden.0.0", first), ("hidden.1.0", second)):
        assert torch.equal(module.get_submodule(path).weight, rbm.weight)
        assert torch.equal(module.get_submodule(path).bias, rbm.hidden_bias)
    assert torch.equal(module.out.weight, out)
    assert [one.path for one in done] == ["hidden.0.0", "hidden.1.0"]
    assert heard == [(one.path, epoch) for one in done for epoch in one.epochs]
    errors = [epoch.reconstruction_error for epoch in done[0].epochs]
    assert errors[1] < errors[0]


def test_gaussian_units_take_real_values():
    data = (DIGITS - DIGITS.mean(0)) / (DIGITS.std(0) + 1e-3)
    module = build(parse(NET), seed=0)
    done = pretrain(module, parse(NET).graph, data, DBN(epochs=3, lr=0.01, visible="gaussian"))
    assert [epoch.pseudo_likelihood for epoch in done[0].epochs] == [None] * 3
    assert done[0].epochs[-1].reconstruction_error < done[0].epochs[0].reconstruction_error


def test_data_that_are_no_probabilities():
    with pytest.raises(Problem, match=r"Bernoulli units are between 0 and 1, but the data go from -1 to 16") as caught:
        pretrain(build(parse(NET)), parse(NET).graph, DIGITS * 17 - 1, DBN())
    assert caught.value.help == "scale the data to 0 … 1, or write `pretrain: {dbn: {visible: gaussian}}`"


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ("[{Linear: 5}, BatchNorm1d, {Linear: 3}]", "is a stack of Linear layers, but `1` is a BatchNorm1d"),
        ("[{Linear: 5}, {skip: [{Linear: 5}]}, {Linear: 3}]", "the net branches at `0`"),
        ("[ReLU, {Linear: 3}]", "needs a hidden Linear layer and one for the answer, found 1 Linear"),
    ],
)
def test_what_is_no_stack(graph, message):
    with pytest.raises(Problem, match="deep belief network") as caught:
        linear_stack(parse(f"lego: 1\ninputs: {{x: [N, 4]}}\ngraph: {graph}\n").graph)
    assert message in caught.value.message
    assert caught.value.help == "leave `pretrain` out"
