"""Copies and pickles of the module, and its source without lego."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import lego
from tests.runtime.world.models import NAMES, batch, build, spec_of

ROOT = Path(__file__).parents[3]

UNPICKLE = """\
import pickle, torch
for module, inputs, expected in pickle.load(open("modules.pkl", "rb")):
    assert torch.equal(module(*inputs), expected)
"""
WITHOUT_LEGO = """\
import sys
sys.modules["lego"] = None  # importing it fails
import importlib, pickle, torch
for name, kind, state, inputs, expected in torch.load("modules.pt"):
    module = getattr(importlib.import_module(name), kind)().eval()
    module.load_state_dict(state)
    assert torch.equal(module(*inputs), expected)
    assert torch.equal(pickle.loads(pickle.dumps(module))(*inputs), expected)
"""


def run(code, folder, path=ROOT):
    environment = {**os.environ, "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_deep_copy_shares_nothing(name):
    module = build(name)
    expected = module(*batch(name))
    twin = copy.deepcopy(module)
    with torch.no_grad():
        for weight in module.parameters():
            weight.zero_()
    assert torch.equal(twin(*batch(name)), expected)


def test_pickles_carry_their_source_to_another_process(tmp_path):
    modules = [(name, build(name)) for name in NAMES]
    with (tmp_path / "modules.pkl").open("wb") as file:
        pickle.dump([(module, batch(name), module(*batch(name))) for name, module in modules], file)
    run(UNPICKLE, tmp_path)


def test_the_source_needs_torch_alone(tmp_path):
    found = []
    for name in NAMES:
        lego.export(spec_of(name), tmp_path / f"{name}.py")
        module = build(name)
        found.append((name, type(module).__name__, module.state_dict(), batch(name), module(*batch(name))))
    torch.save(found, tmp_path / "modules.pt")
    run(WITHOUT_LEGO, tmp_path, tmp_path)
