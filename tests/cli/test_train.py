"""`lego train`, `eval` and `predict`."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

ROOT = Path(__file__).parents[2]
NET = """
lego: 1
name: net
params: {width: 12}
inputs: {x: [N, 4]}
graph: [{Linear: $width}, ReLU, {Dropout: 0.2}, {Linear: 3}]
"""
FAST = "train: {optimizer: {Adam: 0.05}, epochs: 4, batch_size: 16}\n"


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def files(tmp_path):
    """A spec with a recipe, and clouds around three points as a table with names of classes."""
    (tmp_path / "net.yaml").write_text(NET + FAST)
    generator = np.random.default_rng(0)
    centres = 4 * generator.normal(size=(3, 4))
    with (tmp_path / "data.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*"abcd", "kind"])
        for number in range(90):
            writer.writerow([*(centres[number % 3] + generator.normal(size=4)), ("low", "mid", "top")[number % 3]])
    return tmp_path


def test_from_training_to_predictions(call, files):
    done = call("train", "net.yaml", "--data", "csv:data.csv", "-o", "run", "--set", "width=8", "--logger", "csv")
    assert (done.returncode, done.stdout) == (0, "run\n")
    assert [line[:9] for line in done.stderr.splitlines()] == [f"epoch {n}/4" for n in (1, 2, 3, 4)]
    found = sorted(path.name for path in (files / "run").iterdir())
    assert found == sorted(
        "spec.yaml recipe.yaml run.json model.py model.safetensors metrics.csv curves.svg report.html "
        "checkpoints logs".split()
    )
    assert "width: 8" in (files / "run" / "spec.yaml").read_text()
    assert "loss: CrossEntropyLoss" in (files / "run" / "recipe.yaml").read_text()

    told = call("eval", "run", "--data", "csv:data.csv", "--format", "json")
    found = json.loads(told.stdout)
    assert found["accuracy"] > 0.9 and found["classes"] == ["low", "mid", "top"] and found["samples"] == 90
    assert sum(map(sum, found["confusion"])) == 90
    assert f"accuracy    {100 * found['accuracy']:.2f} %" in call("eval", "run").stdout

    for ending in ("csv", "npz", "json"):
        assert call("predict", "run", "--data", "csv:data.csv", "-o", f"p.{ending}").stdout == f"p.{ending}\n"
    rows = list(csv.DictReader((files / "p.csv").open()))
    assert list(rows[0]) == ["prediction", "p_low", "p_mid", "p_top"] and len(rows) == 90
    arrays = np.load(files / "p.npz")
    assert np.allclose(arrays["probabilities"].sum(1), 1)
    names = [str(arrays["classes"][number]) for number in arrays["predictions"]]
    assert names == [row["prediction"] for row in rows] == json.loads((files / "p.json").read_text())["predictions"]
    right = sum(name == ("low", "mid", "top")[number % 3] for number, name in enumerate(names))
    assert right / 90 == pytest.approx(found["accuracy"])


def test_a_recipe_of_its_own_and_more_epochs(call, files):
    (files / "recipe.yaml").write_text("data: csv:data.csv\nbatch_size: 30\nepochs: 9\n")
    assert call("train", "net.yaml", "--recipe", "recipe.yaml", "--epochs", "1", "-o", "run").returncode == 0
    again = call("train", "--resume", "-o", "run", "--epochs", "2")
    assert again.stderr.startswith("epoch 2/2  ")
    assert (files / "run" / "metrics.csv").read_text().count("\n") == 3


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["train", "-o", "run"], 2, "error: a spec is needed, unless a run goes on\n"),
        (["train", "--resume", "-o", "run"], 2, "error: `run` is no run: it has no spec.yaml"),
        (["train", "net.yaml", "-o", "data.csv"], 2, "error: `data.csv` is there already, and is no run\n"),
        (["train", "net.yaml", "--data", "npy:x", "-o", "run"], 2, "error: `npy:x` is no source of data\n"),
        (
            ["train", "net.yaml", "--recipe", "bad.yaml", "-o", "run"],
            1,
            "bad.yaml:1:9: error[bad-value] epochs must be a positive",
        ),
        (["train", "net.yaml", "--recipe", "none.yaml", "-o", "run"], 2, "error: there is no file `none.yaml`\n"),
        (["eval", "run"], 2, "error: `run` is no run"),
        (["predict", "run", "-o", "p.xls"], 2, "error: predictions are written as csv, npz, json, not as `p.xls`\n"),
    ],
)
def test_wrong_calls_leave_nothing(call, files, arguments, status, message):
    (files / "bad.yaml").write_text("epochs: 0\n")
    done = call(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(message)
    assert not (files / "run").exists()


def test_a_net_that_does_not_fit_leaves_nothing(call, files):
    (files / "net.yaml").write_text(NET.replace("{Linear: 3}", "{Linear: 2}"))
    done = call("train", "net.yaml", "--data", "csv:data.csv", "-o", "run")
    assert done.returncode == 2 and "3 classes" in done.stderr
    assert not (files / "run").exists()


def test_what_is_worth_a_warning(call, files):
    (files / "net.yaml").write_text(NET.replace("{Linear: 3}]", "{Linear: 3}, {Softmax: 1}]") + FAST)
    done = call("train", "net.yaml", "--data", "csv:data.csv", "-o", "run", "--epochs", "1")
    assert done.stderr.startswith("warning: the net ends in Softmax, and CrossEntropyLoss takes logits")


def test_ctrl_c_says_how_to_go_on(files):
    command = [sys.executable, "-m", "lego", "train"]
    begun = [*command, "net.yaml", "--data", "csv:data.csv", "-o", "run", "--epochs", "100000"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(begun, cwd=files, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("epoch      1/100000")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "stopped; go on with: lego train --resume -o run"
    assert (files / "run" / "report.html").is_file()
