"""The objective that fits a net and its data, and what is said where none does."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from lego.diagnostics import Problem
from lego.spec.recipe import LOSSES, Recipe, changed_recipe
from lego.train.fit import Ends, choose
from lego.train.fit.choice import described, doubts, recalled


def ends(output, target, last="Linear"):
    return Ends(output, target, target, last)


def recipe(**arguments):
    return changed_recipe(Recipe(), arguments)


def test_classes_are_learned_with_cross_entropy():
    output, target = torch.randn(5, 4), torch.tensor([0, 3, 1, 2, 2])
    found = choose(Recipe(), ends(output, target))
    assert found.name == "CrossEntropyLoss"
    assert torch.equal(found.loss(output, target), F.cross_entropy(output, target))
    assert torch.equal(found.answer(output), output.argmax(1))
    assert torch.equal(found.probabilities(output), output.softmax(1))


def test_texts_have_their_classes_last():
    output, target = torch.randn(2, 7, 11), torch.randint(0, 11, (2, 7))
    found = choose(Recipe(), ends(output, target))
    assert torch.allclose(found.loss(output, target), F.cross_entropy(output.movedim(-1, 1), target))
    assert found.answer(output).shape == target.shape
    assert torch.allclose(found.probabilities(output).sum(-1), torch.ones(2, 7))


def test_pictures_have_theirs_where_torch_has_them():
    output, target = torch.randn(2, 5, 3, 4), torch.randint(0, 5, (2, 3, 4))
    found = choose(Recipe(), ends(output, target))
    assert torch.equal(found.loss(output, target), F.cross_entropy(output, target))
    assert found.probabilities(output).shape == (2, 3, 4, 5)


@pytest.mark.parametrize("shape", [(6,), (6, 1)])
def test_zeros_and_ones_by_one_logit(shape):
    output, target = torch.randn(shape), torch.tensor([0, 1, 1, 0, 0, 1])
    found = choose(Recipe(), ends(output, target))
    assert found.name == "BCEWithLogitsLoss"
    expected = F.binary_cross_entropy_with_logits(output.flatten(), target.float())
    assert torch.equal(found.loss(output, target), expected)
    assert torch.equal(found.answer(output), (output.flatten() > 0).long())
    assert torch.allclose(found.probabilities(output)[:, 1], output.flatten().sigmoid())


def test_after_a_sigmoid_they_are_probabilities():
    output, target = torch.tensor([[0.2], [0.9]]), torch.tensor([0, 1])
    found = choose(Recipe(), ends(output, target, "Sigmoid"))
    assert found.name == "BCELoss"
    assert found.answer(output).tolist() == [0, 1]
    assert torch.allclose(found.probabilities(output)[:, 1], output.flatten())


def test_numbers_are_learned_with_squares_and_never_stretched():
    output, target = torch.randn(5, 1), torch.randn(5)
    found = choose(Recipe(), ends(output, target))
    assert found.name == "MSELoss"
    assert torch.equal(found.loss(output, target), F.mse_loss(output.flatten(), target))
    assert found.probabilities(output) is None


@pytest.mark.filterwarnings("ignore:reduction")
@pytest.mark.parametrize("loss", [kind.__name__ for kind in LOSSES])
def test_every_loss_of_classes_gives_a_number_that_learns(loss):
    """KLDivLoss and BCELoss want probabilities, or their logarithms."""
    output = torch.randn(6, 3)
    output = {"BCELoss": output.sigmoid(), "KLDivLoss": output.log_softmax(1), "NLLLoss": output.log_softmax(1)}.get(
        loss, output
    )
    output = output.detach().requires_grad_()
    target = torch.tensor([0, 1, 2, 2, 1, 0])
    found = choose(recipe(loss=loss), ends(output, target))
    found.loss(output, target).backward()
    assert output.grad.abs().sum() > 0
    again = recalled(recipe(loss=loss), described(found), "Linear")
    assert torch.equal(again.loss(output, target), found.loss(output, target))


def test_squares_of_classes_are_those_of_one_hot_targets():
    output, target = torch.randn(4, 3), torch.tensor([0, 1, 2, 2])
    found = choose(recipe(loss="MSELoss"), ends(output, target))
    assert torch.equal(found.loss(output, target), F.mse_loss(output, F.one_hot(target, 3).float()))


def test_arguments_of_a_loss():
    output, target = torch.randn(4, 3), torch.tensor([0, 1, 2, 2])
    found = choose(recipe(loss={"CrossEntropyLoss": {"label_smoothing": 0.2}}), ends(output, target))
    assert torch.equal(found.loss(output, target), F.cross_entropy(output, target, label_smoothing=0.2))


def test_balanced_weights_are_scikit_learns():
    from sklearn.utils.class_weight import compute_class_weight

    output, target = torch.randn(6, 3), torch.tensor([0, 0, 0, 1, 1, 2])
    found = choose(recipe(class_weights="balanced"), ends(output, target))
    weights = compute_class_weight("balanced", classes=target.unique().numpy(), y=target.numpy())
    expected = F.cross_entropy(output, target, weight=torch.tensor(weights).float())
    assert torch.allclose(found.loss(output, target), expected)
    given = choose(recipe(class_weights=weights.tolist()), ends(output, target))
    assert torch.allclose(given.loss(output, target), expected)


def test_weights_of_zeros_and_ones():
    output, target = torch.randn(4), torch.tensor([0, 1, 1, 1])
    found = choose(recipe(class_weights=[3.0, 1.0]), ends(output, target))
    each = F.binary_cross_entropy_with_logits(output, target.float(), reduction="none")
    assert torch.allclose(found.loss(output, target), (each * torch.tensor([3.0, 1, 1, 1])).mean())


def test_targets_that_are_left_out_do_not_count():
    output, target = torch.randn(2, 3, 4), torch.tensor([[0, -100, 3], [-100, -100, 1]])
    found = choose(Recipe(), ends(output, target))
    error = found.error()
    error.update(found.answer(output).flatten(), target.flatten())
    kept = target != -100
    assert error.compute().item() == pytest.approx((output.argmax(-1)[kept] != target[kept]).float().mean().item())


@pytest.mark.parametrize(
    ("output", "target", "arguments", "message"),
    [
        ((4, 3), [0, 1, 2, 9], {}, "the data has 10 classes (0 … 9), but the net's output has 3"),
        ((4, 1), [0, 1, 2, 9], {}, "the data has 10 classes (0 … 9), but the net gives one number for each sample"),
        ((4, 3, 2), [0, 1, 2, 0], {}, "the net's output does not fit what is to be learned"),
        ((4, 3), [0.5, 1, 2, 0], {}, "the net's output must have as many numbers as the target"),
        ((4, 3), [0, 1, 2, 0], {"class_weights": [1, 2]}, "class_weights must have one number for each of 3 classes"),
        ((4, 1), [0.5, 1, 2, 0], {"class_weights": [1, 2]}, "class_weights are for classes, and the data has numbers"),
        ((4, 1), [0.5, 1, 2, 0], {"loss": "NLLLoss"}, "NLLLoss learns classes, each of which needs a number"),
        ((4, 3), [0, 1, 2, 0], {"loss": "MSELoss", "class_weights": "balanced"}, "not for MSELoss"),
    ],
)
def test_what_does_not_fit(output, target, arguments, message):
    with pytest.raises(Problem) as caught:
        choose(recipe(**arguments), ends(torch.randn(output), torch.tensor(target)))
    assert message in caught.value.message


def test_an_output_of_integers():
    with pytest.raises(Problem, match="the output that is learned from must be floating, found int64"):
        choose(Recipe(), ends(torch.zeros(2, 3, dtype=torch.int64), torch.tensor([0, 1])))


@pytest.mark.parametrize(
    ("last", "shape", "said"),
    [("Softmax", (2, 2), "takes logits"), ("LogSoftmax", (2, 2), None), ("Linear", (2, 2), None)],
)
def test_a_softmax_before_the_loss_is_doubted(last, shape, said):
    found = choose(Recipe(), ends(torch.rand(shape), torch.tensor([0, 1]), last))
    doubt = doubts(found, last)
    assert (doubt is None) == (said is None)
    assert said is None or said in doubt
