"""A document, folded: the very same network, as a person would have written it."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError
from itertools import chain, count

from lego.catalogue import is_layer
from lego.spec.document import Block, Document, Node
from lego.spec.folding.classes import bottom_up, class_of, mentioned, used_specially, variants
from lego.spec.folding.joins import with_joins_outside
from lego.spec.folding.loops import loop_of, with_loops
from lego.spec.folding.merge import Call, called, merged
from lego.spec.folding.tidy import tidy
from lego.spec.folding.values import is_literal
from lego.spec.names import COMPOSITES, WIRING


def fold(document: Document) -> Document:
    """Blocks of one class become one with parameters, equal neighbours `repeat`, and defaults go unsaid.

    Blocks are of one class whose names differ in their number only: `Bottleneck`, `Bottleneck_2`. What has parameters
    already, or stands in a value by name, stays as it is. The names of nodes and with them the paths of all weights are
    kept, and so is the order of what runs.

    Returns:
        A document that means the same; folding it again changes nothing.
    """
    while (folded := _once(document)) != document:
        document = folded
    return document


def _once(document: Document) -> Document:
    document = tidy(with_joins_outside(document))
    try:
        groups = bottom_up(document.blocks)
    except CycleError:
        return document
    fixed = mentioned(document) | {name for name, block in document.blocks.items() if not is_literal(block)}
    folding = _Folding(document, fixed)
    for names in groups:
        folding.group(names)
    return folding.result()


class _Folding:
    """One pass over a document, from the blocks that use none to the document's own graph."""

    def __init__(self, document: Document, fixed: set[str]) -> None:
        self.document = document
        self.fixed = fixed
        self.taken = fixed & document.blocks.keys() | document.include.keys()
        self.special = used_specially(document)
        self.calls: dict[str, Call | Node] = {}
        self.found: dict[str, Block] = {}
        self.places: dict[str, int] = {}

    def group(self, names: Sequence[str]) -> None:
        """The blocks of one class, whose own blocks are done."""
        blocks = {name: self._inside(self.document.blocks[name]) for name in names}
        for name in names:
            if name in self.fixed:
                self._keep(name, name, blocks[name])
        containers = {name: self._container(name, blocks[name]) for name in names if name not in self.fixed}
        self.calls |= {name: node for name, node in containers.items() if node is not None}
        free = [name for name, node in containers.items() if node is None]
        for group in variants(free, blocks, self.found):
            name = self._name(group[0])
            block, arguments = merged([blocks[one] for one in group], self.found)
            self._keep(group[0], name, block)
            self.calls |= {one: Call(name, given) for one, given in zip(group, arguments, strict=True)}

    def _inside(self, block: Block) -> Block:
        """A block with what its own nodes have become."""
        graph = with_loops(called(block.graph, self.calls), self.found)
        return tidy(block.model_copy(update={"graph": graph}))

    def _container(self, name: str, block: Block) -> Node | None:
        """The node that a block is which has nothing but a chain that repeats."""
        bare = not (block.inputs or block.outputs or block.init or block.tie or block.doc)
        loop = loop_of(block.graph, self.found) if bare and name not in self.special else None
        return loop.node if loop is not None and loop.further is None else None

    def _name(self, first: str) -> str:
        """The class of a block, with a number where others have it."""
        name = class_of(first)
        numbered = (f"{name}_{number}" for number in count(2))
        bare = [] if is_layer(name) or name in (*COMPOSITES, *WIRING) else [name]
        return next(one for one in chain(bare, numbered) if one not in self.taken)

    def _keep(self, first: str, name: str, block: Block) -> None:
        self.taken.add(name)
        self.found[name] = block
        self.places[name] = list(self.document.blocks).index(first)

    def result(self) -> Document:
        """The document of what was found."""
        names = sorted(self.found, key=self.places.__getitem__)
        update: dict[str, object] = {"blocks": {name: self.found[name] for name in names}}
        if self.document.graph is not None:
            update["graph"] = with_loops(called(self.document.graph, self.calls), self.found)
        return tidy(self.document.model_copy(update=update))
