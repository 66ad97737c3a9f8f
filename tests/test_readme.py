"""The README and the page on Python say what is so."""

from __future__ import annotations

import linecache
import re
from pathlib import Path

import pytest

from lego.api import net, parse, source

ROOT = Path(__file__).parents[1]


def blocks_of(name):
    """Language and text of each block of a page."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def run(text, scope, filename):
    """Run a block of a page, whose lines diagnostics can show."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), scope)


@pytest.fixture
def blocks():
    """The blocks of the section that shows one net: YAML, Python, source."""
    found = blocks_of("README.md")
    first = next(index for index, (_, text) in enumerate(found) if "name: mini" in text)
    return [text for _, text in found[first : first + 3]]


def test_yaml_and_python_are_one_document(blocks):
    scope = {}
    run(blocks[1], scope, "<README>")
    assert parse(blocks[0]).document == scope["spec"].document
    assert scope["spec"].to_yaml() == parse(blocks[0]).to_yaml()


def test_the_source_is_what_lego_writes(blocks):
    assert source(parse(blocks[0])) == blocks[2]


def test_the_page_on_python_runs():
    scope = {}
    for number, (_, text) in enumerate(blocks_of("docs/python.md")):
        run(text, scope, f"<python.md {number}>")
    for name in ("tiny", "named", "parts", "composed", "minimal_gated_unit"):
        spec = scope[name]()
        assert parse(spec.to_yaml()).document == spec.document

    @net(x=["N", 16, 8, 8])
    def two_stages(x):
        return scope["stage"](scope["stage"](x, planes=8, depth=2), planes=8, depth=1, halve=True)

    assert list(map(str, two_stages().graph.outputs.values())) == ["[N, 8, 4, 4]"]
