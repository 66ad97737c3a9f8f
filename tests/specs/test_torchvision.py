"""torchvision's weights load into the specs as they are, and the outputs are equal to the last bit."""

from __future__ import annotations

import math
import re

import pytest
import torch

import lego
from tests.specs.test_specs import path_of
from tests.vision import torchvision

models = torchvision.models

WITHOUT_AUX = {"aux_logits": False, "init_weights": False}
TWINS = [
    ("vgg16", models.vgg16, {"init_weights": False}, [(32, 47), (64, 33)]),
    ("resnet18", models.resnet18, {}, [(64, 64), (33, 50)]),
    ("resnet50", models.resnet50, {}, [(64, 64), (33, 50)]),
    ("googlenet", models.googlenet, WITHOUT_AUX, [(64, 64), (33, 50)]),
    ("inception_v3", models.inception_v3, WITHOUT_AUX, [(75, 80), (99, 83)]),
    ("densenet121", models.densenet121, {}, [(64, 64), (33, 50)]),
    ("mobilenet_v2", models.mobilenet_v2, {}, [(64, 64), (33, 50)]),
    ("shufflenet_v2", models.shufflenet_v2_x1_0, {}, [(64, 64), (33, 50)]),
    ("efficientnet_b0", models.efficientnet_b0, {}, [(64, 64), (33, 50)]),
    ("vit_b_16", models.vit_b_16, {}, [(224, 224)]),
]


def randomise(module):
    """Weights and statistics that are never zero or one, and carry the image through to the output."""
    generator = torch.Generator().manual_seed(0)
    for name, value in module.state_dict().items():
        if value.ndim > 1:
            deviation = math.sqrt(2 * value.shape[0] / value.numel())
            value.copy_(deviation * torch.randn(value.shape, generator=generator))
        elif value.is_floating_point():
            centre = 0.0 if name.endswith(("bias", "mean")) else 1.0
            value.copy_(centre + torch.rand(value.shape, generator=generator) - 0.5)


def renamed(state):
    """DenseNet's layers count from 1 there, and as in nn.Sequential here."""
    return {re.sub(r"denselayer(\d+)", lambda match: str(int(match[1]) - 1), key): state[key] for key in state}


def twins(name, make, options):
    """torchvision's module and ours, with the same weights."""
    with torch.random.fork_rng():
        theirs = make(**options)
    randomise(theirs)
    ours = lego.build(path_of(name))
    ours.load_state_dict(renamed(theirs.state_dict()), strict=True)
    return theirs, ours


@pytest.mark.parametrize(("name", "make", "options", "sizes"), TWINS, ids=[twin[0] for twin in TWINS])
def test_outputs_are_equal(name, make, options, sizes):
    theirs, ours = twins(name, make, options)
    theirs.eval()
    ours.eval()
    for size in sizes:
        image = torch.randn(2, 3, *size)
        with torch.no_grad():
            expected = theirs(image)
            assert torch.equal(ours(image), expected)
        assert expected.isfinite().all()
        apart = (expected[0] - expected[1]).std() / expected.std()
        assert apart > 0.01, "an output that hardly sees its image would show nothing"


@pytest.mark.parametrize(
    ("name", "make"),
    [("resnet18", models.resnet18), ("efficientnet_b0", models.efficientnet_b0), ("densenet121", models.densenet121)],
)
def test_a_step_of_training_is_equal(name, make):
    """Gradients and running statistics too; random layers draw the same numbers in the same order."""
    theirs, ours = twins(name, make, {})
    image = torch.randn(4, 3, 64, 64)
    outputs = []
    for module in (theirs, ours):
        torch.manual_seed(0)
        outputs.append(module(image))
        outputs[-1].square().mean().backward()
    assert torch.equal(*outputs)
    expected, found = renamed(dict(theirs.named_parameters())), dict(ours.named_parameters())
    assert all(torch.equal(found[key].grad, expected[key].grad) for key in expected)
    expected, found = renamed(theirs.state_dict()), ours.state_dict()
    assert all(torch.equal(found[key], expected[key]) for key in expected)


@pytest.mark.parametrize(("name", "make"), [twin[:2] for twin in TWINS], ids=[twin[0] for twin in TWINS])
def test_work_is_as_torchvision_measured_it(name, make):
    """Multiply-accumulates in billions, which torchvision states for each of its models."""
    meta = models.get_model_weights(make).DEFAULT.meta
    size = 299 if name == "inception_v3" else 224
    macs = lego.summary(path_of(name), image=[1, 3, size, size]).macs
    assert macs / 1e9 == pytest.approx(meta["_ops"], abs=0.0015)
