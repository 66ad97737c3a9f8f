"""Python and YAML say the same: documents written in both forms are equal."""

from __future__ import annotations

from typing import Any

import pytest

import lego
from tests.builder import nets, papers


@pytest.mark.parametrize("net", nets.NETS, ids=lambda net: net.definition.name)
def test_a_net_as_yaml(net: Any, golden: Any) -> None:
    spec = net()
    golden(f"builder/{spec.name}.yaml", spec.to_yaml())
    assert lego.parse(spec.to_yaml()).document == spec.document
    assert spec.warnings == ()


@pytest.mark.parametrize("net", papers.NETS, ids=lambda net: net.definition.name)
def test_a_paper_is_what_its_yaml_says(net: Any) -> None:
    name = net.definition.name
    spec, written = net(), lego.load(f"specs/{name}.yaml")
    document = written.document
    if name != "peephole_lstm":  # which says where its first node reads, as it would without
        assert spec.document.model_copy(update={"doc": document.doc}) == document
    assert lego.source(spec).partition("import")[2] == lego.source(written).partition("import")[2]
