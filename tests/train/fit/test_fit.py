"""Training does what the recipe says: held against loops over plain torch."""

from __future__ import annotations

import inspect
import warnings

import pytest
import torch
from torch.nn import functional as F

from lego.api import build, train
from lego.diagnostics import Problem
from lego.spec.recipe import OPTIMIZERS, SCHEDULES, Recipe, changed_recipe
from lego.train.data import Batches, Data, Tensors, split
from lego.train.fit import evaluate, predict
from lego.train.fit.steps import optimizer, schedule
from tests.train.fit.nets import DROPPING, blobs, line, spec


def learn(net=None, data=None, **arguments):
    return train(net or spec(), data or blobs(), progress=False, **{"epochs": 2, "batch_size": 16, **arguments})


def by_hand(net, data, epochs, make, penalty=lambda module: 0, clip=lambda module: None, size=16, share=0.1):
    """The same, as one writes it."""
    module = build(net, seed=0)
    training, _ = split(data.training, share, 0)
    batches, steps = Batches(training, size, seed=0), make(module.parameters())
    for _ in range(epochs):
        for inputs, target in batches:
            steps.zero_grad()
            (F.cross_entropy(module(inputs["x"]), target) + penalty(module)).backward()
            clip(module)
            steps.step()
    return module


def equal(one, other):
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.allclose(mine, yours, rtol=1e-5, atol=1e-7) for mine, yours in pairs)


def test_it_is_a_plain_loop():
    expected = by_hand(spec(), blobs(), 2, lambda weights: torch.optim.Adam(weights))
    assert equal(learn().module, expected)


def test_l2_is_a_penalty_of_the_weights():
    def penalty(module):
        return 0.05 * sum((one**2).sum() for one in module.parameters() if one.dim() > 1)

    expected = by_hand(spec(), blobs(), 2, lambda weights: torch.optim.SGD(weights, 0.1), penalty)
    assert equal(learn(l2=0.05, optimizer={"SGD": 0.1}).module, expected)


@pytest.mark.parametrize(
    ("of", "keys"), [("all", ["0.weight", "0.bias", "2.weight", "2.bias"]), (["2.*"], ["2.weight", "2.bias"])]
)
def test_l2_of_chosen_weights(of, keys):
    def penalty(module):
        return 0.05 * sum((module.get_parameter(key) ** 2).sum() for key in keys)

    expected = by_hand(spec(), blobs(), 2, lambda weights: torch.optim.SGD(weights, 0.1), penalty)
    found = learn(l2={"strength": 0.05, "of": of}, optimizer={"SGD": 0.1})
    assert equal(found.module, expected)


def test_the_losses_that_are_told_are_without_the_penalty():
    with_penalty = learn(l2=10.0, optimizer={"SGD": 1e-12})
    assert with_penalty.metrics[0].train_loss == pytest.approx(learn(optimizer={"SGD": 1e-12}).metrics[0].train_loss)


@pytest.mark.parametrize(
    ("clipping", "clip"),
    [
        ({"norm": 0.1}, lambda module: torch.nn.utils.clip_grad_norm_(module.parameters(), 0.1)),
        ({"value": 0.01}, lambda module: torch.nn.utils.clip_grad_value_(module.parameters(), 0.01)),
    ],
)
def test_gradients_are_clipped(clipping, clip):
    expected = by_hand(spec(), blobs(), 2, lambda weights: torch.optim.SGD(weights, 0.5), clip=clip)
    assert equal(learn(gradient_clipping=clipping, optimizer={"SGD": 0.5}).module, expected)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimiser_is_torchs_with_its_defaults(kind):
    module = torch.nn.Linear(2, 2)
    made = optimizer(changed_recipe(Recipe(), {"optimizer": kind.__name__}), module)
    assert type(made) is getattr(torch.optim, kind.__name__)
    signature = inspect.signature(type(made)).parameters
    for name in kind.model_fields.keys() - {"lr"}:
        assert made.defaults[name] == getattr(kind(), name) == signature[name].default, name
    module(torch.randn(3, 2)).sum().backward()
    made.step()


