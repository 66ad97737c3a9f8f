"""Every spec in `specs/`: sound, as large as its text says, and with the shapes that torch finds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import torch

import lego
from lego.graph import parameters
from lego.shapes import substitute

FOLDER = Path(__file__).parents[2] / "specs"
SPECS = sorted(path.stem for path in FOLDER.glob("*.yaml"))
PARTS = sorted(FOLDER.glob("*/*.yaml"))
SMALL = ["lenet5", "mnist_deep", "mnist_mlp", "xor", "xor_deep"]
BOUNDED = ["densenet121", "googlenet", "inception_v3", "vgg16"]


@cache
def load(name):
    return lego.load(FOLDER / f"{name}.yaml")


@cache
def build_meta(name):
    return lego.build(load(name), device="meta").eval()


def path_of(name):
    return FOLDER / f"{name}.yaml"


def sizes(graph, above):
    """Values for all symbols, each a different one, so much above the least that the net asks for."""
    symbols = sorted({name for type in graph.inputs.values() for name in type.shape.symbols})
    return {name: graph.requires.get(name, 1) + above + index for index, name in enumerate(symbols)}


def concrete(shape, values):
    return [substitute(size, values) for size in shape]


def inputs(graph, values, device):
    for type in graph.inputs.values():
        shape = concrete(type.shape, values)
        if type.dtype == "float32":
            yield torch.randn(shape, device=device)
        else:
            yield torch.randint(*(type.range or (1, 2)), shape, device=device, dtype=getattr(torch, type.dtype))


def found_and_inferred(module, graph, values, device):
    output = module(*inputs(graph, values, device))
    outputs = output.values() if isinstance(output, dict) else [output]
    return [list(one.shape) for one in outputs], [concrete(shape, values) for shape in graph.outputs.values()]


def stated_parameters(spec):
    match = re.search(r"([\d,]+) parameters\.$", spec.document.doc)
    assert match, "the text ends in the number of parameters"
    return int(match[1].replace(",", ""))


@pytest.mark.parametrize("path", [*map(path_of, SPECS), *PARTS], ids=lambda path: path.stem)
def test_nothing_is_wrong(path):
    assert lego.check(path) == []
    assert lego.load(path).name == path.stem


@pytest.mark.parametrize("name", SPECS)
def test_parameters_are_as_stated(name):
    stated = stated_parameters(load(name))
    assert parameters(load(name).graph.root) == stated
    assert sum(weight.numel() for weight in build_meta(name).parameters()) == stated


@pytest.mark.parametrize("above", [0, 33])
@pytest.mark.parametrize("name", SPECS)
def test_shapes_are_torchs(name, above):
    graph = load(name).graph
    found, inferred = found_and_inferred(build_meta(name), graph, sizes(graph, above), "meta")
    assert found == inferred


@pytest.mark.parametrize("name", BOUNDED)
def test_images_below_the_least_size_do_not_pass(name):
    """What the net asks of its symbols is what torch asks for: one pixel less is too small."""
    graph = load(name).graph
    least = {"N": 1, **graph.requires}
    build_meta(name)(*inputs(graph, least, "meta"))
    with pytest.raises(RuntimeError):
        build_meta(name)(*inputs(graph, least | {"H": least["H"] - 1}, "meta"))


@pytest.mark.parametrize("name", SMALL)
def test_small_ones_run_and_learn(name):
    graph = load(name).graph
    module = lego.build(load(name), seed=0)
    for above in (1, 7):
        found, inferred = found_and_inferred(module, graph, sizes(graph, above), "cpu")
        assert found == inferred
    module(*inputs(graph, {"N": 4}, "cpu")).square().mean().backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in module.parameters())


def test_a_training_graph_trains():
    """Its loss falls, and what it predicts in the end is XOR."""
    module = lego.build(load("xor_training"), seed=0)
    bits = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    target = (bits.sum(1, keepdim=True) == 1).float()
    optimizer = torch.optim.Adam(module.parameters(), lr=0.1)
    losses = []
    for _ in range(200):
        optimizer.zero_grad()
        found = module(bits, target)
        found["loss"].backward()
        optimizer.step()
        losses.append(found["loss"].item())
    assert losses[-1] < 0.05 < 0.5 < losses[0]
    assert torch.equal(found["prediction"].round(), target)


@pytest.mark.parametrize(
    ("name", "values", "stated"),
    [
        ("resnet18", {"layers": [3, 4, 6, 3]}, 21_797_672),
        ("resnet50", {"layers": [3, 4, 23, 3]}, 44_549_160),
        ("resnet50", {"layers": [3, 8, 36, 3]}, 60_192_808),
        ("densenet121", {"layers": [6, 12, 32, 32]}, 14_149_480),
        ("shufflenet_v2", {"planes": [24, 48, 96, 192, 1024]}, 1_366_792),
        ("gpt2", {"width": 1024, "depth": 24, "heads": 16}, 354_823_168),
        ("xor_deep", {"act": "Sigmoid", "depth": 1}, 21),
    ],
)
def test_parameters_give_the_other_members_of_a_family(name, values, stated):
    """Their sizes are those of torchvision's resnet34, resnet101, resnet152, densenet169, …, and of GPT-2 medium."""
    assert parameters(lego.load(path_of(name), **values).graph.root) == stated
