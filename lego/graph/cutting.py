"""Where to cut a row of costs: exact, by dynamic programming over the places between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeVar


class Cut(NamedTuple):
    """Where a row is cut.

    Attributes:
        bounds: The first place of each part, and the end of the row.
        heaviest: The cost of the heaviest part.
        crossing: What crosses all cuts together.
    """

    bounds: tuple[int, ...]
    heaviest: int
    crossing: int


def best_cut(costs: Sequence[int], crossing: Sequence[int | None], parts: int, tolerance: float) -> Cut | None:
    """The cut that the least crosses, among those whose heaviest part is near the lightest possible.

    Args:
        costs: Of each thing in the row.
        crossing: For each place 0…n of the row (0 is before the first) what crosses a cut there; None: none may be.
        parts: How many, none of them empty.
        tolerance: How much heavier than the lightest possible the heaviest part may be: 0.05.

    Returns:
        The cut; None where there are too few places for one.
    """
    sums = (0, *accumulate(costs))
    places = [place for place in range(1, len(costs)) if crossing[place] is not None]
    places = [0, *places, len(costs)]
    if len(places) <= parts:
        return None

    def weight(start: int, stop: int) -> int:
        return sums[stop] - sums[start]

    def least_heavy(before: int, start: int, stop: int) -> int:
        return max(before, weight(start, stop))

    lightest, _ = _search(places, parts, 0, least_heavy)
    most = max(lightest, int(lightest * (1 + tolerance)))

    def least_crossing(before: tuple[int, int], start: int, stop: int) -> tuple[int, int] | None:
        added = weight(start, stop)
        crosses = (crossing[start] or 0) if start else 0
        return None if added > most else (before[0] + crosses, max(before[1], added))

    (crosses, heaviest), bounds = _search(places, parts, (0, 0), least_crossing)
    return Cut(bounds, heaviest, crosses)


_Value = TypeVar("_Value", int, tuple[int, int])


def _search(
    places: Sequence[int], parts: int, start: _Value, extend: Callable[[_Value, int, int], _Value | None]
) -> tuple[_Value, tuple[int, ...]]:
    """The least value of a way from the first place to the last in so many parts, and that way.

    `extend` gives the value of a way that is one part longer; None where that part is not allowed.
    """
    best: dict[int, tuple[_Value, tuple[int, ...]]] = {places[0]: (start, (places[0],))}
    for _ in range(parts):
        longer: dict[int, tuple[_Value, tuple[int, ...]]] = {}
        for place in places:
            for before, (value, way) in best.items():
                found = extend(value, before, place) if before < place else None
                if found is not None and (place not in longer or found < longer[place][0]):
                    longer[place] = found, (*way, place)
        best = longer
    return best[places[-1]]


def spans(bounds: Sequence[int]) -> list[range]:
    """The parts of a cut, as ranges of places."""
    return [range(start, stop) for start, stop in pairwise(bounds)]
