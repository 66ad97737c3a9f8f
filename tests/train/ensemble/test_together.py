"""Members that learn together come to what each comes to alone."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

from lego.runtime import build
from lego.spec.recipe import Ensemble, Recipe, changed_recipe
from lego.train.ensemble import Stacked
from lego.train.ensemble.learner import clip_norms
from tests.train.ensemble.nets import DROPPED, both_ways, farthest, graph_of

THREE = Ensemble(members=3)


@pytest.mark.parametrize(
    ("data", "recipe"),
    [
        ("same", {"optimizer": {"Adam": 0.01}}),
        ("bootstrap", {"optimizer": {"SGD": 0.1}, "l2": 0.01, "gradient_clipping": 0.3}),
        ("disjoint", {"optimizer": {"AdamW": 0.01}, "schedule": {"OneCycleLR": 0.1}, "class_weights": "balanced"}),
    ],
)
def test_with_dropout(data: str, recipe: dict[str, object]) -> None:
    chosen = changed_recipe(Recipe(), recipe)
    named = {name: getattr(chosen, name) for name in recipe}
    together, in_turn = both_ways(graph_of(), Ensemble(members=3, data=data), **named)  # type: ignore[arg-type]
    assert farthest(together, in_turn) < 1e-6


def test_each_member_stops_by_itself() -> None:
    chosen = changed_recipe(Recipe(), {"optimizer": {"Adam": 0.1}, "early_stopping": 1})
    named = {"optimizer": chosen.optimizer, "early_stopping": chosen.early_stopping}
    together, in_turn = both_ways(graph_of(), THREE, epochs=6, **named)
    assert farthest(together, in_turn) < 1e-5


def test_running_statistics_are_each_members_own() -> None:
    graph = graph_of("graph: {a: {Linear: {out_features: 16, bias: false}}, n: BatchNorm1d, b: ReLU, d: {Linear: 4}}")
    chosen = changed_recipe(Recipe(), {"optimizer": {"SGD": 0.1}})
    together, in_turn = both_ways(graph, THREE, optimizer=chosen.optimizer)
    assert farthest(together, in_turn) < 1e-6
    assert int(together.modules[0].get_buffer("n.num_batches_tracked")) == 10


@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize(
    "graph",
    [
        DROPPED,
        "graph: {a: {Linear: 8}, c: {AlphaDropout: 0.3}, b: {TransformerEncoderLayer: {nhead: 2, dim_feedforward: 8}}}",
        "graph: {u: {Unflatten: {dim: 1, unflattened_size: [1, 3, 4]}}, "
        "f: {FractionalMaxPool2d: {kernel_size: 2, output_size: 2}}}",
        "graph: {a: {Linear: 12}, s: {skip: {graph: {l: {Linear: 12}, d: {StochasticDepth: {p: 0.5}}}}}}",
    ],
)
def test_randomness_is_each_members_own(graph: str) -> None:
    """As after `torch.manual_seed` alone, draw by draw."""
    built = graph_of(graph)
    members = [build(built, seed=seed).train() for seed in range(3)]
    inputs = torch.randn(3, 5, 12)
    expected: list[torch.Tensor] = []
    for seed, member in enumerate(members):
        torch.manual_seed(seed)
        expected.append(_first(member(inputs[seed])))
    stacked = Stacked(build(built, device="meta"), members).train()
    for _ in range(2):
        assert torch.allclose(_first(stacked(inputs)), torch.stack(expected), atol=1e-6)


def _first(output: object) -> torch.Tensor:
    found = next(iter(output.values())) if isinstance(output, dict) else output
    assert isinstance(found, torch.Tensor)
    return found


def test_tied_and_frozen_weights() -> None:
    graph = graph_of(
        "graph: {a: {Linear: 12}, b: ReLU, c: {Linear: 12}, d: {Linear: 4, freeze: true}}\ntie: {c.weight: a.weight}"
    )
    together, in_turn = both_ways(graph, THREE)
    assert farthest(together, in_turn) < 1e-6
    first = together.modules[0]
    assert first.get_parameter("a.weight") is first.get_submodule("c").weight
    untrained = build(graph, seed=together.runs[0].recipe.seed)
    assert torch.equal(untrained.get_parameter("d.weight"), first.get_parameter("d.weight"))


def test_norms_are_clipped_member_by_member() -> None:
    gradients = [torch.randn(3, 4, 5), torch.randn(3, 2)]
    expected = [[one[member].clone() for one in gradients] for member in range(3)]
    for own in expected:
        weights = [nn.Parameter(torch.zeros_like(one)) for one in own]
        for weight, gradient in zip(weights, own, strict=True):
            weight.grad = gradient
        clip_grad_norm_(weights, 3.0)
    clip_norms(gradients, 3.0)
    for member, own in enumerate(expected):
        assert all(torch.allclose(one[member], other) for one, other in zip(gradients, own, strict=True))
