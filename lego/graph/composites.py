"""The composites filled in: each becomes a frame of ordinary calls, so that nothing after this need know them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from lego.catalogue import needs_integer, open_symbols, show
from lego.diagnostics import Problem
from lego.graph.builder import Builder, Read, Unknown, Value
from lego.graph.context import Bound, Context, Place
from lego.graph.frame import Form, Frame, FrameKind, Ref
from lego.graph.scope import parameter_value, value_of
from lego.spec import Argument, Copies, Graph, Node, Reads, Sequential, Skip, Split, Use


def sequential(context: Context, place: Place, node: Node, what: Sequential, name: str, bound: Bound) -> Value:
    """An inline graph."""
    return body(context, place, node, what.graph, name, "Sequential", bound)


def body(context: Context, place: Place, node: Node, graph: Graph, name: str, kind: FrameKind, bound: Bound) -> Value:
    """A graph as a frame of one input and one output."""
    inner, first = _open(context, place, node, name, kind, bound)
    last = context.graph(place.inside(inner), graph)
    return context.enclose(place, node, name, inner, [first], lambda: done(inner, place, _only(graph, last)))


def _only(graph: Graph, last: Value) -> list[tuple[str, Ref]]:
    """The one output of a body: the first of its last node."""
    return [(graph.nodes[-1].name, last.first.ref)]


def done(inner: Builder, place: Place, outputs: Sequence[tuple[str, Ref]], form: Form = "one") -> Frame:
    """The frame of a composite, which stands among the parameters of its block."""
    return inner.finish(outputs, form, arguments=dict(place.scope.parameters))


def _open(context: Context, place: Place, node: Node, name: str, kind: FrameKind, bound: Bound) -> tuple[Builder, Read]:
    """A frame for a composite, which reads one value."""
    reads = bound.reads()
    path = place.builder.join(name)
    with context.at(bound.span or node.span, path):
        if not reads:
            raise Problem("missing-argument", f"{kind} has nothing to read", help="declare an input, or use `from`")
        if len(reads) > 1:
            help = "its graph sees the names around it: read them there with `from`"
            raise Problem("unknown-argument", f"{kind} takes one input, found {len(reads)}", help=help)
    inner = Builder(kind, path, place.builder, level=context.deeper(place.builder))
    inner.add_port("input", reads[0].type, reads[0].ref)
    inner.arity = 1
    return inner, reads[0]


# -- skip --------------------------------------------------------------------------------------------------------------


def skip(context: Context, place: Place, node: Node, what: Skip, name: str, bound: Bound) -> Value:
    """merge(shortcut(input), graph(input)); the nodes of the graph stand directly in the skip's frame."""
    inner, first = _open(context, place, node, name, "skip", bound)
    within = place.inside(inner)
    ends: list[Read] = []
    with suppress(Unknown):
        ends.append(context.graph(within, what.graph).first)
    start = inner.input
    assert start is not None
    short = start
    if what.shortcut is not None:
        nodes, inner.values = inner.values, {}  # the shortcut sees what is around, not the nodes of the graph
        short = context.node(within, what.shortcut, Bound((start,))).first
        inner.values = nodes
    if not ends:
        raise Unknown
    [deep] = ends
    merge = what.merge or Node(name="merge", what=Use(name="Add", span=node.span), span=node.span)
    sides = [short._replace(label="shortcut"), deep._replace(label="graph")]
    result = merged(context, within, node, merge, sides)
    frame_outputs = [("merge", result.first.ref)]
    return context.enclose(place, node, name, inner, [first], lambda: done(inner, place, frame_outputs))


def merged(
    context: Context, within: Place, node: Node, merge: Node, sides: Sequence[Read], name: str = "merge"
) -> Value:
    """The merge of two or more values; a mismatch is told of the composite itself."""
    here = merge.model_copy(update={"span": node.span})
    return context.instance(within, here, name, Bound(tuple(sides), None, Reads(span=merge.span)))


# -- split -------------------------------------------------------------------------------------------------------------


def split(context: Context, place: Place, node: Node, what: Split, name: str, bound: Bound) -> Value:
    """Branches side by side."""
    inner, first = _open(context, place, node, name, "split", bound)
    within = place.inside(inner)
    parts = _parts(context, within, node, what.by, len(what.branches))
    ends: list[Read] = []
    unknown = False
    for (branch, graph), part in zip(what.branches.items(), parts, strict=True):
        one = Node(name=branch, what=Sequential(graph=graph), span=what.spans.get(branch, node.span))
        try:
            value = body(context, within, one, graph, branch, "branch", Bound((part,)))
            ends.append(value.first._replace(label=branch))
        except Unknown:
            unknown = True
    if unknown:
        raise Unknown
    return _join(context, place, within, node, name, inner, first, what.merge, ends)


