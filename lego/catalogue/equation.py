"""Einstein's summation: what `bij,bjk->bik` says of sizes, and what it costs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from lego.catalogue.rules import Size, count, product
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, explain_difference

DOTS = "…"

_TERM = re.compile(r"[A-Za-z]*…?[A-Za-z]*")


class Equation(NamedTuple):
    """Axes of each input, and of the output; `…` stands for any number of them."""

    inputs: tuple[str, ...]
    output: str


@lru_cache(maxsize=4096)
def parse(text: str) -> Equation:
    """The equation of a text.

    Raises:
        ValueError: it is none.
    """
    left, arrow, output = text.replace(" ", "").replace("...", DOTS).partition("->")
    inputs = tuple(left.split(","))
    for term in (*inputs, output):
        if not _TERM.fullmatch(term):
            written = term.replace(DOTS, "...")
            raise ValueError(f"each part of an equation is letters, and `...` at most once, found `{written}`")
    if not arrow:
        output = _implicit(inputs)
    for letter, times in Counter(output).items():
        if times > 1:
            raise ValueError(f"the output names `{letter}` twice")
        if not any(letter in term for term in inputs):
            raise ValueError(f"the output has `{letter.replace(DOTS, '...')}`, but no input has")
    return Equation(inputs, output)


def _implicit(inputs: Sequence[str]) -> str:
    """Without an arrow, the output has the letters that stand once, in order."""
    times = Counter("".join(inputs))
    dots = DOTS if times.pop(DOTS, 0) else ""
    return dots + "".join(sorted(letter for letter, found in times.items() if found == 1))


Axes = tuple[str, ...]


class Sized(NamedTuple):
    """An equation on inputs: axes of each, of the output, and their sizes."""

    inputs: tuple[Axes, ...]
    output: Axes
    sizes: dict[str, Size]

    @property
    def shape(self) -> tuple[Size, ...]:
        return tuple(self.sizes[axis] for axis in self.output)


def sized(equation: Equation, shapes: Sequence[Shape], names: Sequence[str]) -> Sized:
    """The sizes of all axes.

    Raises:
        Problem: the shapes do not fit the equation.
    """
    if len(shapes) != len(equation.inputs):
        text = f"the equation has {count(len(equation.inputs), 'part')} for {count(len(shapes), 'input')}"
        raise Problem("bad-value", text)
    sizes: dict[str, Size] = {}
    inputs: list[Axes] = []
    dots: Axes = ()
    for term, shape, name in zip(equation.inputs, shapes, names, strict=True):
        axes = _axes(term, shape, name)
        for axis, size in zip(axes, shape, strict=True):
            if sizes.setdefault(axis, size) != size:
                raise _disagree(axis, sizes[axis], size, shapes, names)
        inputs.append(axes)
        dots = max(dots, tuple(axis for axis in axes if axis.startswith(DOTS)), key=len)
    output = tuple(axis for letter in equation.output for axis in (dots if letter == DOTS else (letter,)))
    return Sized(tuple(inputs), output, sizes)


def _axes(term: str, shape: Shape, name: str) -> Axes:
    """One name for each dim; those of the ellipsis are counted from its end, as in broadcasting."""
    letters = len(term.replace(DOTS, ""))
    free = len(shape) - letters
    if free < 0 or (free and DOTS not in term):
        least = " at least" if DOTS in term else ""
        written = term.replace(DOTS, "...")
        message = f"`{written}` needs {count(letters, 'dim')}{least}, but {name} {shape} has {len(shape)}"
        raise Problem("rank-mismatch", message)
    dots = tuple(f"{DOTS}{index}" for index in reversed(range(free)))
    return tuple(axis for letter in term for axis in (dots if letter == DOTS else (letter,)))


def _disagree(axis: str, first: Size, second: Size, shapes: Sequence[Shape], names: Sequence[str]) -> Problem:
    written = "..." if axis.startswith(DOTS) else axis
    notes = [Note(name, str(shape)) for name, shape in zip(names, shapes, strict=True)]
    tell = explain_difference(first, second)
    if tell:
        notes.append(Note(written, f"{first} ≠ {second}", tell))
    return Problem("shape-mismatch", f"`{written}` is {first} in one place and {second} in another", notes=notes)


def cost(sized: Sized) -> Size:
    """Multiply-accumulates when the inputs are multiplied from left to right, as torch does."""
    first, *rest = sized.inputs
    total: Size = 0
    current = set(first)
    for index, axes in enumerate(rest):
        later = {axis for term in rest[index + 1 :] for axis in term} | set(sized.output)
        summed = (current & set(axes)) - later
        kept = (current | set(axes)) & later
        if summed:
            total = total + _product(kept | summed, sized.sizes)
        current = kept
    return total


def _product(axes: set[str], sizes: Mapping[str, Size]) -> Size:
    return product([sizes[axis] for axis in sorted(axes)])
