"""The tree as graphs and blocks of a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from torch import nn

from lego.catalogue import create, find_layer
from lego.runtime.importing.calls import Value
from lego.runtime.importing.placing.gathering import exported, wanted
from lego.runtime.importing.placing.naming import block_name, free_name, name_items
from lego.runtime.importing.placing.parts import Again, Group, Item, Leaf
from lego.runtime.importing.placing.scope import Scope, Shadowed, reads_of
from lego.runtime.importing.translating.translate import leaves
from lego.spec import Argument, Block, Graph, Input, Node, Output, Outputs, Reads, Reference, Sequential, Share, Use


class Given(NamedTuple):
    """What leaves a node: values, and how each is picked."""

    values: Sequence[Value]
    picks: Sequence[str | None]


class Writer:
    """Writes graphs; `blocks` are those that they use."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.blocks: dict[str, Block] = {}
        self._given: dict[Group, tuple[Given, str]] = {}

    def graph(self, group: Group, scope: Scope, exports: Sequence[Value]) -> Graph:
        """The graph of a group.

        Raises:
            Shadowed: a node cannot name what it reads.
        """
        scope.names = frozenset(item.name for item in group.items)
        read = wanted(group, exports)
        nodes: list[Node] = []
        previous = scope.first
        for item in group.items:
            node, given = self._node(item, scope, previous, read)
            scope.values |= {value: (item.name, pick) for value, pick in zip(given.values, given.picks, strict=True)}
            previous = given.values[0] if given.values else None
            nodes.append(node)
        listed = all(node.name == str(index) for index, node in enumerate(nodes))
        return Graph(nodes=tuple(nodes), listed=listed, span=group.span)

    def _node(self, item: Item, scope: Scope, previous: Value | None, read: set[Value]) -> tuple[Node, Given]:
        if isinstance(item, Leaf):
            return self._leaf(item, scope, previous)
        if isinstance(item, Again):
            return self._again(item, scope, previous)
        assert isinstance(item, Group)
        exports = exported(item, read)
        if _may_be_sequential(item, exports):
            kept = dict(self.blocks)
            try:
                return self._sequential(item, scope, previous, exports)
            except Shadowed:
                self.blocks = kept
        return self._called(item, scope, previous, exports)

    def _leaf(self, leaf: Leaf, scope: Scope, previous: Value | None) -> tuple[Node, Given]:
        step = leaf.step
        what = Use(
            name=step.layer,
            arguments={name: Argument(value, step.span) for name, value in step.arguments.items()},
            span=step.span,
        )
        shared = None if leaf.shares is None else Share(of=Reference(leaf.shares.name, None, step.span))
        reads = reads_of(step.layer, leaf.reads, previous, scope, step.span)
        frozen = step.frozen and shared is None
        node = Node(name=leaf.name, what=shared or what, reads=reads, freeze=frozen, span=step.span)
        return node, Given(step.results, _picks(leaf))

    def _again(self, item: Again, scope: Scope, previous: Value | None) -> tuple[Node, Given]:
        given, layer = self._given[item.first]
        what = Share(of=Reference(item.first.name, None, item.span))
        reads = reads_of(layer, item.needs(), previous, scope, item.span)
        node = Node(name=item.name, what=what, reads=reads, span=item.span)
        return node, Given([item.values[value] for value in given.values], given.picks)

    # -- groups ------------------------------------------------------------------------------------------------------

    def _sequential(
        self, group: Group, scope: Scope, previous: Value | None, exports: Sequence[Value]
    ) -> tuple[Node, Given]:
        first = next(iter(group.needs()), previous)
        reads = _first_read(group, previous, scope)
        name_items(group, self.model)
        graph = self.graph(group, Scope(first, outer=scope), exports)
        given = Given(exports, [None] * len(exports))
        self._given[group] = given, "Sequential"
        return Node(name=group.name, what=Sequential(graph=graph), reads=reads, span=group.span), given

    def _called(
        self, group: Group, scope: Scope, previous: Value | None, exports: Sequence[Value]
    ) -> tuple[Node, Given]:
        """A node that is a block, and the block."""
        ordered = _as_returned(group, exports)
        name_items(group, self.model)
        ports = _ports(group, scope)
        inner = Scope(next(iter(ports), None), ports)
        graph = self.graph(group, inner, ordered)
        outputs, picks = _outputs(graph, inner, ordered, group)
        several = len(ports) > 1 or inner.named
        inputs = tuple(Input(name=name, span=group.span) for name in ports.values()) if several else ()
        name = block_name(group, self.blocks)
        self.blocks[name] = Block(inputs=inputs, graph=graph, outputs=outputs, span=group.span)
        reads = reads_of(name, group.needs(), previous, scope, group.span)
        given = Given(ordered, picks)
        self._given[group] = given, name
        return Node(name=group.name, what=Use(name=name, span=group.span), reads=reads, span=group.span), given


