from __future__ import annotations

from pathlib import Path

import torch

from tests.cli.conftest import Run


def test_export(run: Run, net: Path, tmp_path: Path) -> None:
    found = run("export", "net.yaml", "-o", "net.pt2", "--seed", "0", "--set", "width=4")
    assert (found.returncode, found.stdout) == (0, "net.pt2\n")
    assert found.stderr == "compared with torch at N = 1 and N = 3\n"
    assert torch.export.load(tmp_path / "net.pt2").module()(torch.randn(5, 16)).shape == (5, 2)


def test_export_of_a_source(call: Run, net: Path, tmp_path: Path) -> None:
    assert call("export", "net.yaml", "-o", "net.py").stdout == "net.py\n"
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == call("code", "net.yaml").stdout


def test_export_in_no_known_format(call: Run, net: Path) -> None:
    found = call("export", "net.yaml", "-o", "net.tflite")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: a module is exported to a file that ends in `.onnx`, `.pt2`, `.py`")


def test_export_to_a_folder_that_is_not_there(call: Run, net: Path) -> None:
    found = call("export", "net.yaml", "-o", "nowhere/net.pt2")
    assert (found.returncode, found.stdout) == (2, "")
    assert "No such file" in found.stderr


def test_export_of_what_a_format_cannot_express(call: Run, tmp_path: Path) -> None:
    (tmp_path / "loss.yaml").write_text(
        "lego: 1\n"
        "inputs: {x: [N, 8], y: {shape: [N], dtype: int64, range: [0, 10]}}\n"
        "graph:\n"
        "  loss: {AdaptiveLogSoftmaxWithLoss: {n_classes: 10, cutoffs: [4]}, from: [x, y]}\n"
    )
    found = call("export", "loss.yaml", "-o", "loss.pt2")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("loss.yaml:4:3: error[not-exportable] loss: torch.export cannot express")
    assert not (tmp_path / "loss.pt2").exists()


def test_maps_are_for_weights(call: Run, net: Path) -> None:
    found = call("export", "net.yaml", "-o", "net.pt2", "--map", "a=b")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: --map is for weights that are loaded\n")
