"""What is to be done about `init` once every layer is known: `auto` decided, doubtful starts told of."""

from __future__ import annotations

from collections.abc import Iterator

from lego.diagnostics import Diagnostic
from lego.graph.flat import flat
from lego.graph.frame import Call, Frame
from lego.graph.graph import Graph, flatten
from lego.graph.initial_doubts import doubtful_starts, is_doubtful, of_weight
from lego.graph.initial_settle import settle
from lego.spec import AUTO, LSUV


def start(root: Frame) -> tuple[Frame, list[Diagnostic]]:
    """The frame with a function of torch for each `auto`, and warnings."""
    calls = list(_calls(root, set()))
    if not any(one.function == AUTO for call in calls for _, one in call.initial) and not any(map(is_doubtful, calls)):
        return root, []
    graph = flatten(root)
    settled = settle(root, graph)
    return settled, list(doubtful_starts(settled, graph))


def _calls(frame: Frame, seen: set[int]) -> Iterator[Call]:
    """All calls, those of equal frames once."""
    if id(frame) not in seen:
        seen.add(id(frame))
        yield from frame.calls
        for call in frame.calls:
            if isinstance(call.body, Frame):
                yield from _calls(call.body, seen)


def started_on_data(graph: Graph) -> tuple[str, ...]:
    """The paths of the layers that data scale (`lsuv`), in the order of execution: linear ones and convolutions."""
    return tuple(item.path for item in flat(graph.root).items if not item.shares and _is_scaled(item.call))


def _is_scaled(call: Call) -> bool:
    return any(one.function == LSUV for one in of_weight(call))