def _first_read(group: Group, previous: Value | None, scope: Scope) -> Reads | None:
    """An inline graph reads one value, and sees all that are around it."""
    return reads_of("Sequential", group.needs()[:1], previous, scope, group.span)


def _may_be_sequential(group: Group, exports: Sequence[Value]) -> bool:
    """An inline graph gives what its last node gives first; one that runs again reads one value."""
    if group.frame is not None and type(group.frame.module) is not nn.Sequential:
        return False
    if len(exports) > 1 or (group.agains and len(group.needs()) > 1):
        return False
    return not exports or _ends_on(group, exports[0])


def _ends_on(group: Group, value: Value) -> bool:
    """Whether the last node gives a value first; it is made the last one where that can be."""
    maker = next(item for item in group.items if value in item.makes())
    if any(one in maker.makes() for item in group.items if item is not maker for one in item.needs()):
        return False
    group.items = [*(item for item in group.items if item is not maker), maker]
    return isinstance(maker, Group) or next(iter(maker.makes())) is value


def _as_returned(group: Group, exports: Sequence[Value]) -> list[Value]:
    """What leaves a block, in the order in which its module returns it."""
    returned = [] if group.frame is None or not group.frame.outputs else leaves(group.frame.output)
    first = [value for value in dict.fromkeys(returned) if value in exports]
    return [*first, *(value for value in exports if value not in first)]


def _ports(group: Group, scope: Scope) -> dict[Value, str]:
    """Names for the inputs of a block: those of `forward`, else of what made them."""
    forward = {} if group.frame is None else {value: name for name, value in reversed(group.frame.inputs.items())}
    taken = {item.name for item in group.items}
    ports: dict[Value, str] = {}
    for value in group.needs():
        base = forward.get(value) or scope.name_of(value)
        base = "x" if base == "input" or base.isdigit() else base
        ports[value] = free_name(base, {*taken, *ports.values()})
    return ports


def _outputs(
    graph: Graph, scope: Scope, exports: Sequence[Value], group: Group
) -> tuple[Outputs | None, list[str | None]]:
    """The outputs of a block, and how each is picked where the block is used."""
    if not exports or (len(exports) == 1 and scope.values[exports[0]] == (graph.nodes[-1].name, None)):
        return None, [None] * len(exports)
    references = [scope.reference(value, group.span) for value in exports]
    if len(references) == 1:
        return Outputs(form="one", entries=(Output(key=str(references[0]), reference=references[0]),)), [None]
    keys = [_key(reference) for reference in references]
    entries = tuple(Output(key=key, reference=one) for key, one in zip(keys, references, strict=True))
    return Outputs(form="mapping", entries=entries), [None, *keys[1:]]


def _key(reference: Reference) -> str:
    name = f"output_{reference.name}" if reference.name.isdigit() else reference.name
    return name if reference.output is None else f"{name}_{reference.output}"


def _picks(leaf: Leaf) -> list[str | None]:
    """How the outputs of a layer are picked; the first is meant by the bare name."""
    count = len(leaf.step.results)
    kind = find_layer(leaf.step.layer) if count > 1 else None
    made = create(kind, {}) if kind is not None else []
    names = () if isinstance(made, list) else made.output_names()
    return [None, *(names[at] if len(names) == count else str(at) for at in range(1, count))][:count]
