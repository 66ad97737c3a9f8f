"""When two parts of a net are the same: equal kinds, arguments and wiring, whatever the names."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from lego.catalogue import Layer
from lego.graph import Call, Frame, Scan, Shared


class Structure:
    """Numbers for structures: equal ones get the same number, for as long as this object lives.

    `exact` compares every argument; otherwise numbers do not count, only kinds, words, switches and wiring.
    """

    def __init__(self, *, exact: bool) -> None:
        self.exact = exact
        self._numbers: dict[Hashable, int] = {}
        self._frames: dict[Frame, int] = {}

    def of(self, body: Layer | Frame) -> int:
        """The number of a layer or frame."""
        if isinstance(body, Layer):
            return self._number(body.key if self.exact else _words(body))
        found = self._frames.get(body)
        if found is None:
            found = self._frames[body] = self._number(self._of_frame(body))
        return found

    def of_call(self, call: Call) -> int:
        """The number of what a call runs; another call's module is another thing than one of its own."""
        lender = call.target.call if isinstance(call.target, Shared) else None
        return self._number((self.of(call.body), lender, call.lends, self._of_scan(call.scan)))

    def _of_frame(self, frame: Frame) -> Hashable:
        calls = tuple([(self.of_call(call), call.inputs) for call in frame.calls])
        outputs = tuple([ref for _, ref in frame.outputs])
        return frame.kind, frame.label, frame.arity, len(frame.ports), calls, outputs

    def _of_scan(self, scan: Scan | None) -> Hashable:
        if scan is None or self.exact:
            return scan
        states = tuple([(state.start, state.delay) for state in scan.states])
        return scan.axes, states, scan.stacked, scan.reverse, scan.lengths

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _words(layer: Layer) -> Hashable:
    arguments: dict[str, Any] = {name: getattr(layer, name) for name in type(layer).model_fields}
    words = [(name, value) for name, value in arguments.items() if isinstance(value, str | bool)]
    inner = [(name, _words(value)) for name, value in arguments.items() if isinstance(value, Layer)]
    return type(layer).__name__, *words, *inner
