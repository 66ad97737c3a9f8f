"""Weights of a model that its forward pass did not read."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from lego.runtime.importing.calls import Call, Trace, Weight
from lego.runtime.importing.run import Seen
from lego.runtime.importing.structure import leaves
from lego.shapes import Shape, TensorType


def unread(trace: Trace, weights: dict[str, Seen]) -> dict[str, Weight]:
    """The parameters and saved buffers that no call read, nor any module whose call it is."""
    read = {id(tensor) for call in trace.calls for tensor in _read(call)}
    return {
        path: Weight(TensorType(Shape(seen.shape), seen.dtype), path, seen.tensor, seen.kind)
        for path, seen in weights.items()
        if seen.tensor is not None and seen.kind != "constant" and id(seen.tensor) not in read
    }


def _read(call: Call) -> Iterator[object]:
    if isinstance(call.target, nn.Module):
        yield from call.target.parameters()
        yield from call.target.buffers()
    for leaf in leaves((call.arguments, dict(call.keywords))):
        if isinstance(leaf, Weight):
            yield leaf.tensor
