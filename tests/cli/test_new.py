from __future__ import annotations

from pathlib import Path

import pytest
import torch

import lego
from lego.cli.new import templates
from tests.cli.conftest import Run

INPUTS = {
    "autoencoder": torch.rand(2, 1, 16, 8),
    "cnn": torch.rand(2, 3, 32, 24),
    "mlp": torch.rand(2, 32),
    "resnet": torch.rand(2, 3, 32, 24),
    "rnn": torch.rand(2, 5, 8),
    "transformer": torch.randint(256, (2, 7)),
}


def test_there_is_an_input_for_every_template() -> None:
    assert list(templates()) == list(INPUTS)


@pytest.mark.parametrize("kind", INPUTS)
def test_every_template_checks_builds_and_runs(call: Run, tmp_path: Path, kind: str) -> None:
    found = call("new", "mine", "--from", kind)
    assert (found.returncode, found.stdout, found.stderr) == (0, "mine.yaml\n", "")
    path = tmp_path / "mine.yaml"
    text = path.read_text(encoding="utf-8")
    assert text == templates()[kind].replace(f"name: {kind}\n", "name: mine\n")
    assert text.count("# ") >= 2 and max(map(len, text.splitlines())) <= 120
    assert lego.check(path) == []
    spec = lego.load(path)
    assert spec.name == "mine" and spec.document.doc
    outputs = lego.build(spec, seed=0)(INPUTS[kind])
    shapes = outputs.values() if isinstance(outputs, dict) else [outputs]
    assert [one.shape[0] for one in shapes] == [2] * len(spec.graph.outputs)


def test_the_list(call: Run) -> None:
    found = call("new", "--list")
    assert (found.returncode, found.stderr) == (0, "")
    assert [line.split()[0] for line in found.stdout.splitlines()] == list(INPUTS)
    assert "mlp          A multi-layer perceptron.\n" in found.stdout


def test_nothing_is_overwritten(call: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine")
    found = call("new", "mine")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: there is a file `mine.yaml` already\n")
    assert (tmp_path / "mine.yaml").read_text() == "mine"
    assert call("new", "mine", "-o", "other.yaml").stdout == "other.yaml\n"


def test_a_name_that_needs_quotes(call: Run, tmp_path: Path) -> None:
    assert call("new", "10: net", "-o", "net.yaml").returncode == 0
    assert lego.load(tmp_path / "net.yaml").name == "10: net"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mine", "--from", "resent"], "error: there is no `resent` to start from\n   = help: did you mean `res"),
        ([], "error: the name of the spec is missing\n"),
        (["a/b"], "error: `a/b` is no name of a spec\n"),
        (["mine", "-o", "nowhere/mine.yaml"], "error: nowhere/mine.yaml: No such file or directory\n"),
    ],
)
def test_a_wrong_call(call: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    found = call("new", *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith(message)
    assert not list(tmp_path.iterdir())
