"""YAML 1.2's core schema, and nothing of 1.1."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lego.spec.scalars import is_larger, resolve

VALUES = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **{"0": 0, "-1": -1, "+12": 12, "007": 7, "0o17": 15, "0x1F": 31},
    **{"1.5": 1.5, "1.": 1.0, ".5": 0.5, "-.5": -0.5, "1e-3": 0.001, "1E3": 1000.0, "+1.5e+2": 150.0},
    **{".inf": math.inf, "+.Inf": math.inf, "-.INF": -math.inf},
}
TEXTS = """
    on off yes no y n On YES tRue nUll none None 3:30 1:20:30 1_000 0b1 0o8 0xG 0X1F -0x1F 1e 1e+ . - + -- .e1 ..5 1.2.3
    inf nan 2001-12-14 =  << $x ٣
""".split()


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_values(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    value = resolve(text)
    assert isinstance(value, float) and math.isnan(value)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none())
def test_python_writes_what_is_read(value: object) -> None:
    assert resolve("null" if value is None else str(value)) == value


@given(st.integers(), st.integers(min_value=1))
def test_is_larger(value: int, bound: int) -> None:
    assert is_larger(str(value), bound) == (abs(value) > bound)
    assert is_larger(hex(abs(value)), bound) == (abs(value) > bound)


def test_is_larger_takes_any_number_of_digits() -> None:
    assert is_larger("9" * 100_000, 2**63)
    assert not is_larger("9" * 100_000 + "x", 2**63)
