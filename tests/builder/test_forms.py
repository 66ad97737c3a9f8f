"""Python and YAML say the same: documents written in both forms are equal."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import lego


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"builder_{name}", Path(__file__).parent / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NETS = _module("nets").NETS
PAPERS = _module("papers").NETS


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.definition.name)
def test_a_net_as_yaml(net: Any, golden: Any) -> None:
    spec = net()
    golden(f"builder/{spec.name}.yaml", spec.to_yaml())
    assert lego.parse(spec.to_yaml()).document == spec.document
    assert spec.warnings == ()


@pytest.mark.parametrize("net", PAPERS, ids=lambda net: net.definition.name)
def test_a_paper_is_what_its_yaml_says(net: Any) -> None:
    name = net.definition.name
    spec, written = net(), lego.load(f"specs/{name}.yaml")
    document = written.document
    if name != "peephole_lstm":  # which says where its first node reads, as it would without
        assert spec.document.model_copy(update={"doc": document.doc}) == document
    assert lego.source(spec).partition("import")[2] == lego.source(written).partition("import")[2]
