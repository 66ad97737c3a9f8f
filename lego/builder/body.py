"""The bodies of composites: functions, layers, blocks, and lists of them, each to a graph of its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, cast

from lego.builder.data import component_of
from lego.builder.expression import Expression
from lego.builder.failure import failure
from lego.builder.handle import Handle, kind
from lego.builder.module import Module
from lego.builder.place import of_function
from lego.builder.scope import Draft, Loop, Scope, end, writing
from lego.diagnostics import Span
from lego.spec import Graph, Node

Body = Any
"""A function of handles, a layer, a block, or a list of those."""


def module_of(body: Body, span: Span) -> Module | Callable[..., Any] | list[Any]:
    """A body as it is called.

    Raises:
        BuilderError: it is none.
    """
    from lego.builder.block import Block
    from lego.builder.component import Held

    if isinstance(body, Block):
        return body()
    if isinstance(body, Expression):
        return Held(body, [], {})
    component = component_of(body)
    if isinstance(component, Module):
        return component
    if isinstance(body, list | tuple):
        return list(cast("Sequence[Any]", body))
    if isinstance(body, Module) or (callable(body) and not isinstance(body, type)):
        return body
    help = "give a function of tensors, a layer, a block, or a list of them"
    raise failure("bad-value", f"a body is a part of the graph, found {kind(body)}", help, span)


def written_body(
    outer: Scope,
    body: Body,
    origin: Handle | None,
    span: Span,
    loop: Loop | None = None,
    others: Sequence[Handle] = (),
) -> Scope:
    """The graph of a body that has one input.

    Args:
        outer: The graph that it stands in.
        body: What writes it.
        origin: The value that its input is, where it is always the same.
        span: The place of the composite, for messages.
        loop: The repeat whose body it is.
        others: Tensors from around that it is called on as well.
    """
    scope = Scope(outer.trace, outer, loop)
    handle = scope.declare("input", origin)
    body = module_of(body, span)
    with writing(scope):
        result, place = _called(scope, body, [handle, *others], span)
    end(scope, result, "this body", place)
    return scope


def _called(scope: Scope, body: Any, inputs: list[Handle], span: Span) -> tuple[Any, Span]:
    if isinstance(body, list):
        return _chained(scope, cast("list[Any]", body), inputs[0], span), span
    if isinstance(body, Module):
        scope.listed = body.given_name is None
        return body(*inputs), span
    return body(*inputs, *_turn(body, scope.loop, len(inputs))), place_of(body, span)


def place_of(body: Callable[..., Any], span: Span) -> Span:
    """Where a function is defined; for what is none, the place of the composite."""
    return (of_function(body.__code__)[0] if inspect.isfunction(body) else None) or span


def _chained(scope: Scope, items: list[Any], handle: Handle, span: Span) -> Handle:
    """Each of a list on what the one before it gives; numbered, unless one has a name."""
    from lego.builder.composites import Sequential

    modules = [module_of(item, span) for item in items]
    modules = [one if isinstance(one, Module) else Sequential(one) for one in modules]
    if not modules:
        raise failure(
            "bad-value", "a graph needs at least one node", "a graph that does nothing is `[L.Identity()]`", span
        )
    for module in modules:
        handle = module(handle)
    scope.listed = all(draft.name is None for draft in scope.drafts)
    return handle


def _turn(body: Callable[..., Any], loop: Loop | None, inputs: int) -> list[Any]:
    """What the body of a repeat takes beside its input: the turn, by the names of its parameters."""
    if loop is None:
        return []
    try:
        parameters = list(inspect.signature(body).parameters.values())[inputs:]
    except (TypeError, ValueError):
        return []
    usual = "item" if "item" in loop.names else "index"
    names = [one.name for one in parameters if one.default is one.empty and one.kind is not one.VAR_KEYWORD]
    return [loop.value(name if name in loop.names else usual) for name in names]


def graph(scope: Scope, span: Span) -> Graph:
    """The graph of a body whose nodes have names."""
    from lego.builder.finish import graph_of

    return graph_of(scope, span)


def single(scope: Scope) -> Draft | None:
    """The one node of a body that can stand in its place: it reads the body's input first, and once."""
    if len(scope.drafts) != 1:
        return None
    [draft] = scope.drafts
    own = [at for at, (_, handle) in enumerate(draft.reads) if handle is scope.inputs[0]]
    return draft if own == [0] and (scope.listed or draft.name is None) else None


def part(outer: Scope, body: Body, name: str, origin: Handle | None, span: Span) -> tuple[Scope, Callable[[], Node]]:
    """A node that a composite holds outside its graph: its shortcut."""
    from lego.builder.finish import node_of
    from lego.spec import Sequential

    scope = written_body(outer, body, origin, span)
    draft = single(scope)
    if draft is not None and not isinstance(body, list | tuple):
        draft.name = None

        def alone() -> Node:
            assert draft is not None
            draft.name = name
            return node_of(draft, scope, wired=False)

        return scope, alone
    return scope, lambda: Node(name=name, what=Sequential(graph=graph(scope, span)), span=span)
