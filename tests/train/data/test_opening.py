"""The door to all sources says what there is."""

from __future__ import annotations

import pytest

from lego.train.data import open_data
from tests.train.data.making import graph, refused

NET = graph("{x: [N, 4]}")
SOURCES = "= sources: digits, idx:DIR, npz:FILE, csv:FILE, parquet:FILE, folder:DIR or text:FILE"


@pytest.mark.parametrize(
    ("source", "help"),
    [
        ("iris.csv", "write `csv:iris.csv`"),
        ("digit", "did you mean `digits`?"),
        ("parket:iris", "did you mean `parquet:iris`?"),
        ("csv", "did you mean `csv:PATH`?"),
        ("mnist", "digits need no file and are there at once"),
    ],
)
def test_what_is_no_source(source, help):
    assert refused(open_data, source, NET) == f"data: `{source}` is no source of data\n{SOURCES}\n= help: {help}"


def test_digits_take_no_path():
    assert refused(open_data, "digits:x", NET) == "data: `digits` has no `x`\n= help: write `digits` alone"


def test_inputs_that_count_no_samples():
    assert refused(open_data, "digits", graph("{x: [1, 64]}", "[{Linear: 10}]")) == (
        "data: the first dim of the input `x` is 1, where a symbol is to count the samples\n"
        "= help: declare `x: [N, 64]`"
    )
