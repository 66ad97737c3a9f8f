"""Cutting a graph into stages: exact, on top nodes where that will do, with paths and shapes kept."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lego
from lego.diagnostics import Problem
from lego.graph import plan, state_shapes
from lego.graph.cutting import best_cut, spans

SPECS = Path(__file__).parents[2] / "specs"
SIZES = {"H": 224, "W": 224, "T": 12, "S": 7, "h": 2, "w": 2}
EVERY = sorted(path.stem for path in SPECS.glob("*.yaml"))
CHAIN = "lego: 1\nname: chain\ninputs: {x: [N, 8]}\ngraph: [{Linear: 8}, {Linear: 8}, {Linear: 8}, {Linear: 8}]\n"


def graph(text):
    return lego.parse(text).graph


# -- the search --------------------------------------------------------------------------------------------------------

ROWS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9) | st.none()), min_size=1, max_size=8)


@given(ROWS, st.integers(1, 4), st.sampled_from([0.0, 0.05, 0.5]))
def test_as_good_as_any_cut(row, parts, tolerance):
    costs, crossing = [cost for cost, _ in row], [*(cross for _, cross in row), None]
    inner = [place for place in range(1, len(costs)) if crossing[place] is not None]
    every = [(0, *places, len(costs)) for places in combinations(inner, parts - 1)]
    found = best_cut(costs, crossing, parts, tolerance)
    if not every:
        assert found is None
        return

    def heaviest(bounds):
        return max(sum(costs[part.start : part.stop]) for part in spans(bounds))

    def crosses(bounds):
        return sum(crossing[place] for place in bounds[1:-1])

    lightest = min(map(heaviest, every))
    most = max(lightest, int(lightest * (1 + tolerance)))
    best = min((crosses(bounds), heaviest(bounds)) for bounds in every if heaviest(bounds) <= most)
    assert (found.crossing, found.heaviest) == best == (crosses(found.bounds), heaviest(found.bounds))


# -- plans -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_specs(name):
    """Each node is in one stage, each weight under its key, each value handed on with its type."""
    net = lego.load(SPECS / f"{name}.yaml").graph
    try:
        found = plan(net, 2, SIZES)
    except Problem as problem:
        assert name == "jordan" and "cannot be cut into 2 stages" in problem.message
        return
    first, last = (stage.graph for stage in found.stages)
    assert {**state_shapes(first), **state_shapes(last)} == state_shapes(net)
    assert not state_shapes(first).keys() & state_shapes(last).keys()
    assert first.inputs == net.inputs
    assert last.outputs == net.outputs and last.root.form == net.root.form
    assert list(first.outputs) == list(last.inputs) == [one.name for one in found.stages[0].gives]
    assert list(first.outputs.values()) == [type.shape for type in last.inputs.values()]
    assert sum(stage.macs for stage in found.stages) == plan(net, 1, SIZES).stages[0].macs


def test_one_stage_is_the_whole():
    net = graph(CHAIN)
    [stage] = plan(net, 1).stages
    assert (stage.nodes, stage.gives, stage.crossing) == (("0", "1", "2", "3"), (), 0)
    assert stage.parameters == 4 * 72


def test_even():
    found = plan(graph(CHAIN), 4)
    assert [stage.nodes for stage in found.stages] == [("0",), ("1",), ("2",), ("3",)]
    assert (found.balance, found.crossing, found.sizes) == (1.0, 3 * 8 * 4, {"N": 1})
    assert plan(graph(CHAIN), 2, {"N": 16}).crossing == 16 * 8 * 4


def test_a_block_is_opened_only_where_it_is_too_heavy():
    net = graph(
        "lego: 1\nname: net\ninputs: {x: [N, 8]}\n"
        "blocks: {Pair: {graph: {one: {Linear: 8}, two: {Linear: 8}}}}\n"
        "graph: {a: Pair, b: Pair, c: Pair}\n"
    )
    assert [stage.nodes for stage in plan(net, 3).stages] == [("a",), ("b",), ("c",)]
    assert [stage.nodes for stage in plan(net, 2).stages] == [("a", "b.one"), ("b.two", "c")]


def test_less_crosses_within_the_tolerance():
    net = graph(
        "lego: 1\nname: net\ninputs: {x: [N, 10]}\n"
        "graph: [{Linear: 10}, {Linear: 10}, {Linear: 1}, {Linear: 10}, {Linear: 8}]\n"
    )
    assert plan(net, 2, tolerance=0).crossing == 40
    assert plan(net, 2, tolerance=0.05).crossing == 4


def test_what_a_later_stage_reads_goes_through_those_between():
    net = graph(
        "lego: 1\nname: net\ninputs: {x: [N, 8]}\n"
        "graph: {a: {Linear: 8}, b: {Linear: 8}, c: {Linear: 8}, sum: {Add, from: [c, a]}}\n"
    )
    found = plan(net, 3)
    assert [[one.name for one in stage.gives] for stage in found.stages] == [["a"], ["a", "b"], []]


def test_a_module_that_runs_twice_is_in_one_stage():
    net = graph(
        "lego: 1\nname: net\ninputs: {x: [N, 8]}\n"
        "graph: {a: {Linear: 8}, b: {Linear: 8}, again: {share: a}, c: {Linear: 8}}\n"
    )
    assert [stage.nodes for stage in plan(net, 2).stages] == [("a", "b", "again"), ("c",)]
    with pytest.raises(Problem, match="cannot be cut into 3 stages") as error:
        plan(net, 3)
    assert error.value.help == "ask for fewer: --stages 2"


def test_tied_weights_are_copied():
    found = plan(lego.load(SPECS / "gpt2.yaml").graph, 2, {"T": 8})
    assert found.copies == {"lm_head.weight": "wte.weight"}


def test_sizes_that_the_work_depends_on():
    with pytest.raises(Problem, match="how much work the net does depends on h, w"):
        plan(lego.load(SPECS / "unet.yaml").graph, 2)


def test_equal_plans_are_equal_texts():
    net = lego.load(SPECS / "resnet18.yaml").graph
    assert plan(net, 4, SIZES).to_json() == plan(net, 4, SIZES).to_json()
