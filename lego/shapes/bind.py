"""Matching a declared shape against an actual one; every binding remembers where it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lego.diagnostics import Note, Problem
from lego.shapes.difference import common_multiple, explain_difference
from lego.shapes.dim import Dim, Size, floor_div, symbol
from lego.shapes.order import less
from lego.shapes.shape import Shape
from lego.shapes.substitute import substitute, symbols

_UNKNOWN = "?"  # no name of a symbol: the declared shape and the actual one may use the same names for different sizes


class Binding(NamedTuple):
    """The size of a symbol, and the axis of the input (`origin`) that gave it."""

    size: Size
    axis: int
    origin: str = "input"


class _Axis(NamedTuple):
    """One dim to be matched, and where it stands."""

    declared: Size
    actual: Size
    number: int
    origin: str


def bind(
    pattern: Shape, actual: Shape, bound: Mapping[str, Binding] | None = None, origin: str = "input"
) -> dict[str, Binding]:
    """What the symbols of a declared shape are, given the actual one.

    A symbol alone takes the dim; `32*a`, `a + 1`, or `N*a` where N is known, are solved exactly; the rest is compared.

    Args:
        pattern: As declared.
        actual: As given; its symbols are others than those of the pattern, even if their names are the same.
        bound: What other inputs have bound already.
        origin: Name of the input, for messages.

    Returns:
        The bindings of `bound`, then those made here.

    Raises:
        Problem: `rank-mismatch`, `shape-mismatch`, or `unresolved-dim` for a symbol that no dim determines.
    """
    if len(pattern) != len(actual):
        declared = f"{len(pattern)} {'is' if len(pattern) == 1 else 'are'} declared"
        raise _refused(Problem("rank-mismatch", f"{origin} has {_dims(actual)}, but {declared}"), pattern, actual)
    found = dict(bound or {})
    pairs = zip(pattern, actual, strict=True)
    axes = [_Axis(declared, size, index, origin) for index, (declared, size) in enumerate(pairs)]
    try:
        for axis in sorted(axes, key=lambda axis: not _is_symbol(axis.declared)):
            _solve(axis, found)
        for axis in axes:
            _compare(axis, found)
    except Problem as problem:
        raise _refused(problem, pattern, actual) from None
    return found


def _refused(problem: Problem, pattern: Shape, actual: Shape) -> Problem:
    notes = (Note("declared", str(pattern)), Note("given", str(actual)), *problem.notes)
    return Problem(problem.code, problem.message, notes=notes, help=problem.help)


def _dims(shape: Shape) -> str:
    return "1 dim" if len(shape) == 1 else f"{len(shape)} dims"


def _is_symbol(size: Size) -> bool:
    return any(size == symbol(name) for name in symbols(size))


def _solve(axis: _Axis, found: dict[str, Binding]) -> None:
    """Bind the one symbol that is open, if the dim is linear in it."""
    open_ = symbols(axis.declared) - found.keys()
    if len(open_) != 1:
        return
    [name] = open_
    declared = substitute(axis.declared, {name: symbol(_UNKNOWN), **_sizes(found)})
    factor = declared.terms.get((_UNKNOWN,), 0) if isinstance(declared, Dim) else 0
    rest = declared - symbol(_UNKNOWN) * factor
    if not factor or _UNKNOWN in symbols(rest):
        return
    value = floor_div(axis.actual - rest, factor)
    if value * factor + rest != axis.actual or less(0, value) is False:
        raise _no_solution(axis, name, value, value * factor + rest)
    found[name] = Binding(value, axis.number, axis.origin)


def _sizes(found: Mapping[str, Binding]) -> dict[str, Size]:
    return {name: binding.size for name, binding in found.items()}


def _no_solution(axis: _Axis, name: str, value: Size, near: Size) -> Problem:
    """`32*a` against a size that it is for no a."""
    multiples = common_multiple(axis.actual, near)
    help = None
    if multiples:
        help = " and ".join(f"declare {symbol} as {m}*{symbol.lower()}" for symbol, m in multiples.items())
    elif isinstance(value, int):
        fitting = [substitute(axis.declared, {name: fit}) for fit in (value, value + 1) if fit > 0]
        help = f"{' and '.join(map(str, fitting))} would fit"
    message = (
        f"axis {axis.number} of {axis.origin} is {axis.actual}, but no {name} of at least 1 makes {axis.declared} that"
    )
    return Problem("shape-mismatch", message, help=help)


def _compare(axis: _Axis, found: Mapping[str, Binding]) -> None:
    open_ = sorted(symbols(axis.declared) - found.keys())
    if open_:
        raise Problem(
            "unresolved-dim",
            f"axis {axis.number} of {axis.origin} is declared {axis.declared}, which does not determine {open_[0]}",
            help=f"declare a dim that is {open_[0]} alone",
        )
    expected = substitute(axis.declared, _sizes(found))
    if expected != axis.actual:
        apart = explain_difference(expected, axis.actual)
        notes = [Note("differ", apart)] if apart else []
        raise Problem("shape-mismatch", _conflict(axis, expected, found), notes=notes)


def _conflict(axis: _Axis, expected: Size, found: Mapping[str, Binding]) -> str:
    if isinstance(axis.declared, int):
        return f"axis {axis.number} of {axis.origin} is {axis.actual}, but {axis.declared} is declared"
    since = " and ".join(_since(name, found[name]) for name in sorted(symbols(axis.declared)))
    inputs = {found[name].origin for name in symbols(axis.declared)}
    here = f"axis {axis.number}" if inputs == {axis.origin} else f"axis {axis.number} of {axis.origin}"
    if _is_symbol(axis.declared):
        return f"{since}, but {here} is {axis.actual}"
    return f"{since}, so {axis.declared} is {expected}, but {here} is {axis.actual}"


def _since(name: str, binding: Binding) -> str:
    return f"{name} is {binding.size} since axis {binding.axis} of {binding.origin}"
