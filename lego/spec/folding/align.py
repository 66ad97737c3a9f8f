"""Several blocks laid over each other: one graph that has the nodes of all, and columns of what differs.

A node that only some have can be left out where its readers then read what they read in the others: its first input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from lego.catalogue import Layer, find_layer
from lego.spec.document import (
    Argument,
    Block,
    Graph,
    Node,
    Outputs,
    Reads,
    Reference,
    Sequential,
    Share,
    Use,
    What,
)
from lego.spec.folding.columns import Column, Hole, Unlike
from lego.spec.folding.order import merged_order
from lego.spec.folding.values import (
    Blocks,
    Missing,
    argument_names,
    arguments_of,
    defaults_of,
    is_tied,
    same,
    sizes_of,
)
from lego.spec.folding.walk import all_nodes, with_inner
from lego.spec.folding.wires import Place, Wire, explicit_reads, output_entries, wires_of

T = TypeVar("T")


@dataclass(slots=True)
class Aligned:
    """The blocks in one: `Hole`s stand where columns have the values."""

    block: Block
    columns: list[Column]


def align(blocks: Sequence[Block], known: Blocks) -> Aligned:
    """One graph for all blocks.

    Raises:
        Unlike: there is none.
    """
    alignment = _Alignment(known)
    graph = alignment.graph([block.graph for block in blocks], (), {"input": (0, -1)})
    first = blocks[0]
    agree(block.inputs for block in blocks)
    agree(block.init for block in blocks)
    agree(block.tie for block in blocks)
    outputs = _outputs(blocks)
    alignment.check(blocks, graph, outputs)
    return Aligned(first.model_copy(update={"graph": graph, "outputs": outputs}), alignment.columns)


def agree(values: Iterable[T]) -> T:
    """What all are."""
    first, *others = values
    if any(other != first for other in others):
        raise Unlike
    return first


Ranks = dict[str, tuple[int, int]]
"""How late a name stands among those in sight, the innermost last."""


@dataclass(slots=True)
class _Alignment:
    known: Blocks
    columns: list[Column] = field(default_factory=list[Column])
    optional: set[Place] = field(default_factory=set[Place])

    def graph(self, graphs: Sequence[Graph | None], place: Place, outer: Ranks) -> Graph:
        present = [graph for graph in graphs if graph is not None]
        names = merged_order([[node.name for node in graph.nodes] for graph in present])
        if names is None:
            raise Unlike
        tables = [None if graph is None else _table(graph) for graph in graphs]
        _check_common(names, [table for table in tables if table is not None])
        ranks = outer | {name: (len(place) + 1, position) for position, name in enumerate(names)}
        ranks["input"] = (len(place) + 1, -1)
        nodes = tuple(self._rows(name, tables, (*place, name), ranks) for name in names)
        listed = agree(graph.listed for graph in present)
        if listed and names != [str(number) for number in range(len(names))]:
            raise Unlike
        return present[0].model_copy(update={"nodes": nodes})

    def _rows(self, name: str, tables: Sequence[_Table | None], place: Place, ranks: Ranks) -> Node:
        """One node of all graphs that have it."""
        rows = [None if table is None else table.get(name) for table in tables]
        nodes = [None if row is None else row[0] for row in rows]
        template = self._node(nodes, place, ranks)
        reads = _reads([row[1] for row in rows if row is not None], ranks)
        when = template.when
        held = [None if table is None else name in table for table in tables]
        if False in held:
            if when is not None:
                raise Unlike
            self.optional.add(place)
            values = tuple(Missing if there is None else there for there in held)
            use = template.what.name if isinstance(template.what, Use) else ""
            when = self._hole(Column(place, "", values, kind="when", use=use), template)
        return template.model_copy(update={"reads": reads, "when": when})

    def _node(self, nodes: Sequence[Node | None], place: Place, ranks: Ranks) -> Node:
        present = [node for node in nodes if node is not None]
        first = present[0]
        for node in present[1:]:
            if (node.freeze, node.checkpoint, node.doc) != (first.freeze, first.checkpoint, first.doc):
                raise Unlike
        agree(node.init for node in present)
        found: dict[str, Any] = {"when": self._same([node.when for node in present])}
        found["repeat"] = self._loop("repeat", nodes, place)
        found["each"] = self._loop("each", nodes, place)
        found["what"] = self._what([None if node is None else node.what for node in nodes], place, ranks, first)
        return first.model_copy(update=found)

    def _same(self, arguments: Sequence[Argument | None]) -> Argument | None:
        agree(None if argument is None else same(argument.value) for argument in arguments)
        return arguments[0]

    def _loop(self, kind: Literal["repeat", "each"], nodes: Sequence[Node | None], place: Place) -> Argument | None:
        arguments = [None if node is None else (node.repeat if kind == "repeat" else node.each) for node in nodes]
        given = [argument for node, argument in zip(nodes, arguments, strict=True) if node is not None]
        if None in given:
            return self._same(given)
        values = tuple(Missing if one is None else one.value for one in arguments)
        first = next(node for node in nodes if node is not None)
        return self._hole(self._movable(Column(place, "", values, kind=kind)), first)

    def _hole(self, column: Column, node: Node) -> Argument:
        self.columns.append(column)
        return Argument(Hole(len(self.columns) - 1), node.span)

    def _movable(self, column: Column, *uses: str) -> Column:
        """The column, if it can become a parameter or is the same everywhere."""
        values = [value for value in column.values if value is not Missing]
        if column.kind == "size" and not all(type(value) is int for value in values):
            agree(map(same, values))
        if len(set(map(same, values))) > 1 and any(
            is_tied(use, column.argument, value, self.known) for use in uses or ("",) for value in values
        ):
            raise Unlike
        return column

    def _what(self, whats: Sequence[What | None], place: Place, ranks: Ranks, node: Node) -> What:
        present = [what for what in whats if what is not None]
        first = present[0]
        agree(type(what) for what in present)
        if isinstance(first, Sequential):
            graphs = [what.graph if isinstance(what, Sequential) else None for what in whats]
            return first.model_copy(update={"graph": self.graph(graphs, place, ranks)})
        if isinstance(first, Use):
            return self._use([what if isinstance(what, Use) else None for what in whats], place, node)
        return agree(present)

    def _use(self, uses: Sequence[Use | None], place: Place, node: Node) -> Use:
        present = [use for use in uses if use is not None]
        first = present[0]
        if len({use.name for use in present}) > 1:
            values = tuple(Missing if use is None else self._written(use) for use in uses)
            _check_kin([use.name for use in present], self.known)
            hole = self._hole(Column(place, "", values, kind="layer"), node)
            return first.model_copy(update={"name": "$", "arguments": {}, "primary": hole})
        default = defaults_of(first.name, self.known)
        given = [None if use is None else arguments_of(use, self.known) for use in uses]
        arguments: dict[str, Argument] = {}
        for name in argument_names(first.name, [one for one in given if one is not None], self.known):
            own = default(name)
            values = tuple(Missing if one is None else one[name].value if name in one else own for one in given)
            if any(one is not None and value is Missing for one, value in zip(given, values, strict=True)):
                raise Unlike
            arguments[name] = self._argument(Column(place, name, values, own), first.name, node)
        return first.model_copy(update={"arguments": arguments, "primary": None})

    def _argument(self, column: Column, use: str, node: Node) -> Argument:
        """One argument: as a whole, or number by number where some of a list stay in their place."""
        lists = sizes_of([value for value in column.values if value is not Missing])
        if lists is None or not any(is_tied(use, column.argument, value, self.known) for value in lists):
            return self._hole(self._movable(column, use), node)
        holes: list[Hole] = []
        for at in range(len(lists[0])):
            values = tuple(value if value is Missing else value[at] for value in column.values)
            single = Column(column.place, f"{column.argument}_{at}", values, kind="size")
            holes.append(self._hole(self._movable(single), node).value)
        return Argument(holes, node.span)

    def _written(self, use: Use) -> Any:
        """A layer as the value of a parameter."""
        given = {name: argument.value for name, argument in arguments_of(use, self.known).items()}
        if any(is_tied(use.name, name, value, self.known) for name, value in given.items()):
            raise Unlike
        return {use.name: given} if given else use.name

    def check(self, blocks: Sequence[Block], graph: Graph, outputs: Outputs | None) -> None:
        """Refuse where leaving nodes out would not give every block as it was."""
        block = blocks[0].model_copy(update={"graph": graph, "outputs": outputs})
        if self.optional:
            self._check_optional(block)
        whole = wires_of(block)
        for one in blocks:
            own = wires_of(one)
            for place, expected in own.items():
                found = whole[place]
                if len(found) != len(expected) or any(
                    _passed(wire, whole, own) != wanted for wire, wanted in zip(found, expected, strict=True)
                ):
                    raise Unlike

    def _check_optional(self, block: Block) -> None:
        """What is left out has nothing that only a node that is there can have."""
        names = {place[-1] for place in self.optional}
        kinds = [node.what for node in all_nodes(block.graph)]
        if block.tie or not all(isinstance(what, Use | Sequential | Share) for what in kinds):
            raise Unlike
        if any(isinstance(what, Share) and what.of.name in names for what in kinds):
            raise Unlike
        if block.outputs is not None and any(one.reference.name in names for one in block.outputs.entries):
            raise Unlike


def _passed(wire: Wire, whole: dict[Place, tuple[Wire, ...]], own: dict[Place, tuple[Wire, ...]]) -> Wire:
    """What a wire leads to in a block that lacks some of the nodes."""
    while wire.place in whole and wire.place not in own:
        reads = whole[wire.place]
        if wire.output is not None or not reads:
            raise Unlike
        wire = reads[0]
    return wire


_Table = dict[str, tuple[Node, Reads | None]]


def _table(graph: Graph) -> _Table:
    return {node.name: (node, reads) for node, reads in zip(graph.nodes, explicit_reads(graph), strict=True)}


def _check_common(names: Sequence[str], tables: Sequence[_Table]) -> None:
    """Variants have more in common than apart, the nodes inside counted."""
    common = apart = 0
    for name in names:
        nodes = [table[name][0] for table in tables if name in table]
        size = max(len(list(with_inner(node))) for node in nodes)
        common, apart = (common + size, apart) if len(nodes) == len(tables) else (common, apart + size)
    if apart > common:
        raise Unlike


def _reads(rows: Sequence[Reads | None], ranks: Ranks) -> Reads | None:
    """In each slot the latest of what the blocks have there: what comes before it is left when it is not there."""
    present = [reads for reads in rows if reads is not None]
    if len(present) < len(rows):
        agree(rows)
        return None
    agree((len(reads.positional), list(reads.slots)) for reads in present)
    first = present[0]

    def latest(pick: Callable[[Reads], Reference]) -> Reference:
        return max(map(pick, present), key=lambda one: ranks.get(one.name, (0, -2)))

    positional = tuple(latest(lambda reads, at=at: reads.positional[at]) for at in range(len(first.positional)))
    slots = {slot: latest(lambda reads, slot=slot: reads.slots[slot]) for slot in first.slots}
    return first.model_copy(update={"positional": positional, "slots": slots})


def _check_kin(names: Sequence[str], known: Blocks) -> None:
    """Only layers of one family stand for each other, and the identity for all."""
    layers = [None if name in known else find_layer(name) for name in names]
    families = {family_of(layer) for layer in layers}
    if None in layers or len(families - {"Identity"}) > 1:
        raise Unlike


def family_of(layer: type[Layer] | None) -> str:
    """The family of a layer, but for the identity, which has none."""
    return "" if layer is None else "Identity" if layer.__name__ == "Identity" else layer.family


def _outputs(blocks: Sequence[Block]) -> Outputs | None:
    """The outputs of all: the last node of each, or the same names."""
    if all(block.outputs is None for block in blocks):
        return None
    written = [block.outputs or Outputs(form="one", entries=output_entries(block)) for block in blocks]
    return agree(written)
