"""Random graphs over the whole catalogue: what lego infers of every edge is what torch gives there."""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import lego
from lego.catalogue import layers
from lego.graph import Graph
from tests.graph.random_graphs.grow import documents
from tests.graph.random_graphs.judge import (
    bodies,
    compare,
    keys,
    needs_values,
    refused,
    sizes,
    takes_any_values,
    too_small,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's, of arguments that have no effect


class Judged(NamedTuple):
    """The layers of a graph, how many there are, and how many edges were compared."""

    layers: frozenset[str]
    nodes: int
    edges: int


def judge(text: str, choose: random.Random) -> Judged:
    """All that is promised of a sound document."""
    note(text)
    spec = lego.parse(text)
    assert not spec.warnings
    check_module(spec)
    assert types(lego.parse(spec.to_yaml()).graph) == types(spec.graph)
    names = frozenset(type(call.body).__name__ for _, call in bodies(spec.graph.root))
    return Judged(names, spec.graph.root.size, check_runs(spec, choose))


def types(graph: Graph) -> dict[str, object]:
    return {name: graph.root.type_of(ref) for name, ref in graph.root.outputs}


def check_module(spec: lego.Spec) -> None:
    """Keys are as the paths promise, and weights as many as the summary counts."""
    module = lego.build(spec, device="meta")
    assert {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()} == keys(spec.graph)
    assert lego.summary(spec).params == sum(weight.numel() for weight in module.parameters())


def check_runs(spec: lego.Spec, choose: random.Random) -> int:
    """Torch gives what was inferred, and refuses what the graph's requirements forbid."""
    values = sizes(spec.graph, choose)
    if values is None:
        return 0
    note(f"sizes: {values}")
    edges = 0 if needs_values(spec.graph) else compare(spec, values, "meta")
    if spec.graph.root.size <= 12 and max(values.values(), default=0) < 20 and takes_any_values(spec.graph):
        compare(spec, values, "cpu")
    for below in too_small(spec.graph, values):
        note(f"too small: {below}")
        assert refused(spec, below)
    return edges


def run(examples: int, most: int, wanted: str | None = None) -> list[Judged]:
    """What was found of so many random graphs."""
    found: list[Judged] = []

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(documents(most, wanted), st.integers(0, 2**16))
    def every_edge(text: str, seed: int) -> None:
        found.append(judge(text, random.Random(seed)))

    every_edge()
    return found


def test_every_edge_is_as_inferred() -> None:
    found = run(40, 20)
    assert sum(one.nodes for one in found) > 100
    assert sum(one.edges for one in found) > 100


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(layers()))
def test_every_edge_of_graphs_with(name: str, record_property: pytest.RecordProperty) -> None:
    found = run(10, 40, name)
    record_property("nodes", sum(one.nodes for one in found))
    record_property("edges", sum(one.edges for one in found))
    assert any(name in one.layers for one in found)
