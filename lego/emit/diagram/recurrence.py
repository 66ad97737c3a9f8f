"""What a diagram says of recurrence: what is scanned and which way, and how far back a state reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lego.emit.diagram.picture import Box, Edge
from lego.emit.diagram.wires import Wire, text_of
from lego.graph import Call, Carried, Frame, Port, Scan

_STARTS = {"zeros": "zeros at the start", "ones": "ones at the start"}


def scans_of(frame: Frame) -> list[Call]:
    """The calls of a recurrent's frame that run once a step: one for each direction."""
    return [call for call in frame.calls if call.scan is not None]


def recurrence(frame: Frame) -> str:
    """`recurrent over T, from the last to the first`."""
    scans = [call.scan for call in scans_of(frame) if call.scan is not None]
    way = ", in both directions" if len(scans) > 1 else _way(scans[0])
    return f"recurrent {_steps(scans[0])}{way}"


def direction(scan: Scan) -> str:
    """`over T, from the first to the last`: one of two directions."""
    return f"{_steps(scan)}{_way(scan) or ', from the first to the last'}"


def _steps(scan: Scan) -> str:
    scanned = any(axis is not None for axis in scan.axes)
    steps = f"{scan.length} steps" if isinstance(scan.length, int) or not scanned else str(scan.length)
    return f"over {steps}" if scanned else f"for {steps}"


def _way(scan: Scan) -> str:
    return ", from the last to the first" if scan.reverse else ""


def lag(scan: Scan, state: Carried) -> str:
    """`t-1`: the step that a state is from, seen from the one that reads it."""
    return f"t{'+' if scan.reverse else '-'}{state.delay}"


def loops(call: Call, box: str) -> list[Edge]:
    """The mark of a recurrent, or one direction of it, that is drawn as one box."""
    calls = [call] if call.scan else scans_of(call.body) if isinstance(call.body, Frame) else []
    lags = dict.fromkeys(lag(call.scan, state) for call in calls if call.scan for state in call.scan.states)
    return [Edge(box, box, ", ".join(lags), "back")] if lags else []


class Entry(NamedTuple):
    """What a step reads: the wire that feeds it, and its box; what is the same in each step has none of its own."""

    wire: Wire | None
    box: Box | None = None

    def inside(self, ports: Sequence[Port]) -> Wire | None:
        """The wire that the step itself reads, by a port of each of the frames drawn as one."""
        texts = {text_of(port.type) for port in ports}
        return Wire(self.box.id, texts.pop() if len(texts) == 1 else "", True) if self.box else self.wire


def entries(call: Call, wires: Sequence[Wire | None], path: str) -> list[Entry]:
    """What a step reads, by its frame's ports; and then the lengths, if it has any."""
    scan, body = call.scan, call.body
    assert scan is not None and isinstance(body, Frame)
    count = len(scan.axes)
    found = [
        Entry(wire, None if axis is None else value_box(f"{path}.{port.name}", f"{port.name}[t]", text_of(port.type)))
        for port, axis, wire in zip(body.ports, scan.axes, wires, strict=False)
    ]
    for state, wire in zip(scan.states, wires[count:], strict=False):
        found.append(Entry(wire and wire._replace(note="start", changed=True), state_box(scan, state, path)))
    found += [Entry(wire) for wire in wires[len(found) : len(body.ports)]]
    if scan.lengths:
        found.append(Entry(wires[-1], value_box(f"{path}.lengths", "lengths", "the number of steps of each row")))
    return found


def state_box(scan: Scan, state: Carried, path: str) -> Box:
    """A state as a step reads it."""
    name = f"{state.name}[{lag(scan, state)}]"
    start = _STARTS.get(state.start, "")
    shape = f"state: {text_of(state.type)}"
    back = f"from {state.delay} step{'s' if state.delay > 1 else ''} before"
    tooltip = (f"{path}.{state.name}", shape, back, start or "its start is given")
    return Box(f"{path}.{name}", name, (start,) if start else (), "state", "state", tooltip)


def value_box(id: str, name: str, told: str) -> Box:
    """A value of one step."""
    return Box(f"{id}[]", name, (), "value", "terminal", (name, told) if told else (name,))


def back_edges(scan: Scan, following: Sequence[Wire], path: str) -> list[Edge]:
    """From what each state becomes to the state."""
    return [
        Edge(wire.box, state_box(scan, state, path).id, lag(scan, state), "back")
        for state, wire in zip(scan.states, following, strict=True)
    ]


def of_all_steps(scan: Scan, outputs: Sequence[Wire]) -> list[Wire]:
    """The outputs of a scan, given what leaves a step: stacked, or of the last step, which is told."""
    found = [
        wire._replace(changed=True, note="last" if axis is None else "")
        for wire, axis in zip(outputs, scan.stacked, strict=False)
    ]
    final = outputs[len(scan.stacked) :]
    return found + [
        wire._replace(changed=True, note=f"last {state.name}") for wire, state in zip(final, scan.states, strict=True)
    ]