ARGUMENTS = {
    "StepLR": {"step_size": 1},
    "MultiStepLR": {"milestones": [1, 2]},
    "ExponentialLR": {"gamma": 0.5},
    "CosineAnnealingWarmRestarts": {"T_0": 2},
    "OneCycleLR": {"max_lr": 0.1},
}


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_schedule_trains(kind):
    found = learn(schedule={kind.__name__: ARGUMENTS.get(kind.__name__, {})}, optimizer="SGD", epochs=3)
    assert len({row.lr for row in found.metrics}) > 1 or kind.__name__ in ("ReduceLROnPlateau", "ConstantLR")


def test_schedules_go_to_the_end_unless_told_otherwise():
    def total(name, **arguments):
        recipe = changed_recipe(Recipe(), {"epochs": 7, "optimizer": "SGD", "schedule": {name: arguments}})
        made = schedule(recipe, optimizer(recipe, torch.nn.Linear(1, 1)), 5)["scheduler"]
        return getattr(made, type(recipe.schedule).total)

    assert [total("PolynomialLR"), total("CosineAnnealingLR"), total("OneCycleLR", max_lr=1.0)] == [7, 7, 35]
    assert total("CosineAnnealingLR", interval="step") == 35
    assert total("CosineAnnealingLR", T_max=3) == 3


def test_a_plateau_lowers_the_rate():
    found = learn(schedule={"ReduceLROnPlateau": {"patience": 0, "threshold": 10.0}}, optimizer={"SGD": 0.1}, epochs=4)
    assert [row.lr for row in found.metrics] == pytest.approx([0.1, 0.01, 0.001, 0.0001])


def test_early_stopping_goes_back_to_the_best_epoch():
    """A rate that is far too high gets worse and worse."""
    arguments = {"optimizer": {"SGD": 1.0}, "schedule": {"ExponentialLR": 3.0}, "epochs": 30, "seed": 3}
    found = learn(early_stopping={"patience": 3}, **arguments)
    losses = [row.validation_loss for row in found.metrics]
    best = min(range(len(losses)), key=losses.__getitem__)
    assert len(losses) == best + 4 < 30
    assert equal(found.module, learn(**{**arguments, "epochs": best + 1}).module)
    kept = learn(early_stopping={"patience": 3, "restore": False}, **arguments)
    assert equal(kept.module, learn(**{**arguments, "epochs": len(losses)}).module)


def test_what_is_watched_must_be_there():
    for name, value in (("early_stopping", 2), ("schedule", "ReduceLROnPlateau")):
        with pytest.raises(Problem, match=r"watches a validation, and no samples are held back") as caught:
            learn(validation=0, **{name: value})
        assert caught.value.help == "give `validation` a share above 0: `validation: 0.1`"


def test_without_validation():
    (row, *_) = learn(validation=0).metrics
    assert (row.validation_loss, row.validation_error) == (None, None)


@pytest.mark.parametrize("precision", ["64-true", "bf16-true", "bf16-mixed"])
def test_precision(precision):
    found = learn(precision=precision)
    wanted = {"64-true": torch.float64, "bf16-true": torch.bfloat16, "bf16-mixed": torch.float32}[precision]
    assert {one.dtype for one in found.module.parameters()} == {wanted}
    assert evaluate(found, blobs().training).accuracy > 0.3


def test_the_seed_decides_and_nothing_else():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = train(spec_of_dropping(), blobs(), progress=False, epochs=2, seed=4)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    again = train(spec_of_dropping(), blobs(), progress=False, epochs=2, seed=4)
    assert [row[:-1] for row in first.metrics] == [row[:-1] for row in again.metrics]
    other = train(spec_of_dropping(), blobs(), progress=False, epochs=2, seed=5)
    assert first.metrics[0].train_loss != other.metrics[0].train_loss


def spec_of_dropping():
    from lego.api import parse

    return parse(DROPPING)


