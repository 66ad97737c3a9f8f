"""What can only be seen of the whole graph, once every type is known: memory that is overwritten too early.

A layer with `inplace: true` writes its output over its input. That is sound where nothing else reads that memory
afterwards, be it by another name: a view of it, the value before an Identity or a Dropout, or the value in the frame
around. So every value is followed back to the memory that it may be (`roots`), frame by frame, each frame once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lego.catalogue import Layer
from lego.diagnostics import Diagnostic, Note, Problem, Span
from lego.graph.frame import Call, Frame, Ref, Scan

Roots = frozenset[Ref]


@dataclass(slots=True)
class _Effects:
    """What running a frame does to its inputs.

    Attributes:
        written: Path and place of the layer that overwrites a port.
        outputs: For each output, the ports whose memory it may be.
    """

    written: dict[int, tuple[str, Span]] = field(default_factory=dict[int, "tuple[str, Span]"])
    outputs: list[frozenset[int]] = field(default_factory=list[frozenset[int]])


def verify(root: Frame) -> list[Diagnostic]:
    """Errors that concern more than one node."""
    if not _has_in_place(root, set()):
        return []
    checker = _Memory()
    effects = checker.effects(root, "")
    for path, span in effects.written.values():
        message = "works in place on an input of the net: its caller's tensor is overwritten"
        checker.found.append(Diagnostic("bad-value", message, span, path, "warning", help=_HELP))
    return checker.found


_HELP = "leave `inplace` out"


def _has_in_place(frame: Frame, seen: set[int]) -> bool:
    if id(frame) in seen:
        return False
    seen.add(id(frame))
    bodies = (call.body for call in frame.calls)
    return any(_has_in_place(body, seen) if isinstance(body, Frame) else _in_place(body) for body in bodies)


def _in_place(layer: Layer) -> bool:
    return layer.__dict__.get("inplace") is True


class _Memory:
    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.known: dict[int, _Effects] = {}

    def effects(self, frame: Frame, prefix: str) -> _Effects:
        """What a frame does; errors in it are told of the first use."""
        if id(frame) not in self.known:
            self.known[id(frame)] = self._follow(frame, prefix)
        return self.known[id(frame)]

    def _follow(self, frame: Frame, prefix: str) -> _Effects:
        effects = _Effects()
        roots: dict[Ref, Roots] = {Ref(-1, port): frozenset([Ref(-1, port)]) for port in range(len(frame.ports))}
        writers: dict[Ref, tuple[int, str, Span]] = {}
        """By memory: the call that has overwritten it, and the layer that did so."""
        for index, call in enumerate(frame.calls):
            path = f"{prefix}{call.name}"
            for ref in call.inputs:
                if ref is not None:
                    self._read(frame, roots[ref], writers, f"`{call.name}` reads")
            written, aliases = self._call(call, path)
            for slot, (writer, span) in written.items():
                for root in self._slot_roots(call, slot, roots):
                    writers[root] = (index, writer, span)
                    self._learned(frame, root, writer, span)
                    if root.call < 0:
                        effects.written.setdefault(root.output, (writer, span))
            for number, slots in enumerate(aliases):
                own = Ref(index, number)
                shared = frozenset(root for slot in slots for root in self._slot_roots(call, slot, roots))
                roots[own] = frozenset([own]) | frozenset(root for root in shared if root not in writers)
        for _, ref in frame.outputs:
            self._read(frame, roots[ref], writers, "the outputs hold")
            effects.outputs.append(frozenset(root.output for root in roots[ref] if root.call < 0))
        return effects

    def _learned(self, frame: Frame, root: Ref, path: str, span: Span) -> None:
        made = frame.calls[root.call].body if root.call >= 0 else None
        if isinstance(made, Layer) and made.slots == ():
            message = f"works in place on `{frame.calls[root.call].name}`, which is not computed anew in each run"
            self.found.append(Problem("bad-value", message, help=_HELP).at(span, path))

    def _slot_roots(self, call: Call, slot: int, roots: dict[Ref, Roots]) -> Roots:
        ref = call.inputs[slot]
        return frozenset() if ref is None else roots[ref]

    def _call(self, call: Call, path: str) -> tuple[dict[int, tuple[str, Span]], list[frozenset[int]]]:
        """Which slots a call overwrites, and of which slots each output may be the memory."""
        body = call.body
        if isinstance(body, Frame):
            inner = self.effects(body, f"{path}.")
            if call.scan is not None:
                return self._steps(call.scan, inner), [frozenset[int]()] * len(call.outputs)
            return inner.written, inner.outputs
        if _in_place(body):
            return {0: (path, call.node.span)}, [frozenset([0])]
        return {}, [frozenset([0]) if body.view and call.inputs else frozenset[int]()] * len(call.outputs)

    def _steps(self, scan: Scan, inner: _Effects) -> dict[int, tuple[str, Span]]:
        """What running a frame once a step overwrites; what steps have in common must stay as it is."""
        for port, (writer, span) in inner.written.items():
            if port >= len(scan.axes) or scan.axes[port] is None:
                state = port - len(scan.axes)
                what = f"the state `{scan.states[state].name}`" if 0 <= state < len(scan.states) else "a value"
                message = f"works in place on {what}, which other steps read"
                self.found.append(Problem("bad-value", message, help=_HELP).at(span, writer))
        return {port: place for port, place in inner.written.items() if port < len(scan.axes)}

    def _read(self, frame: Frame, roots: Roots, writers: dict[Ref, tuple[int, str, Span]], who: str) -> None:
        for root in roots & writers.keys():
            _, path, span = writers.pop(root)
            problem = Problem(
                "bad-value",
                f"works in place, but {who} its input after it",
                notes=[Note("inplace", "true", "the input is overwritten with the output")],
                help=_HELP,
            )
            self.found.append(problem.at(span, path))
