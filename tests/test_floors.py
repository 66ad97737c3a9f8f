"""What needs no torch does not import it: every spec is checked, summarised, drawn and written as source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
import lego
from lego.emit.diagram import diagram_source
for path in sys.argv[1:]:
    assert lego.check(path) == []
    spec = lego.load(path)
    spec.graph.nx
    str(lego.summary(spec))
    lego.source(spec)
    diagram_source(spec.graph)
    print(path, "torch" in sys.modules)
"""


def test_torch_stays_out() -> None:
    specs = sorted(map(str, Path("specs").glob("*.yaml")))
    done = subprocess.run([sys.executable, "-c", CODE, *specs], capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"{path} False" for path in specs], done.stderr
