"""The folder that `lego build` leaves: whole, or not at all."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_model

import lego
from lego.diagnostics import Problem
from lego.runtime import artifacts, write_result

TIED = """\
lego: 1
name: tied
params: {width: 8, act: ReLU}
inputs: {tokens: {shape: [N, T], dtype: int64, range: [0, 50]}}
graph:
  embed: {Embedding: {num_embeddings: 50, embedding_dim: $width}}
  act: $act
  head: {Linear: {out_features: 50, bias: false}}
tie: {head.weight: embed.weight}
"""


def write(folder: Path, spec: lego.Spec, seed: int = 0) -> None:
    write_result(folder, spec.graph, spec.files(), seed=seed)


def written_module(folder: Path) -> torch.nn.Module:
    """The module of a result, with its weights, as someone without lego would load it."""
    found = importlib.util.spec_from_file_location("written_model", folder / "model.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    model = module.Tied()
    load_model(model, str(folder / "model.safetensors"))
    return model


def test_the_result_loads_back_tied(tmp_path: Path) -> None:
    spec = lego.parse(TIED, width=4)
    write(tmp_path / "out", spec)
    model = written_module(tmp_path / "out")
    assert model.head.weight is model.embed.weight
    built = lego.build(spec, seed=0)
    tokens = torch.arange(10).reshape(2, 5)
    assert torch.equal(model(tokens), built(tokens))


def test_the_written_spec_has_its_parameters(tmp_path: Path) -> None:
    write(tmp_path / "out", lego.parse(TIED, width=4, act={"LeakyReLU": 0.3}))
    again = lego.load(tmp_path / "out" / "spec.yaml")
    assert lego.summary(again).params == 50 * 4
    assert "act: {LeakyReLU: 0.3}" in again.to_yaml()
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["params"] == 200


def test_an_earlier_result_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "out", lego.parse(TIED))
    write(tmp_path / "out", lego.parse(TIED, width=2))
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["params"] == 100
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("step", ["source", "build", "save_model", "draw", "summarize"])
def test_a_failure_leaves_the_earlier_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    write(tmp_path / "out", lego.parse(TIED))
    before = {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(artifacts, step, fail)
    with pytest.raises(RuntimeError):
        write(tmp_path / "out", lego.parse(TIED, width=2))
    assert {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()} == before
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_rename_that_fails_brings_the_earlier_result_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", lego.parse(TIED))
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name.endswith(".new"):
            raise OSError("busy")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="busy"):
        write(tmp_path / "out", lego.parse(TIED, width=2))
    monkeypatch.undo()
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["params"] == 400
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_what_no_build_has_written_stays(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("keep me")
    with pytest.raises(Problem, match="`notes\\.txt`"):
        write(tmp_path, lego.parse(TIED))
    with pytest.raises(Problem, match="is a file"):
        write(tmp_path / "notes.txt", lego.parse(TIED))


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    write(tmp_path, lego.parse(TIED))
    assert (tmp_path / "model.py").is_file()


def test_the_dtype_of_the_weights(tmp_path: Path) -> None:
    spec = lego.parse(TIED)
    write_result(tmp_path / "out", spec.graph, spec.files(), dtype="float64")
    assert (tmp_path / "out" / "model.safetensors").stat().st_size > 400 * 8
