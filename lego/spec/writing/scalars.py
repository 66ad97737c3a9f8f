"""Scalars as YAML text: plain where that reads back as the same value, quoted elsewhere."""

from __future__ import annotations

import math
import re
from textwrap import wrap
from typing import Any

from lego.spec.quoting import is_balanced
from lego.spec.scalars import resolve


class Word(str):
    """A text of which the reader takes the characters alone: a name, never a number or a boolean."""

    __slots__ = ()


class Nothing:
    """The value of a key that stands alone: `{Add, from: [a, b]}`."""

    __slots__ = ()


NOTHING = Nothing()

_START = r"(?:-?[^\s\-?:,\[\]{}#&*!|>'\"%@`])"
_PLAIN = re.compile(_START + r"(?:[^,\[\]{}:#]*[^\s,\[\]{}:#])?")
_PLAIN_IN_BLOCK = re.compile(_START + r"(?:[^:#]*[^\s:#])?")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def scalar(value: Any, *, flow: bool = True) -> str:
    """The text of None, a boolean, a number or a string; `flow` where brackets stand around it."""
    match value:
        case Nothing():
            return ""
        case None:
            return "~"
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case int():
            return str(value)
        case Word():
            return str(value) if _is_plain(value, flow) and value not in ("~", "null") else _quoted(value)
        case _:
            return str(value) if _is_plain(value, flow) and resolve(value) == value else _quoted(value)


def key(text: str) -> str:
    """The text of a key, which the reader takes by its characters; the name of a node has dashes only in quotes."""
    return text if _is_plain(text, flow=True) and "-" not in text else _quoted(text)


def block_lines(value: str, width: int) -> list[str] | None:
    """A text of several lines, or a long one, as a block scalar, its indicator first; None where it needs quotes."""
    body, keep = (value[:-1], "") if value.endswith("\n") else (value, "-")
    lines = body.split("\n")
    if len(lines) > 1:
        return [f"|{keep}", *lines] if lines[0] and all(map(_is_line, lines)) and lines[-1] else None
    if len(value) <= width or not _is_line(body):
        return None
    folded = wrap(body, width, break_long_words=False, break_on_hyphens=False)
    return [f">{keep}", *folded] if " ".join(folded) == body else None


def _is_line(text: str) -> bool:
    """Whether a line of a block scalar keeps the text as it is."""
    return text.isprintable() and "\ufeff" not in text and text == text.strip(" ")


def _is_plain(text: str, flow: bool) -> bool:
    fits = (_PLAIN if flow else _PLAIN_IN_BLOCK).fullmatch(text) and (is_balanced(text) or not flow)
    return bool(fits) and text.isprintable() and "\ufeff" not in text and text != "<<"


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return repr(value)


def _quoted(text: str) -> str:
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable() and character != "\ufeff":
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
