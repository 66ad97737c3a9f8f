"""What is wrong with a program is said at its line; the whole message of each is a golden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import lego
from tests.builder.wrong import CASES


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_wrong_program(case: Callable[[], Any], golden: Any) -> None:
    with pytest.raises((lego.SpecError, AttributeError)) as caught:
        case()
    golden(f"builder/wrong/{case.__name__}.txt", str(caught.value))
