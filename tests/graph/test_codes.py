"""The specs that `lego explain` shows: the wrong one makes its mistake and no other, the right one makes none."""

from __future__ import annotations

import pytest

from lego.api import parse
from lego.diagnostics import CODES, SpecError

_WITH_SPECS = [code for code, one in CODES.items() if one.wrong]


def codes_of(text: str) -> list[str]:
    try:
        return [found.code for found in parse(text).warnings]
    except SpecError as error:
        return [found.code for found in error.diagnostics]


@pytest.mark.parametrize("code", _WITH_SPECS)
def test_the_wrong_spec_gives_the_code(code: str) -> None:
    assert codes_of(CODES[code].wrong) == [code]


@pytest.mark.parametrize("code", _WITH_SPECS)
def test_the_right_spec_gives_nothing(code: str) -> None:
    assert codes_of(CODES[code].right) == []


def test_codes_are_documented() -> None:
    assert all(one.title and one.text.endswith(".") for one in CODES.values())
    assert [code for code in CODES if code not in _WITH_SPECS] == [
        "not-found",
        "weights",
        "data",
        "not-importable",
        "not-exportable",
    ]
