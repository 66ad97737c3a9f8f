"""What a graph costs: learned numbers, multiply-accumulates, and the memory of its values.

Costs of a frame do not depend on where it stands, so each frame is counted once, however often it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from lego.catalogue import Layer
from lego.graph.frame import Call, Frame, Shared
from lego.shapes import Dim, TensorType


class Costs:
    """Counts, kept for as long as this object lives.

    Weights of shared modules and tied weights count once, work counts as often as it is done.
    """

    def __init__(self) -> None:
        self._weights: dict[Frame, int] = {}
        self._ties: dict[Frame, list[tuple[str, str]]] = {}
        self._macs: dict[Frame, int | Dim] = {}
        self._bytes: dict[Frame, int | Dim] = {}

    def parameters(self, frame: Frame) -> int:
        """Learned numbers in a frame."""
        return self._written(frame) - sum(size_of_weight(frame, path) for path in self.tied(frame))

    def tied(self, frame: Frame) -> dict[str, str]:
        """The weights that are others under a second name: the path of each, and of the one that stays."""
        kept: dict[str, str] = {}
        for left, right in self._pairs(frame):
            left, right = _root(kept, left), _root(kept, right)
            if left != right:
                kept[left] = right
        return {path: _root(kept, path) for path in kept}

    def macs(self, frame: Frame) -> int | Dim:
        """Multiply-accumulates of one run of a frame; symbolic where sizes are."""
        found = self._macs.get(frame)
        if found is None:
            total: int | Dim = 0
            for call in frame.calls:
                total = total + self.macs_of(frame, call)
            found = self._macs[frame] = total
        return found

    def macs_of(self, frame: Frame, call: Call) -> int | Dim:
        """Multiply-accumulates of one call of a frame."""
        body = call.body
        if isinstance(body, Frame):
            return self.macs(body) if call.scan is None else self.macs(body) * call.scan.length
        inputs = tuple([None if ref is None else frame.type_of(ref) for ref in call.inputs])
        return body.macs(inputs, call.outputs)

    def bytes_of(self, call: Call) -> int | Dim:
        """Bytes of what a call makes: its outputs, or those of all layers in it."""
        body = call.body
        if not isinstance(body, Frame):
            return sum([value_bytes(type) for type in call.outputs], start=0)
        found = self._bytes.get(body)
        if found is None:
            found = self._bytes[body] = sum([self.bytes_of(one) for one in body.calls], start=0)
        return found if call.scan is None else found * call.scan.length

    def parameters_of(self, call: Call) -> int:
        """Learned numbers of one call; none of its own where it runs another's module."""
        if isinstance(call.target, Frame):
            return self.parameters(call.target)
        return _in_layer(call.target) if isinstance(call.target, Layer) else 0

    def _written(self, frame: Frame) -> int:
        """Learned numbers, those of tied weights each time."""
        found = self._weights.get(frame)
        if found is None:
            bodies = [call.target for call in frame.calls if not isinstance(call.target, Shared)]
            counts = [self._written(body) if isinstance(body, Frame) else _in_layer(body) for body in bodies]
            found = self._weights[frame] = sum(counts)
        return found

    def _pairs(self, frame: Frame) -> list[tuple[str, str]]:
        """Ties of a frame and of those inside it, by their paths in this one."""
        found = self._ties.get(frame)
        if found is None:
            found = self._ties[frame] = [*self._inner_pairs(frame), *frame.ties]
        return found

    def _inner_pairs(self, frame: Frame) -> Iterator[tuple[str, str]]:
        for call in frame.calls:
            if isinstance(call.target, Frame):
                for left, right in self._pairs(call.target):
                    yield f"{call.name}.{left}", f"{call.name}.{right}"


def parameters(frame: Frame) -> int:
    """Learned numbers in a frame; shared modules and tied weights once."""
    return Costs().parameters(frame)


def macs(frame: Frame) -> int | Dim:
    """Multiply-accumulates of one run of a frame; shared modules count each time, symbolic where sizes are."""
    return Costs().macs(frame)


def value_bytes(type: TensorType) -> int | Dim:
    """Bytes of one value, with float32 weights; symbolic where its shape is."""
    bits = re.search(r"\d+$", type.dtype)
    return type.shape.numel * (int(bits[0]) // 8 if bits else 1)


def size_of_weight(frame: Frame, path: str) -> int:
    """Number of elements of the weight at a path of a frame, as `state_dict` has it."""
    name, _, rest = path.partition(".")
    call = next(call for call in frame.calls if call.name == name)
    if isinstance(call.target, Frame):
        return size_of_weight(call.target, rest)
    assert isinstance(call.target, Layer)
    return prod(call.target.weights()[rest])


def _in_layer(layer: Layer) -> int:
    return sum([prod(shape) for shape in layer.weights().values()])


def _root(kept: dict[str, str], path: str) -> str:
    while path in kept:
        path = kept[path]
    return path
