"""Whether a cell can run as it is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from lego.diagnostics import Problem
from lego.emit.torch.recurrence.lowering import Lowering
from lego.graph import Call, Frame, Scan
from lego.graph.steps import find_parts, fused, recognise


def check_lowering(root: Frame, lowering: Lowering) -> None:
    """Whether all recurrents of a graph can run like this.

    Raises:
        Problem: there is no such lowering; or it is `recognised`, and torch has no kernel for a cell.
    """
    known = get_args(Lowering)
    if lowering not in known:
        help = f"take one of {', '.join(f'`{name}`' for name in known)}"
        raise Problem("bad-value", f"there is no lowering `{lowering}`", help=help)
    if lowering == "recognised":
        for path, call, scan in recurrents(root, ""):
            assert isinstance(call.body, Frame)
            if fused(call.body, scan, find_parts(call.body, scan)) is None:
                help = "take the lowering `auto`: torch's kernels where there are some, and loops elsewhere"
                raise Problem(
                    "bad-value", f"torch has no kernel for `{path}`: {_difference(call.body, scan)}", help=help
                )


def recurrents(frame: Frame, prefix: str = "") -> Iterator[tuple[str, Call, Scan]]:
    """Every run of a cell, and the path of its node."""
    for call in frame.calls:
        if call.scan is not None:
            yield prefix.removesuffix("."), call, call.scan
        if isinstance(call.body, Frame):
            yield from recurrents(call.body, f"{prefix}{call.name}.")


def _difference(cell: Frame, scan: Scan) -> str:
    """What torch's cells have not."""
    if scan.lengths:
        return "it has `lengths`"
    for state in scan.states:
        if state.delay > 1:
            return f"its state `{state.name}` has a delay of {state.delay}"
        if len(state.type.shape) != 2 or state.type.dtype != "float32":
            return f"its state `{state.name}` is {state.type}, not [N, hidden_size]"
    if not 1 <= len(scan.states) <= 2:
        return f"it has {len(scan.states)} states"
    if recognise(cell, scan) is None:
        return "its equations are not those of nn.RNN, nn.GRU or nn.LSTM"
    return "its outputs need more of a step than its inputs and the state that torch gives for all steps"
