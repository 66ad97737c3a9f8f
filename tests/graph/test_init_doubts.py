"""Starts that are warned of, and those that look like them and are fine. Torch shows which is which."""

from __future__ import annotations

import pytest
import torch

import lego

CHAIN = "{a: {Linear: 16}, act: ReLU, b: {Linear: 16}, end: ReLU, c: {Linear: 2}}"


def places(nodes: str, init: str = "{bias: zeros}", inputs: str = "{x: [N, 16]}") -> list[str]:
    """The paths of the layers that are warned of; one for each initialiser."""
    spec = lego.parse(f"lego: 1\ninputs: {inputs}\ngraph: {nodes}\ninit: {init}\n")
    assert all(one.severity == "warning" for one in spec.warnings)
    return [one.path for one in spec.warnings if one.code == "init"]


@pytest.mark.parametrize("start", ["zeros", "ones", "0", "0.01", "{constant: 1}"])
def test_one_value_for_all(start: str) -> None:
    assert places(CHAIN, f"{{weight: {start}, bias: zeros}}") == ["a"]


@pytest.mark.parametrize(
    "nodes",
    [
        "{a: {Linear: 16}, act: ReLU, answer: {Linear: {out_features: 2}, init: {weight: zeros}}}",
        "{body: {skip: [{Linear: 16}, ReLU, {Linear: {out_features: 16}, init: {weight: zeros}}]}, c: {Linear: 2}}",
        "{body: {skip: [{Linear: 16}, {LayerNorm: 16, init: {LayerNorm: {weight: zeros}}}]}, c: {Linear: 2}}",
        "{a: {Linear: {out_features: 16}, init: {weight: ones}, freeze: true}, act: ReLU, c: {Linear: 2}}",
        "{a: {Linear: {out_features: 1}, init: {weight: ones}}, act: Tanh, c: {Linear: 2}}",
        "{gate: {Linear: 16, init: {weight: zeros}}, s: Sigmoid, all: {Mul, from: [s, x]}, c: {Linear: 2}}",
        "{p: {Parameter: [16, 16], init: zeros}, y: {MatMul, from: [x, p]}, c: {Linear: 2}}",
    ],
)
def test_what_is_fine(nodes: str) -> None:
    assert places(nodes) == []


def test_a_mean_of_each_channel_is_fine_and_one_of_all_is_not() -> None:
    inputs = "{x: [N, 4, 8, 8]}"
    start = "init: {weight: $(1 / 9)}"
    blur = f"Conv2d: {{out_channels: 4, kernel_size: 3, groups: 4}}, {start}"
    mean = f"Conv2d: {{out_channels: 4, kernel_size: 3, groups: 2}}, {start}"
    then = "c: {Conv2d: {out_channels: 4, kernel_size: 1}}"
    assert places(f"{{a: {{{blur.replace('$(1 / 9)', '0.111')}}}, {then}}}", inputs=inputs) == []
    assert places(f"{{a: {{{mean.replace('$(1 / 9)', '0.111')}}}, {then}}}", inputs=inputs) == ["a"]


def test_it_is_true_of_zeros_and_of_ones() -> None:
    """All units of a layer get one gradient; with zeros none but the last bias gets any."""
    for start, learns in (("ones", True), ("zeros", False)):
        text = f"lego: 1\ninputs: {{x: [N, 16]}}\ngraph: {CHAIN}\ninit: {{weight: {start}, bias: zeros}}\n"
        module = lego.build(lego.parse(text))
        torch.manual_seed(0)
        target = torch.randint(2, (32,))
        torch.nn.functional.cross_entropy(module(torch.rand(32, 16)) * torch.tensor([1.0, 0.5]), target).backward()
        rows = module.get_parameter("a.weight").grad
        assert torch.allclose(rows, rows[:1].expand_as(rows)) and bool(rows.abs().sum()) == learns
        assert module.get_parameter("c.bias").grad.abs().sum() > 0


def deep(depth: int, activation: str = "Sigmoid", start: str = "normal") -> list[str]:
    nodes = f"{{deep: {{repeat: {depth}, Sequential: [{{Linear: 16}}, {activation}]}}, c: {{Linear: 2}}}}"
    return places(nodes, f"{{weight: {start}}}")


def test_deep_nets_that_saturate() -> None:
    assert deep(7) == ["deep.6.0"]
    assert deep(7, "{Sequential: [{Dropout: 0.1}, Tanh]}", "{normal: {std: 2}}") == ["deep.6.0"]
    assert deep(7, "{Sequential: [{LayerNorm: 16}, Tanh]}") == []
    assert deep(6) == deep(9, "ReLU") == deep(9, start="{normal: {std: 0.1}}") == deep(9, start="xavier_normal") == []


def test_layers_side_by_side_are_not_deep() -> None:
    side = "{split: {copies: 9, graph: [{Linear: 16}, Sigmoid], merge: Add}}"
    assert places(f"{{wide: {side}, c: {{Linear: 2}}}}", "{weight: normal}") == []


def test_each_layer_of_the_lecture_starts_well() -> None:
    for name in ("xor_deep", "mnist_mlp", "mnist_deep", "unet", "gpt2", "transformer", "resnet18"):
        assert not [one for one in lego.load(f"specs/{name}.yaml").warnings if one.code == "init"]
