"""The command as its users run it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lego.cli import main

ROOT = Path(__file__).parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("check", "net.yaml")` in an empty folder; the result has `returncode`, `stdout` and `stderr`."""

    def call(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "lego", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )

    return call


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """As `run`, within this process: quicker, for tests of what is said rather than of processes."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["lego", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        found = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(end.value.code or 0), found.out, found.err)

    return call


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A small spec with parameters, as `net.yaml` in the folder of `run`."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "lego: 1\n"
        "name: net\n"
        "params: {width: 8, act: ReLU, sizes: [4, 2]}\n"
        "inputs: {x: [N, 16]}\n"
        "graph:\n"
        "  fc: {Linear: $width}\n"
        "  act: $act\n"
        "  tail: {Linear: $item, each: $sizes}\n"
    )
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A spec with two mistakes and a warning, as `wrong.yaml`."""
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "lego: 1\n"
        "inputs: {x: [N, 16]}\n"
        "graph:\n"
        "  a: {Linear: 4}\n"
        "  b: {Linear: 8, from: x}\n"
        "  sum: {Add, from: [a, b]}\n"
        "  c: {Linear: {out_features: 4, bais: false}, from: x}\n"
        "  d: {Linear: 3, from: x}\n"
    )
    return path
