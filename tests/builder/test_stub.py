"""What a type checker sees of the builder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from lego.builder.stub import stub

GOOD = """
import lego
from lego import layers as L

@lego.block
def mlp(x, width: int, act=L.ReLU):
    return L.Dropout(0.5)(act()(L.Linear(4 * width, bias=False, name="fc")(x)))

@lego.net(x=["N", "T", 8])
def net(x: lego.Handle, width: int = 8):
    y, h, c = L.LSTM(width, batch_first=True)(x)
    out = L.LSTM(width)(x, h_0=h, c_0=c)
    z = 1 - y @ out.h_n + L.Conv1d(width, 3, padding="same", when=width > 2)(y[:, 0])
    z = lego.repeat(2, lambda x, index: mlp(x, width=8))(z)
    return L.Add()(z, L.Linear(x.shape[1])(x), L.Reshape(["N", -1])(x))

spec: lego.Spec = net(width=16)
"""
BAD = {
    "L.Conv2d(8, kernel=3)": 'No parameter named "kernel"',
    "L.Conv2d()": 'Arguments missing for parameters "out_channels", "kernel_size"',
    "L.Conv2D(8, 3)": '"Conv2D" is not a known attribute',
    'L.Linear("wide")': 'cannot be assigned to parameter "out_features"',
    'L.Conv2d(8, 3, padding_mode="zero")': 'cannot be assigned to parameter "padding_mode"',
    "L.Linear(8, frozen=True)": 'No parameter named "frozen"',
    "L.Linear(8)(3)": 'cannot be assigned to parameter "input"',
    "L.LSTM(8)(x, h_1=x)": 'No parameter named "h_1"',
}


def test_the_stub_is_that_of_the_catalogue(golden: Any) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "lego/builder/layers.pyi", "-"]
    done = subprocess.run(command, input=stub(), capture_output=True, text=True, encoding="utf-8", check=True)
    golden("../../lego/builder/layers.pyi", done.stdout)


def test_what_pyright_says(tmp_path: Path) -> None:
    root = Path.cwd()
    (tmp_path / "good.py").write_text(GOOD)
    for example in ("builder", "blocks", "new_head"):
        shutil.copy(root / "examples" / f"{example}.py", tmp_path)
    lines = ["import lego", "from lego import layers as L", "def f(x: lego.Handle):", *(f"    {one}" for one in BAD)]
    (tmp_path / "bad.py").write_text("\n".join(lines) + "\n")
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(root)], "pythonVersion": "3.11"}))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    found = json.loads(done.stdout)["generalDiagnostics"]
    assert [one["message"] for one in found if not one["file"].endswith("bad.py")] == []
    said: dict[int, str] = {}
    for one in found:
        if one["severity"] == "error":
            line = one["range"]["start"]["line"]
            said[line] = f"{said.get(line, '')}{one['message']}"
    for line, (text, message) in enumerate(BAD.items(), 3):
        assert message in said.get(line, ""), text
