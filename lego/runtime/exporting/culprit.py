"""Which node a format cannot hold: every node by itself, as a net of its own, until one fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lego.diagnostics import Problem, Span
from lego.graph import Call, Frame, Graph, Port, Ref
from lego.runtime.exporting.failure import Failure


class Culprit(NamedTuple):
    """A node that cannot be exported, and why."""

    path: str
    span: Span
    kind: str
    failure: Failure


def find_culprit(graph: Graph, attempt: Callable[[Graph], object]) -> Culprit | None:
    """The first node that fails by itself, as deep inside as that holds; None where only all together fail.

    Args:
        graph: What failed.
        attempt: Exports a graph; raises `Failure` where that cannot be.
    """
    return _Search(graph, attempt).inside(graph.root, "")


class _Search:
    def __init__(self, graph: Graph, attempt: Callable[[Graph], object]) -> None:
        self.graph = graph
        self.attempt = attempt
        self.known: dict[object, Failure | None] = {}

    def inside(self, frame: Frame, prefix: str) -> Culprit | None:
        for call in frame.calls:
            path = f"{prefix}{call.name}"
            body = call.body
            failure = self.fails(frame, call)
            if isinstance(body, Frame) and call.scan is None and (failure is not None or body.borrowed):
                found = self.inside(body, f"{path}.")
                if found is not None:
                    return found
            if failure is not None:
                kind = call.node.name if isinstance(body, Frame) else type(body).__name__
                return Culprit(path, call.node.span, kind, failure)
        return None

    def fails(self, frame: Frame, call: Call) -> Failure | None:
        """Why a call fails by itself; equal calls are tried once, and those that cannot stand alone not at all."""
        alone = self.alone(frame, call)
        if alone is None:
            return None
        body = call.body
        key = (
            id(body) if isinstance(body, Frame) else body.key,
            call.scan,
            tuple(port.type for port in alone.root.ports),
        )
        if key not in self.known:
            self.known[key] = self.tried(alone)
        return self.known[key]

    def tried(self, alone: Graph) -> Failure | None:
        try:
            self.attempt(alone)
        except Failure as failure:
            return failure
        except Problem:  # torn out of its place it may lack what its sizes are read off
            return None
        return None

    def alone(self, frame: Frame, call: Call) -> Graph | None:
        """A net of one node; None for one without inputs, and for one that runs modules from around it."""
        reads = list(dict.fromkeys(ref for ref in call.inputs if ref is not None))
        if not reads or call.lends:
            return None
        ports = tuple(Port(f"x{index}", frame.type_of(ref)) for index, ref in enumerate(reads))
        inputs = tuple(None if ref is None else Ref(-1, reads.index(ref)) for ref in call.inputs)
        outputs = tuple((f"y{index}", Ref(0, index)) for index in range(len(call.outputs)))
        root = Frame(
            kind="net",
            label="",
            ports=ports,
            arity=len(ports),
            calls=(call._replace(target=call.body, inputs=inputs),),
            outputs=outputs,
            form="one" if len(outputs) == 1 else "list",
            requires=self.graph.root.requires,
        )
        return Graph(root, "part")
