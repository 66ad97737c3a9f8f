"""What of a cell need not run once a step.

What depends on the inputs alone can be computed once for the whole sequence, what no state needs once on the outputs of
all steps, what is the same in each step once at all. Only layers that are declared to be pointwise in time move
(`Layer.in_time`), and only where their shape rule gives, for all steps, the shapes of one step and the steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from lego.catalogue import Layer, apply
from lego.diagnostics import Problem
from lego.graph.frame import Call, Frame, Ref, Scan
from lego.shapes import Dim, Shape, TensorType, symbol

Size = int | Dim
Way = Literal["leading", "rows"]

_STEPS = symbol("number_of_steps")
"""Stands for the number of steps, whatever it is."""


class Parts(NamedTuple):
    """Positions of the calls of a cell: run once, for the whole sequence before the loop, in it, and after it."""

    once: tuple[int, ...]
    before: tuple[int, ...]
    step: tuple[int, ...]
    after: tuple[int, ...]


def whole(frame: Frame) -> Parts:
    """All in the loop."""
    return Parts((), (), tuple(range(len(frame.calls))), ())


def find_parts(frame: Frame, scan: Scan) -> Parts:
    """What leaves the loop."""
    kinds: dict[Ref, str] = {}
    for port in range(len(frame.ports)):
        kinds[Ref(-1, port)] = _kind_of_port(scan, port)
    place: dict[int, str] = {}
    for index, call in enumerate(frame.calls):
        place[index] = _ahead(frame, call, kinds)
        kind = {"once": "same", "before": "sequence"}.get(place[index], "step")
        kinds |= {Ref(index, output): kind for output in range(len(call.outputs))}
    needed = _needed_in_steps(frame, scan)
    for index in reversed(range(len(frame.calls))):
        call = frame.calls[index]
        if place[index] != "step":
            continue
        inputs = [ref for ref in call.inputs if ref is not None]
        moves = index not in needed and all(kinds[ref] != "same" for ref in inputs)
        if moves and way_in_time(frame, call) is not None:
            place[index] = "after"
        else:
            needed.update(ref.call for ref in inputs)
    return Parts(*(tuple(i for i, at in place.items() if at == part) for part in Parts._fields))


def _kind_of_port(scan: Scan, port: int) -> str:
    if port < len(scan.axes) and scan.axes[port] is not None:
        return "sequence"
    is_state = len(scan.axes) <= port < len(scan.axes) + len(scan.states)
    return "step" if is_state else "same"


def _ahead(frame: Frame, call: Call, kinds: dict[Ref, str]) -> str:
    inputs = {kinds[ref] for ref in call.inputs if ref is not None}
    if inputs <= {"same"}:
        return "once" if _is_stored(call) or (inputs and is_pointwise(call) and not _is_view(call)) else "step"
    if inputs == {"sequence"} and way_in_time(frame, call) is not None:
        return "before"
    return "step"


def _needed_in_steps(frame: Frame, scan: Scan) -> set[int]:
    """The calls whose results the states, or outputs of the last step alone, are."""
    count = len(scan.stacked)
    ends = [ref for (_, ref), axis in zip(frame.outputs, scan.stacked, strict=False) if axis is None]
    return {ref.call for ref in (*ends, *(ref for _, ref in frame.outputs[count:]))}


def _is_stored(call: Call) -> bool:
    """A Parameter or Constant."""
    return isinstance(call.target, Layer) and call.target.slots == ()


def _is_view(call: Call) -> bool:
    """Whether a call costs nothing, and its result would be read beside what it is a view of."""
    return isinstance(call.body, Layer) and call.body.view


def is_pointwise(call: Call) -> bool:
    """Whether all layers of a call are declared to be pointwise in time."""
    if call.node.checkpoint or call.scan is not None:
        return False
    body = call.body
    if isinstance(body, Frame):
        return all(is_pointwise(inner) for inner in body.calls)
    return body.in_time != "bound" and not vars(body).get("inplace")


# -- all steps at once -----------------------------------------------------------------------------------------------


def way_in_time(frame: Frame, call: Call) -> Way | None:
    """How a call runs for all steps at once; None where it does not."""
    if not is_pointwise(call) or None in call.inputs or not call.inputs:
        return None
    inputs = tuple(frame.type_of(ref) for ref in call.inputs if ref is not None)
    body = call.body
    if isinstance(body, Layer) and body.in_time == "leading" and _leads(body, inputs, call.outputs):
        return "leading"
    folded = tuple(_folded(type) for type in inputs)
    return "rows" if None not in folded and _row_by_row(call, inputs, folded) else None


def with_steps(type: TensorType, steps: Size) -> TensorType:
    """All steps of a value, along dim 0."""
    return type._replace(shape=Shape((steps, *type.shape)))


def _leads(layer: Layer, inputs: tuple[TensorType, ...], outputs: tuple[TensorType, ...]) -> bool:
    moved = layer.for_all_steps()
    if moved != layer and layer.construct() is not None:  # a module is made once, with its dim of one step
        return False
    found = _outputs(moved, tuple(with_steps(type, _STEPS) for type in inputs))
    return found == tuple(with_steps(type, _STEPS) for type in outputs)


def _folded(type: TensorType | None) -> TensorType | None:
    """The type with the steps folded into dim 0; None of a number."""
    if type is None or not type.shape:
        return None
    return type._replace(shape=Shape((type.shape[0] * _STEPS, *type.shape[1:])))


def _row_by_row(call: Call, inputs: Sequence[TensorType], folded: Sequence[TensorType | None]) -> bool:
    """Whether a call gives a row for each row of its inputs, folded ones too; of a frame, all calls in it."""
    if len(call.outputs) != 1 or len({type.shape[:1] for type in (*inputs, *call.outputs)}) > 1:
        return False
    body = call.body
    if isinstance(body, Layer):
        along_rows = _axes(body) & {0, -len(inputs[0].shape)}
        return not along_rows and _outputs(body, folded) == (_folded(call.outputs[0]),)
    return all(_keeps_rows(body, inner) for inner in body.calls)


def _keeps_rows(frame: Frame, call: Call) -> bool:
    inputs = [frame.type_of(ref) for ref in call.inputs if ref is not None]
    folded = [_folded(type) for type in inputs]
    return bool(inputs) and len(inputs) == len(call.inputs) and None not in folded and _row_by_row(call, inputs, folded)


def _axes(layer: Layer) -> set[int]:
    """The dims that a layer runs along."""
    values: list[int | tuple[int, ...] | None] = [vars(layer)[name] for name in layer.axes]
    return {axis for value in values for axis in (value if isinstance(value, tuple) else (value,)) if axis is not None}


def _outputs(layer: Layer, inputs: Sequence[TensorType | None]) -> tuple[TensorType, ...] | None:
    try:
        return apply(layer, tuple(inputs)).outputs
    except Problem:
        return None
