"""Torch's kernels: a recognised cell as one call of `torch.lstm` and its like, on the cell's own parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lego.graph import Frame, Ref, Scan
from lego.graph.steps import Parts, Recognised, Rows, recognise


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


def kernel_lines(
    cell: Recognised,
    sequence: str,
    starts: Sequence[str],
    hidden: str,
    states: Sequence[str],
    modules: Mapping[int, str],
    shapes: Mapping[int, tuple[int, ...]],
    reverse: str,
) -> Iterator[str]:
    """The call of the kernel, the weights before it.

    Args:
        cell: The cell.
        sequence: What its gates read, with the steps along dim 0.
        starts: Its states at the start, h before c.
        hidden: The variable of h of all steps.
        states: The variables of the last states.
        modules: The Linears, by position in the cell.
        shapes: Those of their weights.
        reverse: Whether steps are taken from the last to the first, as Python.
    """
    gates = cell.gates
    sides = [[gate.input for gate in gates], [gate.state for gate in gates]]
    weights = [_stacked(rows, modules, shapes, "weight") for rows in sides]
    biases = [_stacked(rows, modules, shapes, "bias") if rows[0].bias else None for rows in sides]
    has_bias = any(biases)
    if has_bias:
        some = next(bias for bias in biases if bias is not None)
        weights += [bias or f"torch.zeros_like({some})" for bias in biases]
    if cell.projection is not None:
        weights.append(_stacked([cell.projection], modules, shapes, "weight"))
    yield "weights = ("
    yield from (f"    {weight}," for weight in weights)
    yield ")"
    given = [f"{start}.unsqueeze(0)" for start in starts]
    start = f"({', '.join(given)})" if cell.kernel == "lstm" else given[0]
    read = _turned(sequence, reverse)
    options = f"{has_bias}, 1, 0.0, self.training, False, False"
    targets = ", ".join([hidden, *states])
    yield f"start = {start}"
    yield f"{targets} = torch.{cell.kernel}({read}, start, weights, {options})"
    if reverse != "False":
        yield f"{hidden} = {_turned(hidden, reverse)}"
    ends = ", ".join(f"{state}.squeeze(0)" for state in states)
    yield f"{', '.join(states)} = {ends}"


def _turned(name: str, reverse: str) -> str:
    match reverse:
        case "False":
            return name
        case "True":
            return f"{name}.flip(0)"
        case _:
            return f"({name}.flip(0) if {reverse} else {name})"


def _stacked(rows: Sequence[Rows], modules: Mapping[int, str], shapes: Mapping[int, tuple[int, ...]], name: str) -> str:
    """Rows of Linears, one below the other; those that lie together already are one slice."""
    merged: list[Rows] = []
    for one in rows:
        last = merged[-1] if merged else None
        if last is not None and last.call == one.call and last.rows[1] == one.rows[0] and last.columns == one.columns:
            merged[-1] = last._replace(rows=(last.rows[0], one.rows[1]))
        else:
            merged.append(one)
    texts = [_slice(one, modules[one.call], shapes[one.call], name) for one in merged]
    return texts[0] if len(texts) == 1 else f"torch.cat([{', '.join(texts)}])"


def _slice(one: Rows, module: str, shape: tuple[int, ...], name: str) -> str:
    """Some rows and columns, as Python."""
    rows = "" if one.rows == (0, shape[0]) else f"{one.rows[0]}:{one.rows[1]}"
    columns = "" if name == "bias" or one.columns == (0, shape[1]) else f"{one.columns[0]}:{one.columns[1]}"
    index = f"{rows or ':'}, {columns}" if columns else rows
    return f"{module}.{name}[{index}]" if index else f"{module}.{name}"
