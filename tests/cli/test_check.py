from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import lego
from lego.diagnostics import render
from tests.cli.conftest import ROOT, Run
from tests.conftest import Golden


def test_a_fine_spec(run: Run, net: Path) -> None:
    found = run("check", "net.yaml")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "net.yaml: fine: 182 parameters, x [N, 16] -> tail [N, 2]\n"


def test_all_mistakes_go_to_stderr_as_they_are_rendered(run: Run, wrong: Path) -> None:
    found = run("check", "wrong.yaml")
    assert (found.returncode, found.stdout) == (1, "")
    rendered = "\n\n".join(map(render, lego.check(wrong)))
    assert found.stderr == rendered.replace(str(wrong), "wrong.yaml") + "\n"


def test_several_files(run: Run, net: Path, wrong: Path) -> None:
    found = run("check", "net.yaml", "wrong.yaml", "net.yaml")
    assert found.returncode == 1
    assert found.stdout.count("net.yaml: fine") == 2
    assert "wrong.yaml:6:3: error[shape-mismatch] sum" in found.stderr


def test_json(run: Run, net: Path, wrong: Path) -> None:
    found = run("check", "net.yaml", "wrong.yaml", "--format", "json")
    assert (found.returncode, found.stderr) == (1, "")
    first, *_ = data = json.loads(found.stdout)
    assert list(first) == ["file", "line", "column", "severity", "code", "path", "message", "help"]
    assert {one["file"] for one in data} == {"wrong.yaml"}
    assert {"shape-mismatch", "unknown-argument"} <= {one["code"] for one in data}
    assert json.loads(run("check", "net.yaml", "--format", "json").stdout) == []


def test_a_warning_leaves_the_status(call: Run, tmp_path: Path) -> None:
    (tmp_path / "warn.yaml").write_text("lego: 1\ninputs: {x: [N, 4]}\ngraph: {a: ReLU, b: {Tanh, from: x}}\n")
    found = call("check", "warn.yaml")
    assert found.returncode == 0
    assert "warning[unused]" in found.stderr
    assert found.stdout.startswith("warn.yaml: fine")


def test_a_library_of_blocks(call: Run, tmp_path: Path) -> None:
    (tmp_path / "blocks.yaml").write_text("lego: 1\nblocks: {A: {graph: [ReLU]}, B: {graph: [A]}}\n")
    assert call("check", "blocks.yaml").stdout == "blocks.yaml: fine: a library of 2 blocks\n"


# -- wrong calls -----------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there(run: Run, net: Path) -> None:
    found = run("check", "nett.yaml", "net.yaml")
    assert found.returncode == 2
    assert "there is no file `nett.yaml`" in found.stderr
    assert "did you mean `net.yaml`?" in found.stderr
    assert found.stdout.startswith("net.yaml: fine")
    assert run("summary", "nett.yaml").returncode == 2
    assert run("check", ".").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--set", "widht=3"],
            "error: --set widht=3: the document has no parameter `widht`\n   = help: did you mean `width`?\n",
        ),
        (
            ["--set", "width"],
            "error: --set width: a name and a value are expected\n   = help: write --set width=32, say\n",
        ),
        (
            ["--set", "width="],
            "error: --set width=: the parameter gets no value\n   = help: write --set width=32, say\n",
        ),
        (["--set", "sizes=[1"], "error: --set sizes=[1: this `[` is not closed\n   = help: close it with `]`\n"),
    ],
)
def test_settings_that_are_none(call: Run, net: Path, arguments: list[str], message: str) -> None:
    found = call("check", "net.yaml", *arguments)
    assert (found.returncode, found.stdout, found.stderr) == (2, "", message)


@pytest.mark.parametrize("arguments", [["--bad"], ["--format", "xml"], ["--stop-after", "lunch"]])
def test_bad_options(call: Run, net: Path, arguments: list[str]) -> None:
    found = call("check", "net.yaml", *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert "Traceback" not in found.stderr


# -- settings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "facts"),
    [
        (["width=32"], "686 parameters -> [N, 2]"),
        (["sizes=[3]"], "163 parameters -> [N, 3]"),
        (["sizes=[5, 7]", "width=$(2 * 2)"], "135 parameters -> [N, 7]"),
        (["act=GELU"], "182 parameters -> [N, 2]"),
        (["act={PReLU: 8}"], "190 parameters -> [N, 2]"),
        (["act=[1"], ""),
    ],
)
def test_settings(call: Run, net: Path, settings: list[str], facts: str) -> None:
    found = call("check", "net.yaml", *(part for one in settings for part in ("--set", one)))
    if facts:
        count, shape = facts.split(" -> ")
        assert found.stdout == f"net.yaml: fine: {count}, x [N, 16] -> tail {shape}\n"
    else:
        assert found.returncode == 2


def test_a_setting_may_make_a_spec_wrong(call: Run, net: Path) -> None:
    found = call("check", "net.yaml", "--set", "width=no")
    assert found.returncode == 1
    assert "net.yaml:6:" in found.stderr


# -- stages and colour ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["read", "parse", "infer"])
def test_stages(call: Run, net: Path, stage: str, golden: Golden) -> None:
    found = call("check", "net.yaml", "--stop-after", stage)
    assert (found.returncode, found.stderr) == (0, "")
    golden(f"cli/{stage}.txt", found.stdout)


def test_no_colour_in_a_pipe(run: Run, wrong: Path) -> None:
    assert "\x1b" not in run("check", "wrong.yaml").stderr


def test_check_is_light() -> None:
    """The check of a spec imports neither torch nor what draws."""
    code = (
        "import sys\n"
        "from lego.cli import main\n"
        "sys.argv = ['lego', 'check', 'specs/resnet50.yaml']\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "print([name for name in ('torch', 'rich', 'graphviz', 'safetensors') if name in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert found.stdout.splitlines()[-1] == "[]", found.stderr


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"), [(True, {}, True), (True, {"NO_COLOR": "1"}, False), (False, {}, False)]
)
def test_colour_on_a_terminal_alone(
    call: Run, wrong: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool, variables: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert ("\x1b[1;31merror[shape-mismatch]\x1b[0m" in call("check", "wrong.yaml").stderr) is coloured
