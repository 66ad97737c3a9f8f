"""What goes into a graph and what comes out of it, as plain data."""

from __future__ import annotations

from typing import Any

from lego.spec.document import Input, Output, Outputs, State
from lego.spec.writing.scalars import Word


def type_data(one: Input | State, **further: Any) -> Any:
    """The shape alone, or the long form."""
    shape = None if one.shape is None else one.shape.value
    if one.dtype == "float32" and one.range is None and not further:
        return shape
    dtype = {} if one.dtype == "float32" else {"dtype": Word(one.dtype)}
    range = {} if one.range is None else {"range": one.range.value}
    return {"shape": shape, **dtype, **range, **further}


def outputs_data(outputs: Outputs) -> Any:
    """A name, a list of names, or a mapping by key."""
    if outputs.form == "mapping":
        return {output.key: _output(output) for output in outputs.entries}
    names = [_output(output) for output in outputs.entries]
    return names[0] if outputs.form == "one" else names


def _output(output: Output) -> Any:
    name = Word(output.reference)
    when = {} if output.when is None else {"when": output.when.value}
    step = {"step": Word("last")} if output.last else {}
    return {"from": name, **when, **step} if when or step else name
