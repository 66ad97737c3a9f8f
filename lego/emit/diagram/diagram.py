"""The whole way: a graph to a picture of bearable size, to text or to a file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from lego.emit.diagram.depth import depth as depth_of
from lego.emit.diagram.dot import Direction, to_dot
from lego.emit.diagram.draft import draft
from lego.emit.diagram.picture import Picture
from lego.emit.diagram.plan import BUDGET, Detail, plans
from lego.emit.diagram.render import render
from lego.emit.diagram.unroll import recurrents, unrolled
from lego.graph import Graph, parameters


def picture(graph: Graph, *, depth: int | None = None, detail: Detail = "block", unroll: int | None = None) -> Picture:
    """What a diagram of a graph shows; with too many boxes, it folds itself further.

    Args:
        graph: A checked graph.
        depth: Frames drawn inside each other; None: as many as there are.
        detail: `overview`: stages only. `block`: each distinct block in detail once. `full`: all of them.
        unroll: The recurrents are drawn once more beside the rest, with this many steps (1 to 10) one after the other.

    Raises:
        Problem: `unroll` is out of range, or there is nothing to unroll.
    """
    found = [] if unroll is None else recurrents(graph)
    beside = [] if unroll is None else unrolled(found[: max(1, BUDGET[detail] // max(1, unroll))], unroll)
    drafts = (draft(graph, plan, BUDGET[detail]) for plan in plans(detail, depth))
    drawn = next(drawing for drawing in drafts if drawing is not None)
    items = (*drawn.items, *(view.group for view in beside))
    edges = (*drawn.edges, *(edge for view in beside for edge in view.edges))
    return replace(drawn, items=items, edges=edges, caption=_caption(graph, drawn, len(beside), len(found)))


def diagram_source(
    graph: Graph,
    *,
    depth: int | None = None,
    detail: Detail = "block",
    direction: Direction = "TB",
    dark: bool = False,
    unroll: int | None = None,
) -> str:
    """The diagram in Graphviz's language; see `picture` for how much it shows."""
    return to_dot(picture(graph, depth=depth, detail=detail, unroll=unroll), direction, dark)


def draw(
    graph: Graph,
    path: str | Path,
    *,
    depth: int | None = None,
    detail: Detail = "block",
    direction: Direction = "TB",
    dark: bool = False,
    unroll: int | None = None,
) -> None:
    """Write the diagram to a file, in the format that its suffix says: svg, png, pdf or dot; see `picture`.

    Raises:
        Problem: the format is unknown, nothing is there to draw it or to unroll, or the layout takes too long.
        OSError: the file cannot be written.
    """
    path = Path(path)
    source = diagram_source(graph, depth=depth, detail=detail, direction=direction, dark=dark, unroll=unroll)
    _write(path, render(source, path.suffix[1:].lower()))


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: an older file stays as it is until the new one is whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _caption(graph: Graph, drawn: Picture, unrolled: int, recurrents: int) -> tuple[str, ...]:
    inputs = ", ".join(f"{name} {type.shape}" for name, type in graph.inputs.items())
    outputs = ", ".join(f"{name} {shape}" for name, shape in graph.outputs.items())
    total = graph.root.size
    nodes = f"{drawn.shown:,} of {total:,} nodes shown" if drawn.shown < total else f"{total:,} nodes"
    facts = f"{parameters(graph.root):,} parameters · depth {depth_of(graph.root):,} · {nodes}"
    if unrolled < recurrents:
        facts += f" · {unrolled} of {recurrents} recurrents unrolled"
    return f"{inputs} → {outputs}", facts
