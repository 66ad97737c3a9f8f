"""YAML written from a document reads back as an equal document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lego.diagnostics import NOWHERE, Source
from lego.spec import (
    Argument,
    Document,
    Graph,
    Node,
    Use,
    load_package,
    package_files,
    parse,
    read,
    read_source,
    to_yaml,
)
from tests.conftest import Golden
from tests.spec.documents import DOCUMENTS, TEXT, VALUES

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.yaml"))


def reread(text: str) -> Document:
    return parse(read(Source("<written>", text)))


# -- documents as people write them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_survives(path: Path) -> None:
    document = parse(read(read_source(path)))
    text = to_yaml(document)
    assert reread(text) == document
    assert max(map(len, text.splitlines())) <= 120


EVERYTHING = """\
lego: 1
name: everything
doc: |
  Two lines, of which

  one is empty.
params: {width: 64, act: {LeakyReLU: 0.1}, stages: [1, 2], scale: 1e-3, label: "1", empty: ""}
inputs:
  image: [N, 3, 32*h, "$(2 * width)"]
  tokens: {shape: [N, T], dtype: int64, range: [0, $width]}
include: {resnet: blocks/resnet.yaml}
blocks:
  Pair:
    doc: "Reads: two values."
    inputs: [a, b]
    graph: {sum: {Add, from: [a, b]}}
  Shaped:
    inputs: {x: [N, T, F], lengths: ~}
    graph: [Identity]
    outputs: {y: "0", z: {from: x, when: $(1 > 0)}}
graph:
  stem: [{Linear: 10}, ReLU, {Sequential: {inner: Tanh}, freeze: true}]
  deep: {skip: {graph: [{Linear: 10}], shortcut: {Linear: 10}, merge: {Concat: 1}}, checkpoint: true}
  sides: {split: {branches: {a: [ReLU], b: {x: Tanh}}, by: {Chunk: 2}, merge: none}}
  heads: {split: {copies: 4, graph: [{Linear: 2}], merge: {Stack: 1}}, repeat: 2}
  again: {share: stem, from: input}
  wide: {$act: ~, each: [{planes: 1}, {planes: "$stages[0]"}], when: "$len(stages) > 1", doc: why}
  norm: {Linear: {out_features: 10, bias: false}, init: {bias: 0, Linear: {weight: {normal: {std: 0.02}}}}}
  attention: {MultiheadAttention: {num_heads: 2}, from: {query: wide, key: norm.0, value: norm}}
  lstm:
    recurrent:
      over: -2
      state:
        h: [N, $width]
        c: {shape: [N, $width], init: learned, delay: 2}
        "0": {shape: [N], dtype: int64, init: "0"}
      graph: {h_new: {Add, from: [input, h]}}
      next: {h: h_new, c: h_new, "0": "0"}
      outputs: {all: h_new, end: {from: h, when: $(width > 1), step: last}}
      reverse: true
      bidirectional: {Concat: 1}
      lengths: image
  tagger:
    recurrent:
      over: {steps: $(2 * width)}
      state: {h: {shape: [N, $width], init: lstm.end}}
      graph: [{Linear: $width}]
      next: {h: "0"}
      outputs: {from: "0", step: last}
      bidirectional: {$act: ~}
outputs: [attention, sides.a]
init: {Conv2d: xavier_uniform}
tie: {norm.weight: stem.0.weight}
"""


def test_a_document_with_everything_survives(golden: Golden) -> None:
    document = reread(EVERYTHING)
    written = to_yaml(document)
    assert reread(written) == document
    golden("spec/written.txt", written)


def test_writing_is_idempotent() -> None:
    once = to_yaml(reread(EVERYTHING))
    assert to_yaml(reread(once)) == once


def test_params_replace_defaults() -> None:
    document = reread("lego: 1\nparams: {width: ~, act: ReLU}\ninputs: {x: [N, 4]}\ngraph: [{Linear: $width}]\n")
    text = to_yaml(document, {"width": 7, "unknown": 1})
    assert "params: {width: 7, act: ReLU}\n" in text


def test_a_package_becomes_files_beside_each_other(tmp_path: Path) -> None:
    (tmp_path / "parts" / "deep").mkdir(parents=True)
    (tmp_path / "net.yaml").write_text(
        "lego: 1\ninclude: {a: parts/a.yaml, b: parts/b.yaml}\ninputs: {x: [N, 4]}\ngraph: [a.A, b.B]\n"
    )
    (tmp_path / "parts" / "a.yaml").write_text("lego: 1\ninclude: {b: deep/b.yaml}\nblocks: {A: {graph: [b.B]}}\n")
    (tmp_path / "parts" / "b.yaml").write_text("lego: 1\nblocks: {B: {graph: [ReLU]}}\n")
    (tmp_path / "parts" / "deep" / "b.yaml").write_text("lego: 1\nblocks: {B: {graph: [Tanh]}}\n")
    files = package_files(load_package(tmp_path / "net.yaml"))
    assert sorted(files) == ["include/a.yaml", "include/b.yaml", "include/b1.yaml", "spec.yaml"]
    for name, text in files.items():
        path = tmp_path / "written" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    again = load_package(tmp_path / "written" / "spec.yaml")
    tanh = again.includes["a"].includes["b"].document.blocks["B"].graph.nodes[0].what
    relu = again.includes["b"].document.blocks["B"].graph.nodes[0].what
    assert isinstance(tanh, Use) and tanh.name == "Tanh"
    assert isinstance(relu, Use) and relu.name == "ReLU"


# -- any document --------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_any_document_survives(document: Document) -> None:
    assert reread(to_yaml(document)) == document


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXT, VALUES, min_size=1))
def test_any_value_survives(values: dict[str, Any]) -> None:
    arguments = {name: Argument(value, NOWHERE) for name, value in values.items()}
    node = Node(name="0", what=Use(name="A", arguments=arguments, span=NOWHERE), span=NOWHERE)
    document = Document(lego=1, graph=Graph(nodes=(node,), listed=True, span=NOWHERE), span=NOWHERE)
    assert reread(to_yaml(document)) == document
