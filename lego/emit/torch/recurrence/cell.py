"""The class of a cell: its forward runs all steps, as the lowering says."""

from __future__ import annotations

from collections.abc import Sequence

from lego.emit.torch.forward import Forward, weight_of
from lego.emit.torch.names import unique
from lego.emit.torch.recurrence.kernel import at_once
from lego.emit.torch.recurrence.lowering import Lowering
from lego.emit.torch.recurrence.outside import Outside
from lego.emit.torch.recurrence.steps import step_by_step
from lego.graph import Frame, Scan
from lego.graph.steps import find_parts, fused, whole


def write_cell(cell: Frame, scan: Scan, both: bool, lowering: Lowering) -> Forward:
    """The forward of a cell's class.

    Args:
        cell: The graph of one step.
        scan: How it runs.
        both: The class serves both directions: its forward takes `reverse`.
        lowering: How it is to run.
    """
    if lowering == "loop":
        return step_by_step(Outside(cell, scan, both, whole(cell), joins=False), lowering)
    parts = find_parts(cell, scan)
    found = fused(cell, scan, parts) if lowering in ("auto", "recognised") else None
    if found is None:
        return step_by_step(Outside(cell, scan, both, parts), lowering)
    kernel = at_once(Outside(cell, scan, both, found.parts), found.cell)
    if lowering == "recognised":
        return kernel
    method = unique("by_steps", {call.name for call in cell.calls})
    reads = [kernel.tensors[0], weight_of(cell) or ""]
    return _either(kernel, reads, method, step_by_step(Outside(cell, scan, both, parts), lowering))


def _either(kernel: Forward, reads: Sequence[str], method: str, by_steps: Forward) -> Forward:
    """Torch's kernel, and the steps where what it reads is not for it."""
    flags = [flag.partition(":")[0] for flag in kernel.flags]
    switch = (
        f"if not takes_kernel({', '.join(reads)}):",
        f"    return self.{method}({', '.join([*kernel.tensors, *kernel.modules, *flags])})",
    )
    return Forward(kernel.tensors, kernel.modules, (*switch, *kernel.lines), kernel.flags, ((method, by_steps),))
