"""`lego import`: modules from Python files, and mistakes without a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import lego
from tests.cli.conftest import Run

SOURCE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, classes=10, fails=False):
        super().__init__()
        if fails:
            raise ValueError("no such net")
        self.fc = nn.Linear(8, classes)

    def forward(self, x):
        return torch.relu(self.fc(x))

class Undecided(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x
        return -x

made = Net()
number = 3
"""


@pytest.fixture(autouse=True)
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"nets_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def net(tmp_path: Path) -> str:
    return f"nets_{tmp_path.name}"


def test_spec_and_weights(call: Run, net: str, tmp_path: Path) -> None:
    result = call("import", f"{net}:made", "-o", "net.yaml", "--input", "x=N,8", "--weights", "net.safetensors")
    assert (result.returncode, result.stdout) == (0, "net.yaml\n")
    module = lego.build(tmp_path / "net.yaml")
    module.load_state_dict(load_file(tmp_path / "net.safetensors"))
    assert module(torch.randn(2, 8)).shape == (2, 10)
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".py", ".safetensors", ".yaml"]


def test_arguments_and_name(call: Run, net: str) -> None:
    result = call("import", f"{net}:Net", "--arg", "classes=3", "--input", "x={shape: [N, 8]}", "--name", "tiny")
    assert result.returncode == 0
    spec = lego.parse(result.stdout)
    assert spec.name == "tiny"
    assert {name: str(shape) for name, shape in spec.graph.outputs.items()} == {"relu": "[N, 3]"}


def test_a_file_that_is_there_stays(call: Run, net: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("mine")
    result = call("import", f"{net}:Net", "-o", "net.yaml", "--input", "x=N,8")
    assert (result.returncode, result.stderr.partition("\n")[0]) == (2, "error: `net.yaml` is there already")
    call("import", f"{net}:Undecided", "-o", "net.yaml", "--input", "x=N,8", "--force")
    assert (tmp_path / "net.yaml").read_text() == "mine"
    assert call("import", f"{net}:Net", "-o", "net.yaml", "--input", "x=N,8", "--force").returncode == 0
    assert lego.load(tmp_path / "net.yaml").name == "Net"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("{net}", "error: expected PACKAGE.MODULE:FACTORY, found `{net}`"),
        ("no_such_file:Net", "cannot be imported: ModuleNotFoundError: No module named 'no_such_file'"),
        ("{net}:Nope", "cannot be imported: AttributeError: module '{net}' has no attribute 'Nope'"),
        ("{net}:number", "error: `{net}:number` is int, neither a torch module nor what makes one"),
        ("{net}:Net --arg fails=true", "error: `{net}:Net` fails: ValueError: no such net"),
        ("{net}:made --arg classes=3", "error: `{net}:made` is a module already, and takes no --arg"),
        ("{net}:Net --input x", "error: --input x: a name and a value are expected"),
    ],
)
def test_wrong_calls(call: Run, net: str, arguments: str, message: str) -> None:
    result = call("import", *arguments.replace("{net}", net).split())
    assert result.returncode == 2
    assert message.replace("{net}", net) in result.stderr
    assert "Traceback" not in result.stderr


def test_what_cannot_be_a_spec_is_told_at_its_line(call: Run, net: str) -> None:
    result = call("import", f"{net}:Undecided", "--input", "x=N,8")
    assert result.returncode == 1
    assert f"{net}.py:17:" in result.stderr
    assert "if x.sum() > 0:" in result.stderr
