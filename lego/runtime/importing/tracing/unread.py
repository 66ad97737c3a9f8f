"""Weights of a model that its forward pass did not read."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from lego.runtime.importing.calls import Call, Trace, Weight
from lego.runtime.importing.tracing.run import Seen
from lego.runtime.importing.tracing.structure import leaves
from lego.runtime.importing.tracing.swapped import modules_of
from lego.shapes import Shape, TensorType


def unread(trace: Trace, weights: dict[str, Seen]) -> dict[str, Weight]:
    """The parameters and saved buffers that no call read, nor any module whose call it is."""
    read = _read(trace)
    return {
        path: Weight(TensorType(Shape(seen.shape), seen.dtype), path, seen.tensor, seen.kind)
        for path, seen in weights.items()
        if seen.tensor is not None and seen.kind != "constant" and id(seen.tensor) not in read
    }


def reached(trace: Trace) -> set[str]:
    """The paths of all modules that were called."""
    return {frame.path for frame in trace.frames} | {call.path for call in trace.calls if call.path}


def never_reached(trace: Trace) -> list[str]:
    """The paths of modules with parameters of their own that were not called, and whose parameters nothing read."""
    known, read = reached(trace), _read(trace)
    return [
        path
        for path, module in modules_of(trace.model).items()
        if path not in known and any(id(one) not in read for one in module.parameters(recurse=False))
    ]


def _read(trace: Trace) -> set[int]:
    return {id(tensor) for call in trace.calls for tensor in _read_by(call)}


def _read_by(call: Call) -> Iterator[object]:
    if isinstance(call.target, nn.Module):
        yield from call.target.parameters()
        yield from call.target.buffers()
    for leaf in leaves((call.arguments, dict(call.keywords))):
        if isinstance(leaf, Weight):
            yield leaf.tensor
