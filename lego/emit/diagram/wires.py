"""What the drafting of a frame keeps track of: uses of calls, and the wires that carry their values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lego.graph import Call, Frame, Ref
from lego.shapes import TensorType

Frames = tuple[Frame, ...]
"""Frames of one structure drawn as one: the instances of a repeated block, in the order of execution."""


class Wire(NamedTuple):
    """A value where it leaves a box.

    Attributes:
        box: The id of the box.
        text: Its type; empty where the instances differ.
        changed: Its type is another than that of what the box reads.
        note: What is said before the type: of a recurrent, that it is its start or its end.
    """

    box: str
    text: str
    changed: bool
    note: str = ""

    @property
    def label(self) -> str:
        """What an edge says of it."""
        return f"{self.note} {self.text}".strip()


class Use(NamedTuple):
    """Calls drawn as one: from `first` on every `step`-th, `times` of them, in each of the frames."""

    frames: Frames
    first: int
    step: int = 1
    times: int = 1

    @property
    def calls(self) -> tuple[Call, ...]:
        """All of them, in the order of execution."""
        return tuple([frame.calls[index] for frame in self.frames for index in self.indices])

    @property
    def indices(self) -> range:
        """Where they stand in their frame."""
        return range(self.first, self.first + self.step * self.times, self.step)

    @property
    def source(self) -> TensorType | None:
        """The type of the first input of the first."""
        frame = self.frames[0]
        return next((frame.type_of(ref) for ref in frame.calls[self.first].inputs if ref is not None), None)


class Around(NamedTuple):
    """Where a frame stands.

    Attributes:
        prefix: Of the paths of its nodes.
        depth: Groups around it.
        lead: The name of the composite around it that has no group of its own.
        lent: The boxes of the modules that it runs.
    """

    prefix: str = ""
    depth: int = 0
    lead: str = ""
    lent: tuple[str, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A frame while it is being drawn.

    Attributes:
        values: The wires of each call's outputs; -1: of the frame's ports.
        modules: The first box of each call.
    """

    frames: Frames
    around: Around
    values: dict[int, tuple[Wire, ...]]
    modules: dict[int, str] = field(default_factory=dict[int, str])

    def read(self, refs: Iterable[Ref | None]) -> list[Wire | None]:
        """The wires of values."""
        return [None if ref is None else self.values[ref.call][ref.output] for ref in refs]

    def owner(self, call: int) -> str:
        """The box of a module, as `lego.graph.Shared` names it."""
        return self.modules[call] if call >= 0 else self.around.lent[~call]

    def put(self, use: Use, outputs: Sequence[Wire]) -> None:
        """The outputs of a use leave it where its last instance ends."""
        self.values[use.first] = _labelled(outputs, use.calls)
        for index in use.indices[1:]:
            self.values[index] = _labelled(outputs, [frame.calls[index] for frame in self.frames])


def text_of(type: TensorType) -> str:
    """A type as an edge shows it: `[N, 64, 56, 56]`, and the dtype where it is an unusual one."""
    return str(type.shape) if type.dtype == "float32" else f"{type.shape} {type.dtype}"


def _labelled(wires: Sequence[Wire], calls: Sequence[Call]) -> tuple[Wire, ...]:
    found: list[Wire] = []
    for number, wire in enumerate(wires):
        texts = {text_of(call.outputs[number]) for call in calls}
        found.append(wire._replace(text=texts.pop() if len(texts) == 1 else ""))
    return tuple(found)
