"""What runs around torch's kernel, where it takes the place of a cell's loop."""

from __future__ import annotations

from typing import NamedTuple

from lego.graph.frame import Frame, Ref, Scan
from lego.graph.steps.parts import Parts, find_parts
from lego.graph.steps.recognise import Recognised, recognise


class Fused(NamedTuple):
    """A cell that torch's kernel runs, and what runs before and after it."""

    cell: Recognised
    parts: Parts


def fused(cell: Frame, scan: Scan, parts: Parts) -> Fused | None:
    """What of a cell runs around torch's kernel; None where there is none, or where it would not give all outputs."""
    found = recognise(cell, scan)
    if found is None or scan.lengths:
        return None
    behind = _behind(cell, scan, parts, found.hidden)
    if behind is None:
        return None
    wanted = {found.input, *(ref for index in behind for ref in cell.calls[index].inputs if ref is not None)}
    wanted |= {ref for (_, ref), axis in zip(cell.outputs, scan.stacked, strict=False) if axis is not None}
    before = tuple(sorted(_leading_to(cell, wanted, set(parts.before))))
    return Fused(found, Parts((), before, (), behind))


def way_of(cell: Frame, scan: Scan) -> str:
    """How a cell runs unless it is told otherwise: `torch.lstm`, or `loop of 9 of 12` of its nodes."""
    parts = find_parts(cell, scan)
    found = fused(cell, scan, parts)
    return f"torch.{found.cell.kernel}" if found is not None else f"loop of {len(parts.step)} of {len(cell.calls)}"


def _behind(cell: Frame, scan: Scan, parts: Parts, hidden: Ref) -> tuple[int, ...] | None:
    """The calls between h and the outputs; None where an output needs more of a step than h and its inputs."""
    found: set[int] = set()
    waiting: list[Ref] = []
    for (_, ref), axis in zip(cell.outputs, scan.stacked, strict=False):
        if axis is None and ref != hidden:
            return None
        waiting.append(ref)
    while waiting:
        ref = waiting.pop()
        is_port = ref.call < 0 and ref.output < len(scan.axes) and scan.axes[ref.output] is not None
        if ref == hidden or is_port or ref.call in parts.before or ref.call in found:
            continue
        if ref.call not in parts.after:
            return None
        found.add(ref.call)
        waiting += [one for one in cell.calls[ref.call].inputs if one is not None]
    return tuple(sorted(found))


def _leading_to(cell: Frame, wanted: set[Ref], among: set[int]) -> set[int]:
    found: set[int] = set()
    waiting = [ref.call for ref in wanted if ref.call in among]
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting += [ref.call for ref in cell.calls[index].inputs if ref is not None and ref.call in among]
    return found
