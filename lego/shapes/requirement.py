"""What a network asks of its symbols: sizes that must be at least 1."""

from __future__ import annotations

from collections.abc import Iterable

from lego.shapes.dim import Dim, Size, symbol
from lego.shapes.order import less_equal
from lego.shapes.substitute import evaluate, substitute, symbols

_LARGEST = 2**20


def least(conditions: Iterable[Size]) -> dict[str, int]:
    """The smallest value of each symbol for which every size that depends on it alone is at least 1.

    Symbols that may be 1 are left out, and so are those for which no value up to 2**20 will do. The sizes are
    taken to grow with their symbol, as the outputs of layers do; `unsolved` returns those that do not.
    """
    found: dict[str, int] = {}
    for name, sizes in _by_symbol(conditions).items():
        value = max((_threshold(name, size) for size in sizes), default=1)
        if 1 < value <= _LARGEST:
            found[name] = value
    return dict(sorted(found.items()))


def unsolved(conditions: Iterable[Size]) -> tuple[Size, ...]:
    """The sizes that are not known to be at least 1, even if each symbol is at least what `least` says."""
    sizes = list(dict.fromkeys(conditions))
    shifts: dict[str, Size] = {name: symbol(name) + (value - 1) for name, value in least(sizes).items()}
    return tuple(size for size in sizes if less_equal(1, substitute(size, shifts)) is not True)


def _by_symbol(conditions: Iterable[Size]) -> dict[str, list[Dim]]:
    groups: dict[str, list[Dim]] = {}
    for size in conditions:
        names = symbols(size)
        if isinstance(size, Dim) and len(names) == 1:
            groups.setdefault(next(iter(names)), []).append(size)
    return groups


def _threshold(name: str, size: Dim) -> int:
    """The first value of the symbol from which on the size is at least 1: doubling, then halving."""
    high = 1
    while high <= _LARGEST and evaluate(size, {name: high}) < 1:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if evaluate(size, {name: middle}) >= 1 else (middle, high)
    return high
