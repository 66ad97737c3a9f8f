"""What the parts of the elaboration share: the bounds, what was said so far, and each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from lego.catalogue import show
from lego.diagnostics import Diagnostic, Problem, Span
from lego.graph.builder import Builder, Read, Unknown, Value
from lego.graph.frame import Call, Frame, Port
from lego.graph.initial import Rule
from lego.graph.reach import Reach
from lego.graph.scope import Names, Scope, value_of
from lego.graph.wiring import Wiring
from lego.shapes import Shape
from lego.spec import Argument, Graph, Limits, Node, Reads


class TooLarge(Exception):
    """A bound is exceeded, and that has been said; nothing more is looked at."""


class Bound(NamedTuple):
    """The values that a node reads: by position, or by slot; `written` is its `from`, if it has one."""

    positional: tuple[Read, ...] = ()
    slots: dict[str, Read] | None = None
    written: Reads | None = None

    @property
    def span(self) -> Span | None:
        """The place of `from`."""
        return self.written.span if self.written is not None else None

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
            return Bound((), {**self.slots, first: read}, self.written)
        return Bound((read, *self.positional[1:]), None, self.written)


class Place(NamedTuple):
    """Where a node stands: its frame, what its expressions see, and the `init` rules around it, nearest first."""

    builder: Builder
    scope: Scope
    rules: tuple[Rule, ...] = ()

    def inside(self, builder: Builder) -> Place:
        """The same in a frame inside."""
        return Place(builder, self.scope, self.rules)

    def looping(self, **loop: Any) -> Place:
        """The same in one turn of a repeat or each."""
        return Place(self.builder, self.scope.looping(**loop), self.rules)

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
        self.failed = False
        """Something is wrong already; what is missing may be missing for that reason."""
        self.inputs: list[Port] = []
        """The document's inputs, for advice on how to declare them."""
        self.reach = Reach()

    # -- saying what is wrong ----------------------------------------------------------------------------------------

    def say(self, problem: Problem, span: Span, path: str) -> None:
        """Note a problem at a place."""
        self.failed = True
        self.diagnostics.append(problem.at(span, path))

    @contextmanager
    def at(self, span: Span, path: str) -> Generator[None]:
        """A problem inside is noted here, and the node's value is unknown."""
        try:
            yield
        except Problem as problem:
            self.say(problem, span, path)
            raise Unknown from None

    def truth(self, when: Argument, names: Names, path: str) -> bool:
        """What a `when` says.

        Raises:
            Unknown: it is neither true nor false, or wrong in itself.
        """
        with self.at(when.span, path):
            value = value_of(when.value, names)
            if not isinstance(value, bool):
                help = "compare: `$(depth > 1)`"
                raise Problem("bad-value", f"when must be true or false, found {show(value)}", help=help)
        return value

    def deeper(self, builder: Builder) -> int:
        """The level of a frame inside that of a builder.

        Raises:
            Problem: `limit`, where that is too deep.
        """
        if builder.level >= self.limits.depth:
            raise self.limits.exceeded("depth", f"graphs are nested deeper than {self.limits.depth}")
        return builder.level + 1

    def check_size(self, shape: Shape) -> None:
        """Refuse a tensor of more elements than the bound.

        Raises:
            Problem: `limit`.
        """
        size = shape.numel
        if isinstance(size, int) and size > self.limits.elements:
            raise self.limits.exceeded("elements", f"a tensor {shape} has more than {self.limits.elements:,} elements")

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
        return builder.add(call, frame.size)

    # -- the parts of the elaboration ----------------------------------------------------------------------------------

    @abstractmethod
    def graph(self, place: Place, graph: Graph) -> Value:
        """Fill in all nodes of a graph in the frame of `place`; the value of its last node.

        Raises:
            Unknown: that value is unknown.
        """

    @abstractmethod
    def node(self, place: Place, node: Node, bound: Bound) -> Value:
        """A node under its own name, with all its instances where it repeats.

        Raises:
            Unknown: its value is unknown.
        """

    @abstractmethod
    def instance(self, place: Place, node: Node, name: str, bound: Bound) -> Value:
        """One instance of a node, under a name, with what it reads.

        Raises:
            Unknown: its value is unknown.
        """
