"""Graphs while they are written: nodes in the order of the calls, without names as yet."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from lego.builder.expression import Expression, Leaf, Wanted, at_index, leaf, written
from lego.builder.failure import BuilderError, failure
from lego.builder.handle import Handle, ShapeLeaf, base, declared_sizes, inside
from lego.diagnostics import Span
from lego.spec import Use, What

if TYPE_CHECKING:
    from lego.builder.trace import Trace


@dataclass(eq=False)
class Draft:
    """A node while its graph is written.

    Attributes:
        base: What its name begins with, unless it has one.
        what: Says what it is, when all names are known.
        reads: The handles it reads; by slot, or by position where the slot is empty.
        fields: The wiring of the node, as the document has it.
        inner: The graphs inside it.
    """

    base: str
    name: str | None
    what: Callable[[], What]
    reads: list[tuple[str, Handle]]
    span: Span
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    inner: list[Scope] = field(default_factory=list["Scope"])


class Loop:
    """A repeat, an each or the copies of a split, whose body is being written."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.open = True

    def hides(self, name: str) -> bool:
        """Whether a name of a loop around means this one's inside."""
        return name in self.names

    def value(self, name: str) -> Any:
        """`index`, `count` or `item`."""
        return leaf(name, LoopLeaf(self, name))


class Turn(Loop):
    """One turn of a loop that is written turn by turn: what its body sees is known."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(tuple(values))
        self.values = values

    def hides(self, name: str) -> bool:
        """The document has no loop there."""
        return False

    def value(self, name: str) -> Any:
        """What the name stands for."""
        return self.values[name]


class LoopLeaf(Leaf):
    """What a body sees of the turn it is in."""

    def __init__(self, loop: Loop, name: str) -> None:
        self.loop = loop
        self.name = name

    def wanted(self) -> NoReturn:
        """The turns are written one by one instead."""
        if not self.loop.open:
            raise failure("unknown-name", f"`{self.name}` is used after its repeat has ended")
        raise Wanted(self.loop, frozenset({self.name}))


class ParameterLeaf(Leaf):
    """A parameter of the block or net whose function runs."""

    def __init__(self, trace: Trace, name: str) -> None:
        self.trace = trace
        self.name = name

    def wanted(self) -> NoReturn:
        """The function runs again with the value."""
        if not self.trace.open:
            what = f"the parameter `{self.name}` of `{self.trace.name}`"
            raise failure("unknown-name", f"{what} is used after its function has ended", "hand its value over instead")
        raise Wanted(self.trace, frozenset({self.name}))


class Scope:
    """One graph: what it reads, its nodes, and the graph around it, if it is a body."""

    def __init__(self, trace: Trace, outer: Scope | None = None, loop: Loop | None = None) -> None:
        self.trace = trace
        self.outer = outer
        self.loop = loop
        self.inputs: list[Handle] = []
        self.named = False
        """Its inputs have names; else there is one, called `input`."""
        self.listed = False
        self.reserved: set[str] = set()
        """Names that its nodes may not have."""
        self.drafts: list[Draft] = []
        self.result: Handle | None = None
        """What a body gives."""
        self.captured: list[Draft | Handle] = []
        """What it and the graphs in it read from around."""
        self.homes: dict[int, tuple[object, Draft]] = {}
        """Where a module was called first, by its `id`."""

    def declare(self, name: str, origin: Handle | None = None, sizes: list[Any] | None = None) -> Handle:
        """An input."""
        handle = Handle(self, None, text=name, origin=origin, sizes=sizes)
        self.inputs.append(handle)
        return handle

    def chain(self) -> Iterator[Scope]:
        """This graph, and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer

    # -- reading -----------------------------------------------------------------------------------------------------

    def read(self, handle: Handle) -> Handle:
        """A handle as this graph can name it.

        Raises:
            BuilderError: it is out of reach.
        """
        home = inside(handle).scope
        if home is self:
            return handle
        crossed: list[Scope] = []
        for scope in self.chain():
            if scope is home:
                break
            crossed.append(scope)
        else:
            raise self._out_of_reach(handle, home)
        handle = home._for_inside(handle)
        source = inside(handle).draft or handle
        for scope in crossed:
            scope.captured.append(source)
        return handle

    def _for_inside(self, handle: Handle) -> Handle:
        """The same value under a name that bodies inside can read: their own `input` hides ours."""
        if self.named or handle is not self.inputs[0]:
            return handle
        if self.outer is None:
            self.named = True
            return handle
        first = self.drafts[0] if self.drafts else None
        if first is None or first.base != "entry":
            span = first.span if first is not None else self.trace.span
            first = Draft("entry", None, lambda: Use(name="Identity", span=span), [("", handle)], span)
            self.drafts.insert(0, first)
        return Handle(self, first, origin=handle)

    def _out_of_reach(self, handle: Handle, home: Scope) -> BuilderError:
        if home.trace is self.trace:
            help = "return it from its body, and use what the composite gives"
            return failure("unknown-name", "this tensor belongs to a body that has ended", help)
        if home.trace.open:
            help = f"hand it over: declare a further input of `{self.trace.name}`"
            message = f"a block sees its own inputs only, and this tensor belongs to `{home.trace.name}`"
            return failure("unknown-name", message, help)
        message = f"this tensor belongs to another net: `{home.trace.name}`"
        return failure("unknown-name", message, "tensors live as long as the function of their net or block runs")

    # -- expressions ---------------------------------------------------------------------------------------------------

    def text(self, expression: Expression, first: Handle | None) -> Any:
        """An expression as an argument of a node of this graph that reads `first` first."""
        return written(expression, lambda one, index: self._name(one, index, first))

    def _name(self, one: Leaf, index: int | None, first: Handle | None) -> ast.expr:
        match one:
            case ParameterLeaf():
                if one.trace is not self.trace:
                    one.wanted()
                return at_index(ast.Name(one.name), index)
            case LoopLeaf():
                loops = (
                    scope.loop for scope in self.chain() if scope.loop is not None and not isinstance(scope.loop, Turn)
                )
                if next((loop for loop in loops if one.name in loop.names), None) is not one.loop:
                    one.wanted()
                return at_index(ast.Name(one.name), index)
            case ShapeLeaf():
                return self._size(one.handle, index, first)
            case _:
                raise AssertionError(one)

    def _size(self, handle: Handle, index: int | None, first: Handle | None) -> ast.expr:
        known = declared_sizes(handle)
        size = known[index] if known is not None and index is not None and -len(known) <= index < len(known) else None
        if isinstance(size, int):
            return ast.Constant(size)
        if first is not None and base(first) == base(handle):
            short = {1: "channels", -1: "features"}.get(index) if index is not None else None
            return ast.Name(short) if short else at_index(ast.Name("shape"), index)
        if self.inputs and base(self.inputs[0]) == base(handle):
            return at_index(ast.Name("input"), index)
        raise failure(
            "unresolved-dim",
            "a node knows the sizes of what it reads first and of its graph's first input, and of no other tensor",
            "let the node read this tensor first, or give the size as a parameter",
        )


