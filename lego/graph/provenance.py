"""Where a size comes from: followed back through the graph, and only when a diagnostic needs to tell."""

from __future__ import annotations

from typing import NamedTuple

from lego.diagnostics import Span
from lego.graph.builder import STEP, Builder, Read
from lego.graph.frame import Call, Frame, Ref, Scan
from lego.shapes import Dim, TensorType


class Origin(NamedTuple):
    """The node (or input) that gave a value."""

    name: str
    span: Span | None

    def __str__(self) -> str:
        return f"{self.name} (line {self.span.line})" if self.span is not None else self.name


def origin_of(builder: Builder, read: Read) -> Origin:
    """The node that a value comes from, of this frame or one around it, or the input that it is."""
    ref = read.ref
    own = read.label in ("input", "shortcut")  # what is read as a frame's own input, not by its name around it
    while ref.call < 0 and builder.parent is not None and not (own and ref.output < builder.arity):
        if builder.supply[ref.output].call == STEP:
            break
        builder, ref = builder.parent, builder.supply[ref.output]
    if ref.call >= 0:
        call = builder.calls[ref.call]
        return Origin(call.name, call.node.span)
    name = builder.ports[ref.output].name
    if builder.kind == "cell" and builder.supply[ref.output].call == STEP:
        what = "the input" if name == "input" else f"`{name}`"
        return Origin(f"the state `{name}`" if ref.output >= builder.arity else f"one step of {what}", None)
    return Origin("the input itself" if name in ("input", read.label) else f"the input `{name}`", None)


def born(builder: Builder, read: Read, axis: int) -> Origin | None:
    """The layer at which the size on an axis came to be; None where it is an input's own."""
    size = read.type.shape[axis]
    current = builder
    ref = read.ref
    while True:
        found = _through(current, ref, axis, size)
        if isinstance(found, Call):
            return Origin(found.name, found.node.span)
        if found is None or current.parent is None or found.output >= len(current.supply):
            return None
        ref = current.supply[found.output]
        if ref.call == STEP:
            return None
        current = current.parent


def _through(graph: Builder | Frame, ref: Ref, axis: int, size: int | Dim) -> Call | Ref | None:
    """Back from a value of a frame: the call that made the size, or the frame's input that brought it."""
    while ref.call >= 0:
        call = graph.calls[ref.call]
        body = call.body
        if isinstance(body, Frame):
            within = axis if call.scan is None else _axis_of_a_step(call.scan, ref.output, axis)
            inner = None if within is None else _through(body, body.outputs[ref.output][1], within, size)
            if inner is None or isinstance(inner, Call) or call.scan is not None:
                return inner if isinstance(inner, Call) else call
            source = call.inputs[inner.output]
        else:
            source = call.inputs[0] if call.inputs else None
        if source is None or not _carries(_type_of(graph, source), axis, size):
            return call
        ref = source
    return ref


def _axis_of_a_step(scan: Scan, output: int, axis: int) -> int | None:
    """The axis within one step, for an axis of an output of all steps; None for that of the steps themselves."""
    stacked = scan.stacked[output] if output < len(scan.stacked) else None
    if stacked is None or axis < stacked:
        return axis
    return None if axis == stacked else axis - 1


def _carries(type: TensorType, axis: int, size: int | Dim) -> bool:
    return axis < len(type.shape) and type.shape[axis] == size


def _type_of(graph: Builder | Frame, ref: Ref) -> TensorType:
    return graph.ports[ref.output].type if ref.call < 0 else graph.calls[ref.call].outputs[ref.output]
