from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lego
from lego.cli.diff import told
from tests.cli.conftest import ROOT, Run


def test_equal(run: Run, net: Path, tmp_path: Path) -> None:
    (tmp_path / "same.yaml").write_text(net.read_text() + "# The same.\n")
    found = run("diff", "net.yaml", "same.yaml")
    assert (found.returncode, found.stdout, found.stderr) == (0, "no difference: both specs mean the same\n", "")


def test_different(run: Run, net: Path) -> None:
    found = run("diff", "net.yaml", "net.yaml", "--set", "width=4", "--input", "x=1,16")
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout == (
        "~ params: width 8 → 4\n"
        "  3 more nodes differ as a consequence: shapes, inferred sizes, and what is written as before\n"
        "\n"
        "parameters   182 → 98\n"
        "MACs         168 → 88\n"
        "weights      3 of 6 keys carry over by path and shape: 14 of 98 numbers (14.3 %)\n"
    )


def test_for_programs(call: Run, net: Path) -> None:
    found = call("diff", "net.yaml", "net.yaml", "--set", "act=GELU", "--format", "json")
    assert found.returncode == 1
    data = json.loads(found.stdout)
    assert data["params"] == [{"what": "act", "before": "ReLU", "after": "GELU"}]
    assert [change["path"] for change in data["followers"]] == ["act"]


def test_colour_on_a_terminal_alone(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = lego.diff(net, lego.load(net, width=4))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert told(found)[0] == "\x1b[33m~ params: width 8 → 4\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert told(found)[0] == "~ params: width 8 → 4"


def test_a_wrong_spec(call: Run, net: Path, wrong: Path) -> None:
    found = call("diff", "net.yaml", "wrong.yaml")
    assert (found.returncode, found.stdout) == (1, "")
    assert "wrong.yaml:6:3: error[shape-mismatch]" in found.stderr


def test_a_wrong_call(call: Run, net: Path) -> None:
    assert call("diff", "net.yaml", "nte.yaml").returncode == 2
    assert call("diff", "net.yaml").returncode == 2


def test_no_torch(run: Run) -> None:
    code = (
        "import sys, lego; "
        f"print(lego.diff({str(ROOT / 'specs' / 'xor.yaml')!r}, {str(ROOT / 'specs' / 'xor_deep.yaml')!r})); "
        "spec = lego.load(sys.argv[1]); spec.replace(name='x').digest(); assert 'torch' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(ROOT / "specs" / "xor.yaml")], env=environment, check=True)