# -- the graph that is being written -----------------------------------------------------------------------------------

_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current(what: str) -> Scope:
    """The graph that is being written; `what` is it that needs one."""
    scope = _current.get()
    if scope is None:
        help = "call it in a function that `@lego.net` or `@lego.block` decorates"
        raise failure("bad-value", f"{what} is called outside of a net or block", help)
    return scope


def open_trace() -> Trace | None:
    """The trace whose function runs."""
    scope = _current.get()
    return scope.trace if scope is not None else None


@contextmanager
def writing(scope: Scope) -> Generator[Scope]:
    """What is called inside adds its nodes to this graph."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
        if scope.loop is not None:
            scope.loop.open = False


def end(scope: Scope, result: object, what: str, span: Span) -> None:
    """Make the result of a body its last node.

    Raises:
        BuilderError: it is no tensor.
    """
    if not isinstance(result, Handle):
        raise not_a_result(result, what, span)
    handle = scope.result = scope.read(result)
    last = scope.drafts[-1] if scope.drafts else None
    is_last = last is not None and inside(handle).draft is last and inside(handle).output is None
    if not is_last:
        identity = Draft("identity", None, lambda: Use(name="Identity", span=span), [("", handle)], span)
        scope.drafts.append(identity)


def not_a_result(result: object, what: str, span: Span) -> BuilderError:
    """The error of a function that gives no tensor."""
    from lego.builder.handle import kind

    if result is None:
        return failure("missing-argument", f"{what} returns nothing", "end it with `return x`", span)
    return failure("bad-value", f"{what} returns {kind(result)}, not a tensor of its graph", None, span)


def handles(values: Sequence[Any]) -> list[Handle]:
    """Those of the values that are handles."""
    return [one for one in values if isinstance(one, Handle)]
