"""The examples run, and show what they say they show."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "examples"
EXAMPLES = sorted(path.stem for path in FOLDER.glob("*.py"))


def load(name):
    return runpy.run_path(str(FOLDER / f"{name}.py"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_runs(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    load(name)["main"]()
    assert capsys.readouterr().out


def test_xor_is_learned():
    assert load("train_xor")["main"]() < 0.05


def test_gradients_vanish_with_sigmoids_alone():
    ratio = load("ablation")["gradient_ratio"]
    assert ratio(act="Sigmoid", depth=16, width=32) < 1e-6
    assert ratio(act="ReLU", depth=16, width=32) > 0.1
