"""Two sizes that should have been equal: values that tell them apart, and multiples that would make them equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, islice, pairwise
from math import lcm

from lego.diagnostics import Note, Problem
from lego.shapes.atoms import Atom, Floor
from lego.shapes.dim import Size, symbol
from lego.shapes.shape import Shape
from lego.shapes.substitute import evaluate, substitute, symbols

_TUPLES = 3_000
_LARGEST = 2_048
_GREATEST_MULTIPLE = 1_024


def witness(a: Size, b: Size) -> dict[str, int] | None:
    """Small values of the symbols for which two sizes differ, if possible with both of them positive.

    None where they are equal, or where no value that was tried tells them apart.
    """
    if a == b:
        return None
    fallback: dict[str, int] | None = None
    for values in _values(sorted(symbols(a) | symbols(b))):
        found = _evaluated(a, b, values)
        if found is None or found[0] == found[1]:
            continue
        if min(found) > 0:
            return values
        fallback = fallback or values
    return fallback


def _evaluated(a: Size, b: Size, values: dict[str, int]) -> tuple[int, int] | None:
    try:
        return evaluate(a, values), evaluate(b, values)
    except Problem:
        return None  # a divisor is zero there


def _values(names: list[str]) -> Iterator[dict[str, int]]:
    """Values in the order in which a person would try them: all small, all the same, all 1 but one."""
    count = len(names)
    same = ((value,) * count for value in range(1, _LARGEST))
    single = (
        (*(1,) * at, value, *(1,) * (count - at - 1))
        for value in range(1, _LARGEST)
        for at in range(count if count > 1 else 0)
    )
    small = islice(_by_sum(count), _TUPLES) if count > 1 else ()
    return (dict(zip(names, values, strict=True)) for values in chain(small, same, single))


def _by_sum(count: int) -> Iterator[tuple[int, ...]]:
    """All tuples of positive integers, smaller sums first."""
    total = count
    while True:
        for cuts in combinations(range(1, total), count - 1):
            edges = (0, *cuts, total)
            yield tuple(right - left for left, right in pairwise(edges))
        total += 1


def explain_difference(a: Size, b: Size) -> str | None:
    """`H = 5: 4 ≠ 5`; None for integers, which speak for themselves, and where no witness is known."""
    values = witness(a, b)
    if not values:
        return None
    given = ", ".join(f"{name} = {value}" for name, value in values.items())
    return f"{given}: {evaluate(a, values)} ≠ {evaluate(b, values)}"


def differences(a: Shape, b: Shape) -> tuple[Note, ...]:
    """A note for each dim in which two shapes of equal rank differ for a reason that does not meet the eye."""
    found = [(axis, x, y, explain_difference(x, y)) for axis, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    return tuple(Note(f"dim {axis}", f"{x} ≠ {y}", text) for axis, x, y, text in found if text is not None)


def common_multiple(a: Size, b: Size) -> dict[str, int] | None:
    """By symbol, the m for which declaring it as `m*symbol` makes two different sizes equal; None where none does."""
    return shape_multiple((a,), (b,))


def shape_multiple(a: Sequence[Size], b: Sequence[Size]) -> dict[str, int] | None:
    """The same for all dims of two shapes of equal rank at once."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    names = sorted({name for pair in pairs for size in pair for name in symbols(size)})
    largest = lcm(*(divisor for pair in pairs for size in pair for divisor in _divisors(size)))
    multiples = dict.fromkeys(names, largest)
    if not 1 < largest <= _GREATEST_MULTIPLE or not _agree(pairs, multiples):
        return None
    for name in names:
        candidates = (m for m in range(1, largest + 1) if largest % m == 0)
        multiples[name] = next(m for m in candidates if _agree(pairs, multiples | {name: m}))
    return {name: m for name, m in multiples.items() if m > 1}


def _agree(pairs: Iterable[tuple[Size, Size]], multiples: Mapping[str, int]) -> bool:
    values = {name: symbol(name) * multiple for name, multiple in multiples.items()}
    return all(substitute(a, values) == substitute(b, values) for a, b in pairs)


def _divisors(size: Size) -> list[int]:
    """The integers by which something is divided in a size."""
    if isinstance(size, int):
        return []
    return [divisor for monomial in size.terms for atom in monomial for divisor in _atom_divisors(atom)]


def _atom_divisors(atom: Atom) -> list[int]:
    if isinstance(atom, str):
        return []
    if not isinstance(atom, Floor):
        return [divisor for side in atom.sides for divisor in _divisors(side)]
    below = atom.denominator
    outer = [below] if isinstance(below, int) else _divisors(below)
    return [inner * divisor for inner in _divisors(atom.numerator) or [1] for divisor in outer or [1]]


def with_multiples(shape: Shape, multiples: Mapping[str, int]) -> Shape:
    """A declared shape with `16*h` in place of `H`, as `common_multiple` found it: what to write in the spec."""
    return Shape(substitute(size, _multiplied(multiples, shape.symbols)) for size in shape)


def _multiplied(multiples: Mapping[str, int], taken: frozenset[str]) -> dict[str, Size]:
    """The new symbols go by the small letter, for they are others; by the old name where that is `taken`."""
    return {
        name: symbol(name if name.lower() in taken else name.lower()) * multiple for name, multiple in multiples.items()
    }
