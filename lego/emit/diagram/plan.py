"""How much of a net is drawn, and how it folds itself further where that is too much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Detail = Literal["overview", "block", "full"]

BUDGET: dict[Detail, int] = {"overview": 15, "block": 60, "full": 400}
"""The most boxes of a readable picture."""

_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What is folded.

    Attributes:
        depth: Frames drawn inside each other; None: all.
        once: A block is drawn in detail where it first stands, and as one box elsewhere.
        exact: Only equal instances count as repeated; otherwise they may differ in numbers.
        absorb: Norms, activations and dropouts are lines in the box of the layer before.
        periods: Repetition is looked for in plain chains of layers too.
        open: Composites without a frame of their own (skip, split) are drawn open.
        limit: The most items in one frame; those in the middle are left out.
    """

    depth: int | None = None
    once: bool = False
    exact: bool = False
    absorb: bool = False
    periods: bool = False
    open: bool = True
    limit: int | None = None


def plans(detail: Detail, depth: int | None) -> Iterator[Plan]:
    """Plans for a picture, each showing less than the one before; the last keeps to the budget whatever the net."""
    if detail == "full":
        yield Plan(depth, exact=True)
    if detail == "overview":
        plan = Plan(depth or 0, once=True, exact=True, absorb=True)
        yield plan
        yield replace(plan, exact=False)
    else:
        plan = Plan(depth, once=True)
        yield plan
        yield replace(plan, periods=True)
        for less in range(_DEEPEST if depth is None else depth - 1, -1, -1):
            yield replace(plan, periods=True, depth=less)
    plan = Plan(0, once=True, absorb=True, periods=True)
    yield plan
    yield replace(plan, open=False)
    yield replace(plan, open=False, periods=False, limit=BUDGET[detail])
