"""The depth of a net as papers count it: layers with a weight matrix on the longest path."""

from __future__ import annotations

from collections.abc import Sequence

from lego.catalogue import Layer
from lego.graph import Frame


def depth(frame: Frame) -> int:
    """Layers with a weight of two dims or more on the longest path from an input to an output.

    Of a recurrent it is the path through one step.
    """
    return max(_outputs(frame, [0] * len(frame.ports), {}), default=0)


def _outputs(frame: Frame, ports: Sequence[int], weighted: dict[Layer, bool]) -> list[int]:
    """How deep the outputs of a frame are, given its inputs."""
    values: list[list[int]] = []
    for call in frame.calls:
        inputs = [
            0 if ref is None else ports[ref.output] if ref.call < 0 else values[ref.call][ref.output]
            for ref in call.inputs
        ]
        if isinstance(call.body, Frame):
            values.append(_outputs(call.body, inputs, weighted))
        else:
            below = max(inputs, default=0) + _is_weighted(call.body, weighted)
            values.append([below] * len(call.outputs))
    return [ports[ref.output] if ref.call < 0 else values[ref.call][ref.output] for _, ref in frame.outputs]


def _is_weighted(layer: Layer, known: dict[Layer, bool]) -> bool:
    found = known.get(layer)
    if found is None:
        found = known[layer] = any(len(shape) > 1 for shape in layer.weights().values())
    return found
