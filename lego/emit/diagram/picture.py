"""What a diagram shows, before any engine lays it out: boxes, named groups of them, and edges. Frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Form = Literal["layer", "merge", "block", "fork", "input", "output", "value", "state", "step"]
"""A `merge` is a small circle with a sign; a `block` stands for all that is folded into it; a `fork` is the point where
the input of a group goes several ways; a `value` is one element of a sequence; a `state` is a value of a step before;
a `step` is a recurrent's graph at one time."""

Style = Literal["flow", "skip", "shared", "back", "order"]
"""A `skip` overtakes what lies between its ends; `shared` joins uses of the same weights and carries nothing; `back`
goes from a value to the state that it becomes, and its label is the delay; `order` is not drawn: its source stands
above its target, or in a row before it."""


@dataclass(frozen=True, slots=True)
class Box:
    """One thing drawn.

    Attributes:
        id: The path of the node, or of the first of those that it stands for.
        name: The user's name; of a merge, its sign.
        lines: What stands below the name: the kind with its telling arguments.
        kind: Its family of colours (`lego.emit.diagram.palette`); of a block, what it is, which decides its tint.
        tooltip: All that there is to say, line by line.
    """

    id: str
    name: str
    lines: tuple[str, ...]
    form: Form
    kind: str
    tooltip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A named frame around boxes.

    Attributes:
        lines: What stands below the name: the block and the number of its instances, and their sizes if they differ.
        kind: What it is, which decides its tint.
        tooltip: All that there is to say, line by line.
        rows: Ids of boxes that stand side by side.
    """

    id: str
    name: str
    lines: tuple[str, ...]
    kind: str
    items: tuple[Box | Group, ...]
    tooltip: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A value that goes from one box to another; the label is its shape where there is something to tell."""

    source: str
    target: str
    label: str = ""
    style: Style = "flow"


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole diagram; `caption` is its lines of text."""

    name: str
    items: tuple[Box | Group, ...]
    edges: tuple[Edge, ...]
    caption: tuple[str, ...] = field(default=())

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes, those in groups included, in the order of drawing."""
        return tuple(boxes_in(self.items))

    @property
    def groups(self) -> tuple[Group, ...]:
        """All groups, outer before inner."""
        return tuple(_groups(self.items))

    @property
    def shown(self) -> int:
        """Number of boxes that stand for nodes."""
        return sum(box.form in ("layer", "merge", "block") for box in self.boxes)


def boxes_in(items: Iterable[Box | Group]) -> Iterator[Box]:
    """All boxes of items, in the order of drawing."""
    for item in items:
        if isinstance(item, Box):
            yield item
        else:
            yield from boxes_in(item.items)


def _groups(items: Iterable[Box | Group]) -> Iterator[Group]:
    for item in items:
        if isinstance(item, Group):
            yield item
            yield from _groups(item.items)
