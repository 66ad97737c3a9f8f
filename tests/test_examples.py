"""The examples run, and show what they say they show."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from lego.catalogue import outside

FOLDER = Path(__file__).parents[1] / "examples"
EXAMPLES = sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.fixture
def load(monkeypatch):
    """`load("ablation")` is the example as a module, which sources can import from."""

    def load(name):
        found = importlib.util.spec_from_file_location(f"example_{name}", FOLDER / f"{name}.py")
        module = importlib.util.module_from_spec(found)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(outside, "_registered", {})
        found.loader.exec_module(module)
        return module

    return load


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_runs(name, load, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    load(name).main()
    assert capsys.readouterr().out


def test_xor_is_learned(load):
    assert load("train_xor").main() < 0.05


def test_gradients_vanish_with_sigmoids_alone(load):
    ratio = load("ablation").gradient_ratio
    assert ratio(act="Sigmoid", depth=16, width=32) < 1e-6
    assert ratio(act="ReLU", depth=16, width=32) > 0.1


def test_a_script_s_own_layers_are_imported_from_the_script():
    done = subprocess.run([sys.executable, FOLDER / "register.py"], capture_output=True, text=True, check=True)
    assert "\nfrom __main__ import GatedUnit\n" in done.stdout
    assert done.stdout.endswith("torch.Size([2, 5, 24])\n")
