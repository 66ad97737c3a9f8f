from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import ROOT, Run


def test_table(run: Run) -> None:
    found = run("plan", str(ROOT / "specs/resnet18.yaml"), "--stages", "4", "--input", "image=1,3,224,224")
    assert (found.returncode, found.stderr) == (0, "")
    lines = found.stdout.splitlines()
    assert lines[0] == "resnet18 in 4 stages, for N = 1, H = 224, W = 224"
    assert lines[2].split() == ["stage", "nodes", "MACs", "parameters", "activations", "passes", "on"]
    assert lines[4].startswith("1      conv1 … layer1.0.add")
    assert lines[-2].startswith("balance      86%")
    assert lines[-1] == "crossing     1.53 MiB from stage to stage, and as much back in training"


def test_for_programs(call: Run, net: Path) -> None:
    found = call("plan", "net.yaml", "--format", "json")
    data = json.loads(found.stdout)
    assert found.returncode == 0
    assert len(data["stages"]) == 2
    assert data["crossing"] == data["stages"][0]["crossing"] > 0


def test_too_many(call: Run, net: Path) -> None:
    found = call("plan", "net.yaml", "--stages", "99")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: the net cannot be cut into 99 stages: no more than ")


def test_sizes_are_needed(call: Run) -> None:
    found = call("plan", str(ROOT / "specs/resnet18.yaml"))
    assert found.returncode == 2
    assert found.stderr == (
        "error: how much work the net does depends on H, W\n"
        "   = help: give the shapes of the inputs: --input image=1,3,224,224, say\n"
    )
