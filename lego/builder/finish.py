"""From drafts to the document's models: names first, those around before those inside; then the nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from lego.builder.failure import failure
from lego.builder.handle import Handle, inside
from lego.builder.scope import Draft, Scope, not_a_result
from lego.diagnostics import Problem, Span
from lego.spec import Graph, Node, Output, Outputs, Reads, Reference, check_node_name


def name_nodes(scope: Scope) -> None:
    """Give every node of a graph, and of those inside, a name that hides none that is read there."""
    taken = scope.reserved | {name_of(one) for one in scope.captured}
    taken |= {inside(handle).text for handle in scope.inputs}
    for draft in scope.drafts:
        if draft.name is not None and not scope.listed:
            if draft.name in taken:
                help = "names are those of attributes: give each node of a graph one of its own"
                raise failure("bad-name", f"`{draft.name}` is a name already", help, draft.span)
            taken.add(draft.name)
    for at, draft in enumerate(scope.drafts):
        if scope.listed:
            draft.name = str(at)
        elif draft.name is None:
            draft.name = _free(draft.base, taken)
            taken.add(draft.name)
    for draft in scope.drafts:
        for inner in draft.inner:
            name_nodes(inner)


def _free(base: str, taken: Iterable[str]) -> str:
    """`conv2d`, `conv2d_1`, …: the first name that is free, and that no module has as an attribute."""
    candidates = (f"{base}_{number}" if number else base for number in count())
    return next(one for name in candidates if (one := name if _is_fine(name) else f"{name}_") not in taken)


def _is_fine(name: str) -> bool:
    try:
        check_node_name(name)
    except Problem:
        return False
    return True


def name_of(source: Draft | Handle) -> str:
    """What a node or an input is called."""
    if isinstance(source, Draft):
        assert source.name is not None
        return source.name
    return inside(source).text


def graph_of(scope: Scope, span: Span) -> Graph:
    """A graph whose nodes have names."""
    nodes: list[Node] = []
    for at, draft in enumerate(scope.drafts):
        before = scope.drafts[at - 1] if at else None
        nodes.append(node_of(draft, scope, before))
    return Graph(nodes=tuple(nodes), listed=scope.listed, span=span)


def node_of(draft: Draft, scope: Scope, before: Draft | None = None, *, wired: bool = True) -> Node:
    """A node; it needs no `from` for what it reads without."""
    assert draft.name is not None
    reads = None if not wired or reads_default(draft, scope, before) else _reads(draft, scope)
    return Node(name=draft.name, what=draft.what(), reads=reads, span=draft.span, **draft.fields)


def reads_default(draft: Draft, scope: Scope, before: Draft | None) -> bool:
    """Whether a node reads the node before it, or as the first node its graph's first input, or nothing at all."""
    if not draft.reads:
        return True
    [(slot, handle), *more] = draft.reads
    if slot or more:
        return False
    if before is not None:
        return inside(handle).draft is before and inside(handle).output is None
    return bool(scope.inputs) and handle is scope.inputs[0]


def _reads(draft: Draft, scope: Scope) -> Reads:
    if draft.reads[0][0]:
        slots = {slot: reference(handle, scope, draft.span) for slot, handle in draft.reads}
        return Reads(slots=slots, span=draft.span, spans=dict.fromkeys(slots, draft.span))
    positional = tuple(reference(handle, scope, draft.span) for _, handle in draft.reads)
    return Reads(positional=positional, span=draft.span)


def reference(handle: Handle, scope: Scope, span: Span) -> Reference:
    """A handle by its name, as seen from a graph."""
    source = inside(handle).draft or handle
    unnamed = bool(scope.inputs) and source is scope.inputs[0] and not scope.named
    return Reference("input" if unnamed else name_of(source), inside(handle).output, span)


Returned = Handle | Sequence[Any] | Mapping[str, Any]
"""What the function of a net or block may give."""


def outputs_of(result: Returned, scope: Scope, what: str, span: Span) -> Outputs | None:
    """The outputs that a function returns: a handle, a tuple or a dict of them; None for the last node."""
    if isinstance(result, Handle):
        last = scope.drafts[-1]
        handle = scope.read(result)
        is_last = inside(handle).draft is last and inside(handle).output is None
        return None if is_last else Outputs(form="one", entries=(_output(handle, scope, span),))
    if isinstance(result, Mapping):
        for key in result:
            _check_key(key, span)
        entries = tuple(_output(_handle(one, scope, what, span), scope, span, str(key)) for key, one in result.items())
        return Outputs(form="mapping", entries=entries)
    return Outputs(form="list", entries=tuple(_output(_handle(one, scope, what, span), scope, span) for one in result))


def _handle(value: object, scope: Scope, what: str, span: Span) -> Handle:
    if not isinstance(value, Handle):
        raise not_a_result(value, what, span)
    return scope.read(value)


def _output(handle: Handle, scope: Scope, span: Span, key: str = "") -> Output:
    found = reference(handle, scope, span)
    return Output(key=key or str(found), reference=found)


def _check_key(key: object, span: Span) -> None:
    try:
        check_node_name(str(key))
    except Problem as problem:
        raise failure(problem.code, problem.message, problem.help, span) from None
