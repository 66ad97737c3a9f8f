"""A folded document means the very same, and folding it again changes nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

import lego
from lego.spec import Document, fold, to_yaml
from tests.spec.networks import networks


def meaning(document: Document) -> tuple[Any, ...]:
    """Every layer under its path with its types, in the order in which they run; every edge; the outputs."""
    graph = lego.parse(to_yaml(document)).graph.nx
    nodes = [(path, data["kind"], data["layer"], data["outputs"]) for path, data in graph.nodes(data=True)]
    edges = sorted((source, target, repr(sorted(data.items()))) for source, target, data in graph.edges(data=True))
    return nodes, edges, graph.graph["outputs"]


@settings(max_examples=60, deadline=None)
@given(networks())
def test_a_folded_document_means_the_same(document: Document) -> None:
    folded = fold(document)
    assert meaning(folded) == meaning(document)
    assert fold(folded) == folded
    assert to_yaml(fold(document)) == to_yaml(folded)
