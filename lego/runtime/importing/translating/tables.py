"""Data whose sizes depend on symbols, as nodes that make it again: positions, masks, one number everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Data, Value
from lego.runtime.importing.translating.stored import as_number
from lego.shapes import Dim

if TYPE_CHECKING:
    from lego.runtime.importing.translating.writer import Writer


def symbolic_table(w: Writer, data: Data) -> Value:
    """A tensor of sizes that depend on symbols.

    Raises:
        Problem: it is none of those that nodes can make.
    """
    made = _number(w, data) or _positions(w, data) or _mask(w, data)
    if made is None:
        which = " and ".join(f"`{name}`" for name in sorted(data.type.shape.symbols))
        message = f"a table {data.type} is computed from sizes that depend on symbols"
        raise Problem("not-importable", message, help=f"give {which} a number in the inputs")
    return made


def _number(w: Writer, data: Data) -> Value | None:
    """One number everywhere."""
    first = data.tensor.reshape(-1)[:1]
    if not bool((data.tensor == first).all()):
        return None
    single = w.one("Constant", shape=(1,) * data.tensor.ndim, value=as_number(first[0]), dtype=data.type.dtype)
    return w.one("Expand", single, shape=tuple(data.type.shape))


def _positions(w: Writer, data: Data) -> Value | None:
    """0, 1, … along one dim, the others of size 1."""
    long = [at for at, size in enumerate(data.tensor.shape) if size > 1]
    if len(long) != 1 or not isinstance(size := data.type.shape[long[0]], Dim):
        return None
    flat = data.tensor.reshape(-1)
    start, step = flat[0].item(), (flat[1] - flat[0]).item()
    if not torch.equal(flat, (torch.arange(flat.numel()) * step + start).to(flat.dtype)):
        return None
    source = w.holder(size)
    if source is None:
        return None
    value = w.cast(w.one("Arange", source[0], dim=source[1]), data.type.dtype)
    if step != 1:
        value = w.one("Mul", value, other=step)
    if start != 0:
        value = w.one("Add", value, other=start)
    for at in range(data.tensor.ndim):
        if at != long[0]:
            value = w.one("Unsqueeze", value, dim=at)
    return value


def _mask(w: Writer, data: Data) -> Value | None:
    """A causal mask [T, T]: of booleans, or -∞ above the diagonal; dims of 1 in front."""
    *front, rows, columns = data.tensor.shape if data.tensor.ndim > 1 else (0, 0, 1)
    size = data.type.shape[-1]
    if any(one != 1 for one in front) or rows != columns or not isinstance(size, Dim):
        return None
    later = torch.ones(rows, rows, dtype=torch.bool).triu(1)
    matrix = data.tensor.reshape(rows, rows)
    source = w.holder(size)
    if source is None:
        return None
    value: Value | None = None
    for allowed in (False, True):
        hidden = ~later if allowed else later
        if matrix.dtype == torch.bool and torch.equal(matrix, hidden):
            value = w.one("CausalMask", source[0], dim=source[1], allowed=allowed)
    if matrix.is_floating_point():
        value = _filled_mask(w, matrix, later, source)
    for _ in front if value is not None else ():
        value = w.one("Unsqueeze", value, dim=0)
    return value


def _filled_mask(w: Writer, matrix: torch.Tensor, later: torch.Tensor, source: tuple[Value, int]) -> Value | None:
    """Numbers in place of booleans: one for what is hidden, another for what may be seen."""
    hidden, seen = matrix[0, -1], matrix[0, 0]
    if not torch.equal(matrix, torch.where(later, hidden, seen)):
        return None
    mask = w.one("CausalMask", source[0], dim=source[1])
    numbers = (w.one("Constant", shape=(), value=as_number(one)) for one in (hidden, seen))
    return w.one("Where", mask, *numbers, broadcast=True)
