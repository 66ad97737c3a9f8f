"""An ensemble from its data to the folder of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from lego.api import evaluate, export, load, parse, train
from lego.train.ensemble import Ensembled, member_path
from tests.train.ensemble.nets import DATA

TEXT = """\
lego: 1
name: small
params: {w: 8}
inputs: {x: [N, 12]}
graph: {a: {Linear: $w}, b: ReLU, c: {Dropout: 0.3}, d: {Linear: 4}}
"""
RECIPE = {"ensemble": 3, "batch_size": 16, "epochs": 2}


def _ensemble(folder: Path | None = None, **changes: object) -> Ensembled:
    run = train(parse(TEXT, w=16), DATA, RECIPE, folder=folder, progress=False, **changes)
    assert isinstance(run, Ensembled)
    return run


def _equal(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(left, right) for left, right in pairs)


def test_its_folder_is_that_of_a_run_of_the_combined_net(tmp_path: Path) -> None:
    run = _ensemble(tmp_path / "run")
    spec = load(tmp_path / "run" / "spec.yaml")
    assert spec.name == "small_ensemble"
    assert _equal(run.module.get_submodule(member_path(2)), run.members[2])
    assert run.gain is not None and run.plan is not None
    found = evaluate(tmp_path / "run", DATA)
    assert run.gain.of == "validation"
    assert found.samples == 70
    written = json.loads((tmp_path / "run" / "ensemble.json").read_text(encoding="utf-8"))
    assert written["gain"]["over_mean"] == pytest.approx(run.gain.mean_error - run.gain.combined.error)
    assert written["together"] is run.plan.together is True
    assert len(written["gain"]["members"]) == 3


def test_goes_on_to_the_same_numbers(tmp_path: Path) -> None:
    _ensemble(tmp_path / "run", epochs=1)
    resumed = train(data=DATA, folder=tmp_path / "run", resume=True, progress=False, epochs=2)
    whole = _ensemble()
    assert _equal(resumed.module, whole.module)
    assert [row.train_loss for row in resumed.metrics] == [row.train_loss for row in whole.metrics]


def test_in_turn_it_goes_on_to_the_same_numbers(tmp_path: Path) -> None:
    changes = {"schedule": {"ReduceLROnPlateau": {"patience": 0}}}
    first = _ensemble(tmp_path / "run", epochs=1, **changes)
    assert first.plan is not None and not first.plan.together
    assert sorted(one.name for one in (tmp_path / "run" / "members").iterdir()) == ["0", "1", "2"]
    resumed = train(data=DATA, folder=tmp_path / "run", resume=True, progress=False, epochs=2)
    assert _equal(resumed.module, _ensemble(**changes).module)


@pytest.mark.nightly
def test_is_exported(tmp_path: Path) -> None:
    run = _ensemble(tmp_path / "run")
    export(tmp_path / "run" / "spec.yaml", tmp_path / "net.onnx", weights=run.module)
    assert (tmp_path / "net.onnx").stat().st_size > 0
