"""`spec.replace`: a spec made of another by edits."""

from __future__ import annotations

from pathlib import Path

import pytest

import lego

ROOT = Path(__file__).parents[2]
NET = """\
lego: 1
# what can be turned
params: {width: 8, act: ReLU}
inputs: {x: [N, 16]}
graph:
  fc: {Linear: $width}  # wide
  act: $act
  head: {Linear: 2}
"""


def test_edits_and_keys() -> None:
    spec = lego.parse(NET).replace(
        {"graph.head.Linear": 3, "graph.drop": {"Dropout": 0.5}}, after="act", name="wide", params={"width": 128}
    )
    assert spec.name == "wide"
    assert {name: str(shape) for name, shape in spec.graph.outputs.items()} == {"head": "[N, 3]"}
    assert [call.name for call in spec.graph.root.calls] == ["fc", "act", "drop", "head"]
    assert (
        spec.to_yaml()
        == (
            NET.replace("width: 8", "width: 128").replace("act: $act\n", "act: $act\n  drop: {Dropout: 0.5}\n")
        ).replace("Linear: 2", "Linear: 3")
        + "name: wide\n"
    )
    assert lego.parse(spec.to_yaml()).document == spec.document


def test_the_values_of_parameters_are_kept() -> None:
    spec = lego.parse(NET, width=32, act={"LeakyReLU": 0.1}).replace({"graph.head": None})
    assert "# what can be turned\nparams: {width: 32, act: {LeakyReLU: 0.1}}\n" in spec.to_yaml()
    assert str(spec.graph.outputs["act"]) == "[N, 32]"
    assert str(spec.replace(params={"width": 4}).graph.outputs["act"]) == "[N, 4]"


def test_the_spec_itself_stays_as_it_was() -> None:
    spec = lego.parse(NET, width=32)
    before = spec.to_yaml()
    spec.replace({"graph.head": None})
    assert spec.to_yaml() == before and "#" not in before


def test_errors_have_the_lines_of_the_edited_text() -> None:
    spec = lego.parse(NET, "net.yaml").replace(doc="A net.")
    with pytest.raises(lego.SpecError) as error:
        spec.replace({"graph.new": {"Linear": 3, "from": "hed"}}, after="fc")
    [one] = error.value.diagnostics
    assert (one.file, one.line, one.code) == ("net.yaml (edited)", 7, "unknown-name")
    assert "7 |   new: {Linear: 3, from: hed}" in str(one)


def test_a_key_that_the_language_does_not_know() -> None:
    with pytest.raises(lego.SpecError, match="params"):
        lego.parse(NET).replace(parms={"width": 3})


def test_includes_are_found_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = lego.load(ROOT / "specs" / "crnn.yaml")
    assert spec.replace({"doc": "Anew."}).replace(name="again").digest() == spec.digest()


@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_spec(path: Path) -> None:
    spec = lego.load(path)
    same = spec.replace()
    assert same.to_yaml() == path.read_text(encoding="utf-8")
    assert same.document == spec.document
