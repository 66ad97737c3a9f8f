"""Values as Python text, for the generated source."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, NamedTuple

from lego.catalogue.layer import Layer


class Code(NamedTuple):
    """Python text that stands for itself, `torch.int64` say, where a value is expected; and the type of that value."""

    text: str
    type: str = "object"


def literal(value: Any) -> str:
    """A value as Python text: what `repr` gives, but for infinities, for layers, and for `Code` in lists and tuples."""
    if isinstance(value, Code):
        return value.text
    if isinstance(value, Layer):
        return _module(value)
    if isinstance(value, float) and not isfinite(value):
        return f'float("{value}")'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, tuple):
        items = [literal(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"  # pyright: ignore[reportUnknownArgumentType]
    return repr(value)


def _module(layer: Layer) -> str:
    """The constructor call of a layer that is an argument of another."""
    made = layer.construct()
    assert made is not None
    keywords = [f"{name}={literal(value)}" for name, value in made.keywords.items()]
    return f"{made.function}({', '.join([*map(literal, made.positional.values()), *keywords])})"


def call_arguments(*positional: Any, **keywords: Any) -> str:
    """Arguments of a call: `2, dim=1`; keywords that are None are left out."""
    named = [f"{name}={literal(value)}" for name, value in keywords.items() if value is not None]
    return ", ".join([*map(literal, positional), *named])
