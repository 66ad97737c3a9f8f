"""The schema in an editor: what yaml-language-server completes, explains and finds wrong with it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lego.catalogue import is_reserved, layers
from lego.emit.schema import json_schema
from tests.emit.editor.language_server import Finding, LanguageServer

pytestmark = pytest.mark.npm

_ROOT = Path(__file__).parents[3]
_START = "lego: 1\ninputs: {x: [N, 3, H, W]}\ngraph:\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    program = os.environ.get("LEGO_YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
    assert program, "install yaml-language-server with npm, and say in LEGO_YAML_LANGUAGE_SERVER where its program is"
    path = tmp_path_factory.mktemp("schema") / "lego.schema.json"
    path.write_text(json.dumps(json_schema()), encoding="utf-8")
    server = LanguageServer(program, path)
    yield server
    server.stop()


@pytest.mark.parametrize("path", sorted((_ROOT / "specs").rglob("*.yaml")), ids=lambda path: path.stem)
def test_nothing_is_wrong_with_a_sound_spec(path: Path, server: LanguageServer) -> None:
    assert server.diagnostics(path.read_text(encoding="utf-8")) == []


def test_it_completes_top_level_keys(server: LanguageServer) -> None:
    offered = server.completions("lego: 1\n|\n")
    assert offered.keys() == {*json_schema()["properties"]} - {"lego"}
    assert {"lego", "graph"} <= server.completions("|\n").keys()


@pytest.mark.parametrize("node", ["  - |\n", "  a:\n    |\n"])
def test_it_completes_layers_at_a_node(node: str, server: LanguageServer) -> None:
    offered = server.completions(_START + node)
    assert {*filter(is_reserved, layers())} | {"skip", "split", "share", "from", "when"} <= offered.keys()
    assert offered["ReLU"] == "ReLU"
    assert offered["Conv2d"] == "Conv2d:\n  out_channels: $1\n  kernel_size: $2"


def test_it_completes_the_names_of_layers_that_need_no_arguments(server: LanguageServer) -> None:
    offered = server.completions(f"{_START}  a: |\n")
    assert {"ReLU", "BatchNorm2d"} <= offered.keys()
    assert "Conv2d" not in offered


@pytest.mark.parametrize("node", ["  a:\n    Conv2d:\n      |\n", "  - Conv2d:\n      out_channels: 3\n      |\n"])
def test_it_completes_arguments(node: str, server: LanguageServer) -> None:
    offered = server.completions(_START + node)
    assert offered["stride"] == "stride: ${1:1}"
    assert {"kernel_size", "padding_mode", "groups"} <= offered.keys()
    assert "ReLU" not in offered


def test_it_completes_values(server: LanguageServer) -> None:
    modes = server.completions(f"{_START}  a:\n    Conv2d:\n      padding_mode: |\n")
    assert modes.keys() == {"zeros", "reflect", "replicate", "circular"}
    assert {"true", "false"} == server.completions(f"{_START}  a:\n    ReLU:\n      inplace: |\n").keys()
    assert "he_normal" in server.completions("lego: 1\ninit:\n  weight: |\n")


def test_it_completes_the_parts_of_composites(server: LanguageServer) -> None:
    assert {"graph", "shortcut", "merge"} == server.completions(f"{_START}  a:\n    skip:\n      |\n").keys()
    assert {"branches", "copies", "by", "merge"} < server.completions(f"{_START}  a:\n    split:\n      |\n").keys()


def test_it_explains(server: LanguageServer) -> None:
    conv = server.hover(f"{_START}  a: {{Conv|2d: {{out_channels: 3, kernel_size: 3}}}}\n")
    assert conv.startswith("#### Conv2d\n\nCross-correlation of [N, C, H, W] with learned kernels.\n\n`[N, C, H, W] ->")
    assert "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html" in conv
    size = server.hover(f"{_START}  a: {{Conv2d: {{out_channels: 3, kernel|_size: 3}}}}\n")
    assert "height and width of a filter (a positive integer or a list of 2); required" in size
    assert server.hover(f"{_START}  a: Re|LU\n").startswith("#### ReLU\n\ny = max(x, 0).")
    assert "Reusable graphs" in server.hover("lego: 1\nblo|cks: {B: {graph: [ReLU]}}\n")


_MISTAKES = {
    "  a: {Linear: {out_features: 3,\n    bais: false}}": Finding(5, 5, "Property bais is not allowed."),
    "  a: ReLU\n  b: {Conv2d: 64}": Finding(
        5, 15, "Conv2d needs out_channels and kernel_size: write {Conv2d: {out_channels: …, kernel_size: …}}"
    ),
    "  a: {Linear: ten}": Finding(4, 15, "must be a positive integer"),
    "  a: {Dropout: 2}": Finding(4, 16, "Value is above the maximum of 1."),
    "  a: {MaxPool2d: [2, 2, 2]}": Finding(4, 18, "Array has too many items. Expected 2 or fewer."),
    "  a: {Conv2d: {out_channels: 3, kernel_size: 3, padding: sam}}": Finding(
        4, 58, "must be an integer of at least 0, a list of 2, same or valid"
    ),
    "  a: {from: x}": Finding(4, 6, "a node says what it is: add its layer, such as `Linear: 10`"),
    "  a: Conv2d": Finding(4, 6, "it needs arguments: write a mapping, such as {Linear: 10} or {skip: [ReLU]}"),
    "  a: {Tanh: 1}": Finding(4, 13, "Tanh has no arguments"),
    "  forward: ReLU": Finding(4, 3, "this name is taken by Python, torch.nn.Module or lego"),
    "  a: {skip: [ReLU], when: maybe}": Finding(4, 27, "must be true, false or an expression"),
}


@pytest.mark.parametrize("text", _MISTAKES)
def test_it_finds_a_mistake(text: str, server: LanguageServer) -> None:
    assert server.diagnostics(f"{_START}{text}\n") == [_MISTAKES[text]]


def test_it_finds_mistakes_of_the_document(server: LanguageServer) -> None:
    found = server.diagnostics("lego: 1\ninput: {x: [N]}\ngraph: [ReLU]\n")
    assert found == [Finding(2, 1, "Property input is not allowed.")]
    assert server.diagnostics("graph: [ReLU]\n") == [Finding(1, 1, 'Missing property "lego".')]
