"""`explain`, `layers`, `schema`, and the help."""

from __future__ import annotations

import json
import tomllib

import pytest

from lego.catalogue import layers
from lego.diagnostics import CODES
from tests.cli.conftest import ROOT, Run
from tests.conftest import Golden

COMMANDS = ["check", "diff", "summary", "draw", "code", "build", "explain", "export", "layers", "new", "schema"]


def test_help_of_all_names_the_commands(run: Run) -> None:
    text = run("--help").stdout
    assert all(f"\n  {command} " in text for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(call: Run, command: str) -> None:
    found = call(command, "--help")
    assert (found.returncode, found.stderr) == (0, "")
    assert f"Example: lego {command} " in found.stdout


def test_version(call: Run) -> None:
    found = call("--version")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (found.returncode, found.stdout) == (0, f"{project['version']}\n")


def test_explain(call: Run, golden: Golden) -> None:
    golden("cli/explain.txt", call("explain", "cycle").stdout)
    assert json.loads(call("explain", "cycle", "--format", "json").stdout)["code"] == "cycle"


def test_explain_lists_all_codes(call: Run) -> None:
    assert [line.split()[0] for line in call("explain").stdout.splitlines()] == list(CODES)


def test_explain_an_unknown_code(run: Run) -> None:
    found = run("explain", "cycel")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "error: there is no code `cycel`\n   = help: did you mean `cycle`?\n"


def test_layers(call: Run, golden: Golden) -> None:
    names = ("Conv2d", "LSTM", "Max", "Rearrange", "Tanh")
    golden("cli/layer.txt", "\n".join(call("layers", name).stdout for name in names))
    listed = json.loads(call("layers", "--format", "json").stdout)
    assert [one["name"] for one in listed] == list(layers())
    assert all(one["summary"] for one in listed)


def test_layers_by_family(run: Run) -> None:
    text = run("layers").stdout
    assert "\n\nconvolution\n  Conv1d " in text
    assert [line.split()[0] for line in text.splitlines() if line.startswith("  ")] == list(layers())


def test_a_layer_for_programs(call: Run) -> None:
    found = json.loads(call("layers", "Dropout", "--format", "json").stdout)
    assert found["arguments"][0] == {
        "name": "p",
        "help": "probability of a zero",
        "accepts": "a probability between 0 and 1",
        "required": False,
        "inferred": False,
        "default": "0.5",
    }
    assert found["page"] == "https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html"
    assert call("layers", "Dropout", "--format", "markdown").stdout.startswith("### Dropout\n\n")


def test_schema(run: Run) -> None:
    found = run("schema")
    assert (found.returncode, found.stderr) == (0, "")
    schema = json.loads(found.stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert next(iter(layers())) in schema["$defs"]
    assert run("schema").stdout == found.stdout


def test_an_unknown_layer(call: Run) -> None:
    found = call("layers", "Conv2D")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "error: there is no layer `Conv2D`\n   = help: did you mean `Conv2d`?\n"