class Modes(torch.nn.Module):
    """Writes down in which mode it was called."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x):
        self.seen.append(self.training)
        return x


def test_dropout_is_on_in_training_only():
    from lego.train.fit.run import prepared, trained

    run = prepared(spec_of_dropping().graph, changed_recipe(Recipe(), {"epochs": 1, "batch_size": 16}), blobs())
    modes = Modes()
    run.module.register_module("2", modes)
    assert any(child is modes for child in run.module.children())
    run = trained(run, blobs())
    training, validation = split(blobs().training, 0.1, 0)
    assert modes.seen == [True] * len(Batches(training, 16)) + [False] * len(Batches(validation, 16))
    modes.seen.clear()
    evaluate(run, blobs().training)
    predict(run, blobs().training)
    assert modes.seen and not any(modes.seen)
    assert not run.module.training


def test_predictions_are_those_of_the_module_at_rest():
    run = train(spec_of_dropping(), blobs(), progress=False, epochs=3)
    samples = blobs(seed=0).training
    found = predict(run, samples)
    with torch.no_grad():
        expected = run.module(samples.inputs["x"])
    assert torch.allclose(found.probabilities, expected.softmax(1))
    assert torch.equal(found.answers, expected.argmax(1))
    assert found.classes == ("a", "b", "c")


def test_evaluation_counts_what_was_taken_for_what():
    run = learn(epochs=20)
    samples = blobs(seed=0).training
    found = evaluate(run, samples)
    answers = predict(run, samples).answers
    assert found.accuracy == pytest.approx((answers == samples.target).float().mean().item())
    assert sum(map(sum, found.confusion)) == found.samples == 96
    assert sum(row[index] for index, row in enumerate(found.confusion)) / 96 == pytest.approx(found.accuracy)
    assert found.loss == pytest.approx(
        F.cross_entropy(run.module(samples.inputs["x"]), samples.target).item(), rel=1e-5
    )
    assert list(found.to_json()) == ["samples", "loss", "accuracy", "confusion", "classes"]


def test_numbers():
    run = learn(spec("[{Linear: 1}]"), line(), optimizer={"Adam": 0.1}, epochs=30)
    found = evaluate(run, line().training)
    assert found.loss < 0.05
    assert (found.accuracy, list(found.to_json())) == (None, ["samples", "loss", "mean_absolute_error"])


def test_of_several_outputs_the_first_is_learned():
    net = spec(
        "{a: {Linear: {out_features: 3}}, b: {Linear: {out_features: 5}, from: x}}", rest="outputs: {one: a, two: b}\n"
    )
    found = learn(net, optimizer={"Adam": 0.05}, epochs=10)
    assert evaluate(found, blobs().training).accuracy > 0.9


def test_several_inputs_go_by_name():
    net = spec("{sum: {Add, from: [b, a]}, out: {Linear: 3}}", "{a: [N, 8], b: [N, 8]}")
    x = blobs().training
    data = Data("two", Tensors({"b": x.inputs["x"], "a": torch.zeros(96, 8)}, x.target))
    assert evaluate(learn(net, data, optimizer={"Adam": 0.05}, epochs=10), data.training).accuracy > 0.9


def test_samples_go_by_the_names_of_inputs():
    with pytest.raises(Problem, match="the samples have no input `y`"):
        learn(spec(inputs="{y: [N, 8]}"))


def test_a_net_without_weights_is_refused():
    with pytest.raises(Problem, match="the net has no weights that learn"):
        learn(spec("[ReLU]", "{x: [N, 3]}"), blobs(size=3))


def test_nothing_of_lightning_is_heard(capsys, recwarn):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = learn(schedule="CosineAnnealingLR", early_stopping=5)
        evaluate(run, blobs().training)
        predict(run, blobs().training)
    assert capsys.readouterr() == ("", "")


def test_a_line_for_each_epoch(capsys):
    train(spec(), blobs(), epochs=2)
    lines = capsys.readouterr().err.splitlines()
    assert [one.partition("  ")[0] for one in lines] == ["epoch 1/2", "epoch 2/2"]


def test_a_softmax_is_warned_about():
    with pytest.warns(UserWarning, match=r"ends in Softmax, and CrossEntropyLoss takes logits"):
        learn(spec("[{Linear: 3}, {Softmax: 1}]"))
