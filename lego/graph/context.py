"""What the parts of the elaboration share: the bounds, what was said so far, and each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from lego.diagnostics import Diagnostic, Problem, Span
from lego.graph.builder import Builder, Read, Unknown, Value
from lego.graph.frame import Call, Frame, Port
from lego.graph.initial import Rule
from lego.graph.scope import Names, Scope
from lego.graph.wiring import Wiring
from lego.spec import Graph, Limits, Node


class TooLarge(Exception):
    """A bound is exceeded, and that has been said; nothing more is looked at."""


class Bound(NamedTuple):
    """The values that a node reads: by position, or by slot; `implicit` where the text names none."""

    positional: tuple[Read, ...] = ()
    slots: dict[str, Read] | None = None
    span: Span | None = None

    @property
    def implicit(self) -> bool:
        """The node says nothing of what it reads."""
        return self.span is None

    @property
    def first(self) -> Read | None:
        """The first value."""
        if self.positional:
            return self.positional[0]
        return next(iter(self.slots.values()), None) if self.slots else None

    def reads(self) -> list[Read]:
        """All values, in the order of the text."""
        return [*self.positional, *(self.slots or {}).values()]

    def starting_with(self, read: Read) -> Bound:
        """The same with another value in the first place."""
        if self.slots:
            first, *_ = self.slots
            return Bound((), {**self.slots, first: read}, self.span)
        return Bound((read, *self.positional[1:]), None, self.span)


class Place(NamedTuple):
    """Where a node stands: its frame, what its expressions see, and the `init` rules around it, nearest first."""

    builder: Builder
    scope: Scope
    rules: tuple[Rule, ...] = ()
    stack: tuple[str, ...] = ()
    """The blocks that it stands in, outermost first: a block may not come to stand in itself."""

    def inside(self, builder: Builder) -> Place:
        """The same in a frame inside."""
        return Place(builder, self.scope, self.rules, self.stack)

    def looping(self, **loop: Any) -> Place:
        """The same in one turn of a repeat or each."""
        return Place(self.builder, self.scope.looping(**loop), self.rules, self.stack)

    def names(self, first: Read | None) -> Names:
        """What the expressions of a node see whose first input is `first`."""
        around = self.builder.input
        return Names(self.scope, first.type if first else None, around.type if around else None)


class Context(ABC):
    """The services; the elaborator itself is its one implementation."""

    def __init__(self, wiring: Wiring, limits: Limits) -> None:
        self.wiring = wiring
        self.limits = limits
        self.diagnostics: list[Diagnostic] = []
        self.inputs: list[Port] = []
        """The document's inputs, for advice on how to declare them."""

    # -- saying what is wrong ----------------------------------------------------------------------------------------

    def say(self, problem: Problem, span: Span, path: str) -> None:
        """Note a problem at a place."""
        self.diagnostics.append(problem.at(span, path))

    @contextmanager
    def at(self, span: Span, path: str) -> Generator[None]:
        """A problem inside is noted here, and the node's value is unknown."""
        try:
            yield
        except Problem as problem:
            self.say(problem, span, path)
            raise Unknown from None

    def count(self, size: int, span: Span, path: str) -> None:
        """Refuse more nodes than the bound."""
        if size > self.limits.nodes:
            problem = self.limits.exceeded("nodes", f"the graph has more than {self.limits.nodes:,} nodes")
            self.say(problem, span, path)
            raise TooLarge

    # -- frames ------------------------------------------------------------------------------------------------------

    def enclose(
        self, place: Place, node: Node, name: str, inner: Builder, supply: Sequence[Read], finish: Callable[[], Frame]
    ) -> Value:
        """Finish a frame and call it in the frame around it; `supply` are its declared inputs there."""
        frame = finish()
        builder = place.builder
        captured = inner.supply[len(supply) :]
        call = Call(
            name=name,
            target=frame,
            inputs=(*(read.ref for read in supply), *captured),
            outputs=frame.output_types(),
            output_names=tuple(key for key, _ in frame.outputs),
            node=node,
            lends=tuple(lender for _, lender in inner.lenders),
        )
        builder.requires |= frame.requires
        self.count(builder.size + frame.size, node.span, builder.join(name))
        return builder.add(call, call.outputs, frame.size)

    # -- the parts of the elaboration ----------------------------------------------------------------------------------

    @abstractmethod
    def graph(self, place: Place, graph: Graph) -> Value:
        """Fill in all nodes of a graph in the frame of `place`; the value of its last node.

        Raises:
            Unknown: that value is unknown.
        """

    @abstractmethod
    def instance(self, place: Place, node: Node, name: str, bound: Bound) -> Value:
        """One instance of a node, under a name, with what it reads.

        Raises:
            Unknown: its value is unknown.
        """