def copies(context: Context, place: Place, node: Node, what: Copies, name: str, bound: Bound) -> Value:
    """Parallel instances of one graph."""
    inner, first = _open(context, place, node, name, "split", bound)
    names = place.names(bound.first)
    with context.at(what.copies.span, place.builder.join(name)):
        count = _whole(value_of(what.copies.value, names), "copies", 1)
    context.count(count, node.span, place.builder.join(name))
    within = place.inside(inner)
    parts = _parts(context, within, node, what.by, count)
    ends: list[Read] = []
    for index, part in enumerate(parts):
        one = Node(name=str(index), what=Sequential(graph=what.graph), span=node.span)
        turn = within.looping(index=index, count=count)
        value = body(context, turn, one, what.graph, str(index), "branch", Bound((part,)))
        ends.append(value.first._replace(label=str(index)))
    return _join(context, place, within, node, name, inner, first, what.merge, ends)


def _parts(context: Context, within: Place, node: Node, by: Node | None, count: int) -> Sequence[Read]:
    """What each branch reads: the whole input, or its part."""
    whole = within.builder.input
    assert whole is not None
    if by is None:
        return [whole] * count
    parts = context.instance(within, by, "by", Bound((whole,)))
    if len(parts.reads) != count:
        message = f"`by` gives {len(parts.reads)} parts for {count} branches"
        context.say(Problem("bad-value", message, help="give every branch one part"), by.span, within.builder.path)
        raise Unknown
    return parts.reads


def _join(
    context: Context,
    place: Place,
    within: Place,
    node: Node,
    name: str,
    inner: Builder,
    first: Read,
    merge: Node | None,
    ends: Sequence[Read],
) -> Value:
    """Merge the branches, or give them as outputs."""
    if merge is None:
        outputs = [(end.label, end.ref) for end in ends]
        return context.enclose(place, node, name, inner, [first], lambda: done(inner, place, outputs, "list"))
    result = merged(context, within, node, merge, ends)
    outputs = [("merge", result.first.ref)]
    return context.enclose(place, node, name, inner, [first], lambda: done(inner, place, outputs))


# -- repeat and each ---------------------------------------------------------------------------------------------------


def repeated(context: Context, place: Place, node: Node, bound: Bound) -> Value:
    """A chain of instances; the next reads the first output of the one before in its first slot."""
    path = place.builder.join(node.name)
    turns = _turns(context, place, node, bound, path)
    if not turns:
        return left_out(bound)
    with context.at(node.span, path):
        inner = Builder("repeat", path, place.builder, transparent=True, level=context.deeper(place.builder))
    supply = bound.reads()
    ports = [inner.add_port(read.label, read.type, read.ref) for read in supply]
    inner.arity = len(ports)
    within = place.inside(inner)
    current = _rebound(bound, ports)
    value = Value((), ())
    for index, loop in enumerate(turns):
        value = context.instance(within.looping(**loop), node, str(index), current)
        context.count(place.builder.size + inner.size, node.span, path)
        if supply:
            current = current.starting_with(value.first)
    form: Form = "list" if value.names else "one"
    with context.at(node.span, path):
        names = value.names or (node.name,)
        outputs = [(key, read.ref) for key, read in zip(names, value.reads or [value.first], strict=True)]
    return context.enclose(place, node, node.name, inner, supply, lambda: done(inner, place, outputs, form))


def _rebound(bound: Bound, ports: Sequence[Read]) -> Bound:
    positional = tuple(ports[: len(bound.positional)])
    slots = dict(zip(bound.slots, ports[len(positional) :], strict=True)) if bound.slots else None
    return Bound(positional, slots, bound.written)


def _turns(context: Context, place: Place, node: Node, bound: Bound, path: str) -> list[dict[str, Any]]:
    """What `index`, `count` and `item` are in each turn."""
    names = place.names(bound.first)
    if node.repeat is not None:
        with context.at(node.repeat.span, path):
            count = _whole(value_of(node.repeat.value, names), "repeat", 0)
        context.count(count, node.span, path)
        return [{"index": index, "count": count} for index in range(count)]
    assert node.each is not None
    items = _items(context, node.each, path, lambda raw: parameter_value(raw, names))
    return [{"index": index, "count": len(items), "item": item} for index, item in enumerate(items)]


def _items(context: Context, each: Argument, path: str, evaluate: Callable[[Any], Any]) -> list[Any]:
    with context.at(each.span, path):
        items = evaluate(each.value)
        if not isinstance(items, list):
            help = "to repeat n times, write `repeat: n`"
            raise Problem("bad-value", f"each takes a list, found {show(items)}", help=help)
    return items  # pyright: ignore[reportUnknownVariableType]


def _whole(value: object, what: str, least: int) -> int:
    found, open_ = show(value), open_symbols(value)
    if open_:
        raise needs_integer(what, value, open_)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        help = "for a list of items, write `each: […]`" if isinstance(value, list) else None
        raise Problem("bad-value", f"{what} must be an integer of at least {least}, found {found}", help=help)
    return value


def left_out(bound: Bound) -> Value:
    """A node that is not there: its readers get its first input."""
    return Value((), (bound.first,) if bound.first is not None else (), left_out=True)
