"""What is to be done about `init` once every layer is known: `auto` decided, doubtful starts told of."""

from __future__ import annotations

from lego.catalogue import Layer
from lego.diagnostics import Diagnostic
from lego.graph.flat import flat
from lego.graph.frame import Call, Frame
from lego.graph.graph import Graph, flatten
from lego.graph.initial_doubts import WEIGHING, doubtful_starts
from lego.graph.initial_settle import settle
from lego.spec import LSUV


def start(root: Frame) -> tuple[Frame, list[Diagnostic]]:
    """The frame with a function of torch for each `auto`, and warnings."""
    if not _says_anything(root, set()):
        return root, []
    graph = flatten(root)
    settled = settle(root, graph)
    return settled, list(doubtful_starts(settled, graph))


def _says_anything(frame: Frame, seen: set[int]) -> bool:
    """Whether an `init` reaches any weight of a frame; frames that were looked at are passed over."""
    if id(frame) in seen:
        return False
    seen.add(id(frame))
    inner = [call.body for call in frame.calls if isinstance(call.body, Frame)]
    return any(call.initial for call in frame.calls) or any(_says_anything(one, seen) for one in inner)


def started_on_data(graph: Graph) -> tuple[str, ...]:
    """The paths of the layers that data scale (`lsuv`), in the order of execution: linear ones and convolutions."""
    return tuple(item.path for item in flat(graph.root).items if not item.shares and _is_scaled(item.call))


def _is_scaled(call: Call) -> bool:
    layer = call.body
    if not isinstance(layer, Layer) or layer.family not in WEIGHING:
        return False
    return any(weight == "weight" and one.function == LSUV for weight, one in call.initial)
