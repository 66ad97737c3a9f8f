from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run


def test_summary(run: Run, net: Path) -> None:
    found = run("summary", "net.yaml", "--input", "x=2,16")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("net: x [2, 16] -> tail [2, 2]\n")
    assert "\nparameters   182\n" in found.stdout


def test_summary_for_programs(call: Run, net: Path) -> None:
    data = json.loads(call("summary", "net.yaml", "--format", "json", "--set", "width=4").stdout)
    assert data["params"] == 16 * 4 + 4 + 4 * 4 + 4 + 4 * 2 + 2
    assert data["nodes"][0]["shapes"] == [["N", 4]]


def test_summary_of_a_shape_that_does_not_fit(call: Run, net: Path) -> None:
    found = call("summary", "net.yaml", "--input", "x=2,17")
    assert (found.returncode, found.stdout) == (1, "")
    assert "net.yaml:4:10: error[shape-mismatch] axis 1 of x is 17, but 16 is declared" in found.stderr


def test_summary_of_no_shape(call: Run, net: Path) -> None:
    found = call("summary", "net.yaml", "--input", "x=2,1.5")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: --input x=2,1.5: a shape is a list of integers and symbols\n")


def test_code(call: Run, net: Path, tmp_path: Path) -> None:
    printed = call("code", "net.yaml")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert call("code", "net.yaml", "-o", "net.py").stdout == "net.py\n"
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == printed.stdout
    compile(printed.stdout, "net.py", "exec")


def test_code_to_a_folder_that_is_not_there(call: Run, net: Path) -> None:
    found = call("code", "net.yaml", "-o", "nowhere/net.py")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: nowhere") and "No such file" in found.stderr


def test_draw(run: Run, net: Path, tmp_path: Path) -> None:
    found = run("draw", "net.yaml", "--direction", "LR", "--dark", "--depth", "1", "--detail", "full")
    assert (found.returncode, found.stdout, found.stderr) == (0, "net.svg\n", "")
    assert "<svg" in (tmp_path / "net.svg").read_text(encoding="utf-8")


def test_draw_unrolled(run: Run, tmp_path: Path) -> None:
    found = run("draw", ROOT / "specs" / "peephole_lstm.yaml", "--unroll", "3", "-o", "lstm.dot")
    assert (found.returncode, found.stdout, found.stderr) == (0, "lstm.dot\n", "")
    text = (tmp_path / "lstm.dot").read_text(encoding="utf-8")
    assert "lstm unrolled" in text and "style=dashed" in text and "input[T]" in text


@pytest.mark.parametrize(("steps", "told"), [("3", "the net has no recurrent"), ("0", "--unroll"), ("11", "--unroll")])
def test_draw_what_cannot_be_unrolled(call: Run, net: Path, steps: str, told: str) -> None:
    found = call("draw", "net.yaml", "--unroll", steps)
    assert (found.returncode, found.stdout) == (2, "")
    assert told in found.stderr


def test_draw_in_no_known_format(call: Run, net: Path) -> None:
    found = call("draw", "net.yaml", "-o", "net.gif")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: a diagram is written as") and "svg" in found.stderr


@pytest.mark.parametrize("command", ["summary", "draw", "code"])
def test_a_wrong_spec(call: Run, wrong: Path, command: str) -> None:
    found = call(command, "wrong.yaml")
    assert (found.returncode, found.stdout) == (1, "")
    assert "error[shape-mismatch] sum" in found.stderr


def test_nothing_but_build_needs_torch(net: Path) -> None:
    code = (
        "import sys\n"
        "from lego.cli import main\n"
        "for arguments in (['summary', 'net.yaml'], ['draw', 'net.yaml'], ['code', 'net.yaml'], ['layers']):\n"
        "    sys.argv = ['lego', *arguments]\n"
        "    try:\n        main()\n"
        "    except SystemExit as end:\n        assert not end.code\n"
        "print('torch' in sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=net.parent, env=environment, capture_output=True, text=True, timeout=60
    )
    assert found.stdout.splitlines()[-1] == "False", found.stderr


# -- build -----------------------------------------------------------------------------------------------------


def test_build(run: Run, net: Path, tmp_path: Path) -> None:
    found = run("build", "net.yaml", "-o", "out/net", "--seed", "1", "--set", "width=4")
    assert (found.returncode, found.stdout, found.stderr) == (0, "out/net\n", "")
    names = sorted(one.name for one in (tmp_path / "out" / "net").iterdir())
    assert names == ["diagram.svg", "model.py", "model.safetensors", "spec.yaml", "summary.json"]
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["net"]
    assert "width: 4" in (tmp_path / "out" / "net" / "spec.yaml").read_text()


def test_build_refuses_a_folder_of_others(run: Run, net: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("keep me")
    found = run("build", "net.yaml", "-o", "out")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: `out` holds what no build has written: `notes.txt`\n")
    assert (tmp_path / "out" / "notes.txt").read_text() == "keep me"


def test_build_of_a_wrong_spec_writes_nothing(call: Run, wrong: Path, tmp_path: Path) -> None:
    assert call("build", "wrong.yaml", "-o", "out").returncode == 1
    assert not (tmp_path / "out").exists()
