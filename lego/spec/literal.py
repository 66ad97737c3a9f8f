"""One value as a spec would write it, from a text such as the VALUE of `--set NAME=VALUE`."""

from __future__ import annotations

from lego.diagnostics import Source
from lego.spec.limits import DEFAULT_LIMITS, Limits
from lego.spec.read import read
from lego.spec.tree import PlainData, to_value


def read_value(text: str, name: str, limits: Limits = DEFAULT_LIMITS) -> PlainData:
    """A YAML 1.2 scalar or collection; `name` stands for its file in diagnostics.

    Raises:
        SpecError: it is no YAML, or beyond a bound.
    """
    return to_value(read(Source(name, text), limits))
