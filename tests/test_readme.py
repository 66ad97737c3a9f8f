"""The README says what is so: one net in YAML, in Python, and as source."""

from __future__ import annotations

import linecache
import re
from pathlib import Path

import pytest

from lego.api import parse, source

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def blocks():
    """The blocks of the section that shows one net: YAML, Python, source."""
    first = next(index for index, (_, text) in enumerate(BLOCKS) if "name: mini" in text)
    return [text for _, text in BLOCKS[first : first + 3]]


def test_yaml_and_python_are_one_document(blocks):
    filename = "<README>"
    linecache.cache[filename] = (len(blocks[1]), None, blocks[1].splitlines(keepends=True), filename)
    scope = {}
    exec(compile(blocks[1], filename, "exec"), scope)
    assert parse(blocks[0]).document == scope["spec"].document
    assert scope["spec"].to_yaml() == parse(blocks[0]).to_yaml()


def test_the_source_is_what_lego_writes(blocks):
    assert source(parse(blocks[0])) == blocks[2]
