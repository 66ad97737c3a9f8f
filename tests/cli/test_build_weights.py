"""`lego build --weights`: what the folder then holds, and what is said on stderr."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.cli.conftest import Run


@pytest.fixture
def old(call: Run, net: Path, tmp_path: Path) -> Path:
    """The weights of an earlier build."""
    assert call("build", "net.yaml", "-o", "old", "--seed", "1").returncode == 0
    return tmp_path / "old" / "model.safetensors"


def built(tmp_path: Path) -> dict[str, torch.Tensor]:
    return load_file(tmp_path / "new" / "model.safetensors")


def test_the_result_holds_the_weights(call: Run, old: Path, tmp_path: Path) -> None:
    found = call("build", "net.yaml", "-o", "new", "--weights", "old", "--seed", "2")
    assert (found.returncode, found.stdout) == (0, "new\n")
    assert found.stderr == "old/model.safetensors: 6 of 6 tensors loaded\n"
    expected = load_file(old)
    assert built(tmp_path).keys() == expected.keys()
    assert all(torch.equal(one, expected[key]) for key, one in built(tmp_path).items())


def test_a_result_may_be_built_of_itself(call: Run, old: Path, tmp_path: Path) -> None:
    before = load_file(old)["fc.weight"].clone()
    found = call("build", "net.yaml", "-o", "old", "--weights", "old/model.safetensors", "--dtype", "float64")
    assert found.returncode == 0
    assert torch.equal(load_file(old)["fc.weight"], before.double())


def test_names_are_mapped(call: Run, old: Path, tmp_path: Path) -> None:
    save_file({f"module.x=y.{key}": one for key, one in load_file(old).items()}, tmp_path / "named.safetensors")
    arguments = ("build", "net.yaml", "-o", "new", "--weights", "named.safetensors")
    found = call(*arguments)
    assert (found.returncode, found.stdout) == (1, "")
    assert "help: 6 more would load with --map '^module\\.x=y\\.='" in found.stderr
    assert not (tmp_path / "new").exists()
    found = call(*arguments, "--map", r"^module\.x=", "--map", r"^y\.=")
    assert found.returncode == 1 and "lacks 6 tensors" in found.stderr
    found = call(*arguments, "--map", r"^module\.x=y\.=")
    assert (found.returncode, found.stderr) == (0, "named.safetensors: 6 of 6 tensors loaded\n")


def test_an_edited_spec_takes_what_fits(call: Run, old: Path, tmp_path: Path) -> None:
    arguments = ("build", "net.yaml", "--set", "sizes=[4, 3]", "-o", "new", "--weights", "old", "--seed", "2")
    found = call(*arguments)
    assert (found.returncode, found.stdout) == (1, "")
    assert "net.yaml:8:3: error[weights] tail.1: `old/model.safetensors` has 2 tensors of another shape" in found.stderr
    found = call(*arguments, "--no-strict")
    assert (found.returncode, found.stdout) == (0, "new\n")
    assert found.stderr.startswith("old/model.safetensors: 4 of 6 tensors loaded\n  mismatched 2: tail.1.weight [3, 4]")
    assert torch.equal(built(tmp_path)["fc.weight"], load_file(old)["fc.weight"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--weights", "nowhere.pt"), "error: there is no file `nowhere.pt`"),
        (("--weights", "net.yaml"), "error: `net.yaml` is no file of weights that lego knows"),
        (("--weights", "old", "--map", "fc"), "error: --map fc: a pattern and its replacement are expected"),
        (("--weights", "old", "--map", "(=x"), "error: `(=x` is no regular expression and replacement"),
        (("--weights", "old", "--map", "(a+)+=x"), "error: `(a+)+` repeats a group"),
        (("--map", "a=b"), "error: --map and --no-strict are for weights that are loaded"),
        (("--no-strict",), "error: --map and --no-strict are for weights that are loaded"),
    ],
)
def test_wrong_calls(call: Run, old: Path, tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    found = call("build", "net.yaml", "-o", "new", *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith(told)
    assert not (tmp_path / "new").exists()
