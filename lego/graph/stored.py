"""What a built module keeps in its `state_dict`, known without building it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lego.catalogue import Stored
from lego.diagnostics import NOWHERE, Span
from lego.graph.frame import Call, Frame, Shared
from lego.graph.graph import Graph


class Place(NamedTuple):
    """The node that a key of `state_dict` belongs to: its path, and where it is written."""

    path: str
    span: Span


def state_shapes(graph: Graph) -> dict[str, Stored]:
    """Shape and dtype of all that `state_dict` holds, by key, in the order of execution.

    Modules that run again (`share`) have no keys of their own; tied weights keep theirs, each.
    """
    return dict(_stored(graph.root))


def _stored(frame: Frame) -> Iterator[tuple[str, Stored]]:
    for call in frame.calls:
        for key, stored in _of(call):
            yield f"{call.name}.{key}" if key else call.name, stored


def _of(call: Call) -> Iterator[tuple[str, Stored]]:
    target = call.target
    if isinstance(target, Frame):
        yield from _stored(target)
    elif not isinstance(target, Shared):
        yield from target.state().items()


def place_of(graph: Graph, key: str) -> Place:
    """The innermost node that a key belongs to; the whole document's for a key that nothing has."""
    frame, found, rest = graph.root, Place("", NOWHERE), key
    while rest:
        name, _, rest = rest.partition(".")
        call = next((one for one in frame.calls if one.name == name), None)
        if call is None:
            break
        found = Place(f"{found.path}.{name}" if found.path else name, call.node.span)
        if not isinstance(call.target, Frame):
            break
        frame = call.target
    return found
