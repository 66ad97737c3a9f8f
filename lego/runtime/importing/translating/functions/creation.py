"""Tensors made from sizes that depend on symbols: positions, and one number everywhere."""

from __future__ import annotations

from typing import Any

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.arithmetic import binary
from lego.runtime.importing.translating.functions.comparison import held
from lego.runtime.importing.translating.functions.registry import rule
from lego.runtime.importing.translating.functions.reshaping import expanded
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import Dim, Size, ceil_div


@rule("zeros", "ones", "full", "new_zeros", "new_ones", "new_full")
def full(w: Writer, *arguments: Any, **keywords: Any) -> Any:
    """Of the shape that the call gave."""
    name = getattr(w.call.target, "__name__", "").removeprefix("new_")
    fill = keywords.get("fill_value", arguments[-1]) if name == "full" else float(name == "ones")
    number = w.number(fill)
    if number is None:
        raise Problem("not-importable", "the number that it is filled with depends on the input")
    return number_everywhere(w, number)


def number_everywhere(w: Writer, number: float) -> Any:
    """One number in each place of what the call gave."""
    shape = w.result_shape
    if not shape.symbols:
        return w.one("Constant", shape=tuple(shape), value=held(number, w.dtype), dtype=w.dtype)
    single = w.one("Constant", shape=(1,) * len(shape), value=held(number, w.dtype), dtype=w.dtype)
    return expanded(w, single, shape)


@rule("arange")
def arange(w: Writer, *bounds: Any, **keywords: Any) -> Any:
    """The positions of a dim that is at hand, times the step, plus the start."""
    given = [*bounds, *(keywords[name] for name in ("start", "end", "step") if name in keywords)]
    start, end, step = (0, given[0], 1) if len(given) == 1 else (*given, 1)[:3]
    number, first = w.number(step), start if isinstance(start, Dim) else w.number(start)
    if not isinstance(number, int) or number < 1 or isinstance(first, Dim | float | None):
        raise Problem("not-importable", "positions with such a start or step are not known", help=_fixed(end))
    return _counted(w, ceil_div(end - first, number), first, number)


def _counted(w: Writer, size: Size, start: int, step: int) -> Value:
    value = w.cast(positions(w, size), w.dtype)
    value = value if step == 1 else binary(w, "Mul", value, step)
    return value if start == 0 else binary(w, "Add", value, start)


def positions(w: Writer, size: Size) -> Value:
    """0 … size - 1, of a dim that has this size.

    Raises:
        Problem: no tensor that is at hand has it.
    """
    found = w.holder(size)
    if found is None:
        raise Problem("not-importable", f"nothing at hand has a dim of size {size}", help=_fixed(size))
    return w.one("Arange", found[0], dim=found[1])


def _fixed(size: Any) -> str | None:
    return f"give the symbols of {size} a number in the inputs" if isinstance(size, Dim) else None
