"""How members learn, and why."""

from __future__ import annotations

import pytest

from lego.api import load, parse
from lego.spec.recipe import Ensemble, Recipe, changed_recipe
from lego.train.ensemble import plan_ensemble, plan_of
from tests.train.ensemble.nets import graph_of, group


def test_small_nets_learn_together() -> None:
    small = parse("lego: 1\ninputs: {x: [N, 64]}\ngraph: {a: {Linear: 32}, b: ReLU, c: {Linear: 10}}\n").graph
    plan = plan_ensemble(small, 32, {"x": [16, 64]})
    assert plan.together
    assert plan.ratio is not None and plan.ratio < 0.25
    assert "which 32 members share" in plan.why


@pytest.mark.parametrize("name", ["mnist_deep", "resnet18"])
def test_kernels_dominate(name: str) -> None:
    graph = load(f"specs/{name}.yaml").graph
    (input, type), *_ = graph.inputs.items()
    sizes = [256, *(size if isinstance(size, int) else 224 for size in type.shape[1:])]
    plan = plan_ensemble(graph, 5, {input: sizes})
    assert not plan.together
    assert "kernels dominate" in plan.why
    assert str(plan).startswith("one after another: ")


@pytest.mark.parametrize(
    ("recipe", "why"),
    [
        ({"schedule": "ReduceLROnPlateau"}, "ReduceLROnPlateau lowers the rate of each member by its own validation"),
        ({"precision": "16-mixed"}, "with precision 16-mixed each member scales its own loss"),
    ],
)
def test_what_a_recipe_keeps_from_it(recipe: dict[str, object], why: str) -> None:
    chosen = changed_recipe(Recipe(), recipe)
    found = plan_of(group(graph_of(), Ensemble(members=8), **{name: getattr(chosen, name) for name in recipe}), {})
    assert (found.together, found.why) == (False, why)


def test_several_processes_learn_one_net_at_a_time() -> None:
    assert not plan_of(group(graph_of(), Ensemble(members=8)), {"devices": 2}).together


def test_what_torch_cannot_do_is_tried() -> None:
    found = plan_of(group(graph_of("graph: {a: {Linear: 8}, b: RReLU, d: {Linear: 4}}"), Ensemble(members=8)), {})
    assert not found.together
    assert "torch cannot run them together: vmap: we do not yet support aten::rrelu" in found.why
    assert plan_of(group(graph_of(), Ensemble(members=8)), {}).together
