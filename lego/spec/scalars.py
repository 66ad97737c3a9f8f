"""What a plain scalar means: YAML 1.2's core schema, and no more."""

from __future__ import annotations

import math
import re

Value = int | float | bool | str | None

_CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **{sign + word: math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **{"-" + word: -math.inf for word in (".inf", ".Inf", ".INF")},
}
_NUMBER_STARTS = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o(?P<octal>[0-7]+)|0x(?P<hexadecimal>[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def resolve(text: str) -> Value:
    """The value of a plain scalar: `true` is a boolean, `1e-3` a float; `on`, `3:30` and `1_000` are strings."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    found = _INTEGER.fullmatch(text)
    if found is not None:
        return _integer(text, found)
    return float(text) if _FLOAT.fullmatch(text) else text


def is_larger(text: str, bound: int) -> bool:
    """Whether a plain scalar is an integer of a magnitude above `bound`; safe for any number of digits."""
    found = _INTEGER.fullmatch(text)
    if found is None:
        return False
    digits = text.lstrip("+-0")
    return len(digits) > max(len(hex(bound)), len(oct(bound))) or abs(_integer(text, found)) > bound


def _integer(text: str, found: re.Match[str]) -> int:
    if found["octal"]:
        return int(found["octal"], 8)
    if found["hexadecimal"]:
        return int(found["hexadecimal"], 16)
    return int(text)
