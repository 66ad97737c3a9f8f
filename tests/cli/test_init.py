"""What the command line says of how weights start."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_explain_init(run: Run) -> None:
    text = run("explain", "init").stdout
    assert "Why not zeros" in text and "LeakyReLU, PReLU, RReLU\n" in text and "Mishkin" in text
    assert max(map(len, text.splitlines())) <= 88
    assert json.loads(run("explain", "init", "--format", "json").stdout)["further"] in text


def test_build_says_that_lsuv_needs_data(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("lego: 1\ninputs: {x: [N, 8]}\ngraph: [{Linear: 8}, ReLU, {Linear: 2}]\ninit: {weight: lsuv}\n")
    done = run("build", str(spec), "-o", str(tmp_path / "out"))
    assert done.stderr == "lsuv: 0, 2 start orthogonal; data, which `lego train` has, scale them to unit variance\n"
    assert "nn.init.orthogonal_(module.weight)" in (tmp_path / "out" / "model.py").read_text()
