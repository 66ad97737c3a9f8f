"""Specs that are wrong, and the whole text of what is said about each."""

from __future__ import annotations

from pathlib import Path

import pytest

from lego.api import check
from lego.diagnostics import CODES, SpecError
from tests.conftest import Golden

_FOLDER = Path(__file__).parents[1] / "bad"
_NAMES = sorted(path.stem for path in _FOLDER.glob("*.yaml"))
_FOREIGN = ("pydantic", "Traceback", "validation error", "Input should be", "<class", "object at 0x")
_FROM_THE_CALLER = ("not-found", "weights", "data", "not-importable", "not-exportable")
"""Codes of a mistake that no text of a spec can make."""


@pytest.mark.parametrize("name", _NAMES)
def test_a_bad_spec_is_told_of(name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_FOLDER)
    found = check(f"{name}.yaml")
    assert found, "nothing was found"
    text = str(SpecError(found))
    assert not [word for word in _FOREIGN if word in text]
    golden(f"bad/{name}.txt", text)
    assert name.startswith(found[0].code)
    assert all(one.code in CODES for one in found)


def test_every_code_has_a_bad_spec() -> None:
    assert [code for code in CODES if not any(name.startswith(code) for name in _NAMES)] == [*_FROM_THE_CALLER]


def test_a_file_that_is_not_there(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_FOLDER)
    golden("bad/not-found.txt", str(SpecError(check("no-such-spec.yaml"))))
