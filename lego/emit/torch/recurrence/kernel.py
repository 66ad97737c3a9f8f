"""Torch's kernels: a recognised cell as one call of `torch.lstm` and its like, on the cell's own parameters."""

from __future__ import annotations

from collections.abc import Sequence

from lego.catalogue import Layer
from lego.emit.torch.forward import Forward
from lego.emit.torch.layout import wrapped
from lego.emit.torch.recurrence.outside import Outside
from lego.graph.steps import Recognised, Rows


def at_once(outside: Outside, cell: Recognised) -> Forward:
    """The forward that calls the kernel."""
    outside.ahead()
    weights, start = outside.fresh("weights"), outside.fresh("start")
    outside.write(wrapped(f"{weights} = (", _weights(outside, cell), ")"))
    starts = [f"{outside.start(index)}.unsqueeze(0)" for index in cell.states]
    outside.write(f"{start} = {starts[0] if len(starts) == 1 else f'({starts[0]}, {starts[1]})'}")
    sequence = _turned(outside.names[cell.input], outside.reverse)
    states = [outside.held[index][0] for index in cell.states]
    hidden = outside.stacked[cell.hidden] = outside.fresh(outside.label(cell.hidden))
    options = [str(_has_bias(cell)), "1", "0.0", "self.training", "False", "False"]
    given = [sequence, start, weights, *options]
    outside.write(wrapped(f"{', '.join([hidden, *states])} = torch.{cell.kernel}(", given, ")"))
    if outside.reverse != "False":
        outside.write(f"{hidden} = {_turned(hidden, outside.reverse)}")
    outside.write(f"{', '.join(states)} = {', '.join(f'{state}.squeeze(0)' for state in states)}")
    outside.behind()
    outside.result({cell.hidden: states[0]}, [held[0] for held in outside.held])
    return outside.forward()


def _turned(name: str, reverse: str) -> str:
    match reverse:
        case "False":
            return name
        case "True":
            return f"{name}.flip(0)"
        case _:
            return f"{name}.flip(0) if {reverse} else {name}"


# -- weights ---------------------------------------------------------------------------------------------------------


def _has_bias(cell: Recognised) -> bool:
    return any(rows.bias for gate in cell.gates for rows in gate)


def _weights(outside: Outside, cell: Recognised) -> list[str]:
    """Weights of the input and of the state, both biases, and a projection: each with the rows of all gates."""
    sides = [[gate.input for gate in cell.gates], [gate.state for gate in cell.gates]]
    found = [_stacked(outside, rows, "weight") for rows in sides]
    if _has_bias(cell):
        biases = [_stacked(outside, rows, "bias") if rows[0].bias else None for rows in sides]
        some = next(bias for bias in biases if bias is not None)
        found += [bias or f"torch.zeros_like({some})" for bias in biases]
    if cell.projection is not None:
        found.append(_stacked(outside, [cell.projection], "weight"))
    return found


def _stacked(outside: Outside, rows: Sequence[Rows], name: str) -> str:
    """Rows of Linears, one below the other; those that lie together already are one slice."""
    merged: list[Rows] = []
    for one in rows:
        last = merged[-1] if merged else None
        if last is not None and last.call == one.call and last.rows[1] == one.rows[0] and last.columns == one.columns:
            merged[-1] = last._replace(rows=(last.rows[0], one.rows[1]))
        else:
            merged.append(one)
    texts = [_slice(outside, one, name) for one in merged]
    return texts[0] if len(texts) == 1 else wrapped("torch.cat([", texts, "])")


def _slice(outside: Outside, one: Rows, name: str) -> str:
    """Some rows and columns, as Python."""
    call = outside.cell.calls[one.call]
    assert isinstance(call.body, Layer)
    height, width = call.body.weights()["weight"]
    rows = "" if one.rows == (0, height) else _range(one.rows, height)
    columns = "" if name == "bias" or one.columns == (0, width) else _range(one.columns, width)
    index = f"{rows or ':'}, {columns}" if columns else rows
    return f"{outside.child(call.name)}.{name}" + (f"[{index}]" if index else "")


def _range(bounds: tuple[int, int], size: int) -> str:
    start, stop = bounds
    return f"{start or ''}:{'' if stop == size else stop}"
