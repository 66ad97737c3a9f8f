"""The example package, really installed: every command knows its layers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

Run = Callable[..., str]

SPEC = """\
lego: 1
name: tagger
inputs: {image: [N, 3, 16*h, 16*w]}
graph:
  embed: {PatchEmbedding: {channels: 3, width: 24}}
  norm: LayerNorm
  scores: {Linear: 5}
  cap: {Softcap: 10}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the example package is installed into."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(folder), str(ROOT / "examples" / "package")], check=True)
    return folder


@pytest.fixture
def run(site: Path, tmp_path: Path) -> Run:
    """`run(code, *arguments)` with the package installed, in a folder with two specs that use it; what is printed."""
    (tmp_path / "net.yaml").write_text(SPEC)
    (tmp_path / "cap.yaml").write_text("lego: 1\ninputs: {x: [N, 4]}\ngraph: [Softcap]\n")

    def run(code: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)]), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


COMMANDS = """
import sys
from lego.cli import main
for command in sys.argv[1:]:
    sys.argv = ["lego", *command.split()]
    try:
        main()
    except SystemExit as end:
        print(f"-- {end.code}")
"""


def test_every_command_knows_its_layers(run: Run, tmp_path: Path) -> None:
    commands = [
        "check net.yaml",
        "summary net.yaml",
        "code net.yaml",
        "build net.yaml -o out --seed 0",
        "layers Softcap",
        "layers --format json",
        "layers PatchEmbedding --format json",
    ]
    checked, summary, code, _, softcap, listed, patches, rest = run(COMMANDS, *commands).split("-- 0\n")
    assert rest == "" and checked.startswith("net.yaml: fine: ")
    assert "PatchEmbedding  [N, h*w + 1, 24]" in summary
    assert "\nfrom lego_example_layers.patches import PatchEmbedding\nfrom torch import nn\n" in code
    assert "self.embed = PatchEmbedding(3, 24)" in code and "return 10.0 * torch.tanh(x / 10.0)" in code
    assert (tmp_path / "out" / "model.py").read_text(encoding="utf-8") == code
    assert "y = cap · tanh(x / cap)" in softcap and "no value is larger" in softcap
    families = {one["name"]: one["family"] for one in json.loads(listed)}
    assert families["Softcap"] == families["PatchEmbedding"] == "lego-example-layers"
    assert [one["name"] for one in json.loads(patches)["arguments"]] == ["channels", "width", "patch_size"]


def test_a_shape_rule_needs_no_torch(run: Run) -> None:
    code = "import sys, lego; spec = lego.load('cap.yaml'); lego.source(spec); print('torch' in sys.modules)"
    assert run(code) == "False\n"
