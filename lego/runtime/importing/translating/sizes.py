"""Sizes as a document writes them among arguments: over the shape of the node's first input, or of its graph's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lego.diagnostics import Problem
from lego.shapes import Atom, Dim, Extremum, Size, floor_div, symbols

_LARGEST_DIVISOR = 64


class Told(NamedTuple):
    """A size that an expression may name, and its name: `shape[0]`."""

    text: str
    size: Size


def written_size(size: Size, shape: Sequence[Size], input: Sequence[Size] = ()) -> int | str:
    """A size as an integer, or as an expression: `$shape[0]`, `$(shape[2] // 2)`.

    Args:
        size: What is written.
        shape: That of the node's first input.
        input: That of the first input of the graph in which the node stands.

    Raises:
        Problem: neither tells it.
    """
    if isinstance(size, int):
        return size
    text, names = _written(size, shape, input)
    if text is None:
        which = " and ".join(f"`{name}`" for name in sorted(symbols(size)))
        message = f"the size {size} does not follow from the shape of what is read"
        raise Problem("not-importable", message, help=f"give {which} a number in the inputs")
    return f"${text}" if text in names else f"$({text})"


def is_told(size: Size, shape: Sequence[Size], input: Sequence[Size]) -> bool:
    """Whether `written_size` can write a size."""
    return isinstance(size, int) or _written(size, shape, input)[0] is not None


def _written(size: Dim, shape: Sequence[Size], input: Sequence[Size]) -> tuple[str | None, list[str]]:
    """The expression of a size, and those that are but one name."""
    own = [Told(f"shape[{at}]", one) for at, one in enumerate(shape)]
    around = [Told(f"input[{at}]", one) for at, one in enumerate(input)]
    text = _expression(size, own) or _expression(size, [*own, *around])
    return text, [one.text for one in (*own, *around)]


def is_entry(size: Size, shape: Sequence[Size]) -> bool:
    """Whether a size is an integer or simply one of the shape."""
    return isinstance(size, int) or size in shape


def _expression(size: Dim, told: Sequence[Told]) -> str | None:
    return _as_entry(size, told) or _as_multiple(size, told) or _as_formula(size, told) or _as_part(size, told)


def _as_entry(size: Size, told: Sequence[Told]) -> str | None:
    return next((one.text for one in told if one.size == size), None)


def _as_multiple(size: Dim, told: Sequence[Told]) -> str | None:
    """An integer times one of the sizes, or two of them multiplied."""
    for one in told:
        if not isinstance(one.size, Dim):
            continue
        factor = floor_div(size, one.size)
        if factor * one.size != size:
            continue
        if isinstance(factor, int):
            return f"{factor} * {one.text}"
        other = _as_entry(factor, told)
        if other is not None:
            return f"{one.text} * {other}"
    return None


def _as_part(size: Dim, told: Sequence[Told]) -> str | None:
    """One of the sizes, plus or minus a number, over a number."""
    for one in told:
        if not isinstance(one.size, Dim) or not symbols(size) <= symbols(one.size):
            continue
        for divisor, shift in _divisions():
            if floor_div(one.size + shift, divisor) == size:
                return f"({_plus(one.text, shift)}) // {divisor}" if shift else f"{one.text} // {divisor}"
    return None


def _divisions() -> Iterator[tuple[int, int]]:
    for divisor in range(2, _LARGEST_DIVISOR + 1):
        yield divisor, 0
    for divisor in range(2, 9):
        for shift in range(-divisor, 2 * divisor):
            yield divisor, shift


def _plus(text: str, number: int) -> str:
    return text if number == 0 else f"{text} {'+' if number > 0 else '-'} {abs(number)}"


# -- any formula of symbols that the sizes tell ------------------------------------------------------------------------


def _as_formula(size: Dim, told: Sequence[Told]) -> str | None:
    known: dict[str, str] = {}
    for one in told:
        if isinstance(one.size, Dim):
            for name, text in _solved(one.size, one.text):
                known.setdefault(name, text)
    return _formula(size, known) if symbols(size) <= known.keys() else None


def _solved(size: Dim, text: str) -> Iterator[tuple[str, str]]:
    """The symbol S of a size a · S + b, as an expression over the size."""
    (monomial, factor), *others = size.terms.items()
    if others or len(monomial) != 1 or not isinstance(monomial[0], str) or factor < 1:
        return
    moved = f"({_plus(text, -size.constant)})" if size.constant else text
    yield monomial[0], moved if factor == 1 else f"({moved} // {factor})"


def _formula(size: Size, known: dict[str, str]) -> str:
    if isinstance(size, int):
        return str(size)
    text = ""
    for monomial, factor in size.terms.items():
        number = [] if abs(factor) == 1 else [str(abs(factor))]
        product = " * ".join([*number, *(_atom(atom, known) for atom in monomial)])
        sign = (" - " if factor < 0 else " + ") if text else ("-" if factor < 0 else "")
        text += sign + product
    return _plus(text, size.constant)


def _atom(atom: Atom, known: dict[str, str]) -> str:
    if isinstance(atom, str):
        return known[atom]
    if isinstance(atom, Extremum):
        return f"{atom.kind}({', '.join(_formula(side, known) for side in atom.sides)})"
    return f"(({_formula(atom.numerator, known)}) // ({_formula(atom.denominator, known)}))"
