"""Variants of one block become that block, with parameters for what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lego.spec.document import Argument, Block, Graph, Node, Use
from lego.spec.folding.align import align
from lego.spec.folding.columns import Column, Hole
from lego.spec.folding.parameters import solve
from lego.spec.folding.tidy import tidy
from lego.spec.folding.values import Blocks, same
from lego.spec.folding.walk import rebuilt


class Call(NamedTuple):
    """How a block that was is used now."""

    name: str
    arguments: dict[str, Argument]


def called(graph: Graph, calls: Mapping[str, Call | Node]) -> Graph:
    """A graph whose nodes use what the blocks have become; a block that is one node is that node."""

    def change(node: Node) -> Node:
        if not isinstance(node.what, Use) or node.what.name not in calls:
            return node
        call = calls[node.what.name]
        if isinstance(call, Node):
            whole = {"what": call.what, "repeat": call.repeat, "each": call.each, "init": call.init}
            flags = {"freeze": node.freeze or call.freeze, "checkpoint": call.checkpoint}
            return node.model_copy(update={**whole, **flags})
        arguments = {name: Argument(one.value, node.span) for name, one in call.arguments.items()}
        arguments = node.what.arguments | arguments
        return node.model_copy(
            update={"what": node.what.model_copy(update={"name": call.name, "arguments": arguments})}
        )

    return rebuilt(graph, change)


def merged(blocks: Sequence[Block], known: Blocks) -> tuple[Block, list[dict[str, Argument]]]:
    """One block for all, and what a use of each now gives.

    Raises:
        Unlike: they are no variants of one.
    """
    first = blocks[0]
    if len(blocks) == 1:
        return first, [{}]
    aligned = align(blocks, known)
    solved = solve(aligned.columns)
    graph = _filled(aligned.block.graph, aligned.columns, solved.texts)
    params = solved.params(first.span)
    block = aligned.block.model_copy(update={"graph": graph, "params": params})
    return tidy(block), [solved.arguments(number, first.span) for number in range(len(blocks))]


def _filled(graph: Graph, columns: Sequence[Column], texts: Sequence[Any]) -> Graph:
    """The graph with the values of the columns."""

    def text(found: Any) -> Any:
        if isinstance(found, list):
            return [text(item) for item in found]  # pyright: ignore[reportUnknownVariableType]
        return texts[found.column] if isinstance(found, Hole) else found

    def value(argument: Argument | None) -> Argument | None:
        return None if argument is None else Argument(text(argument.value), argument.span)

    def needed(argument: Argument) -> bool:
        hole: Any = argument.value
        return not isinstance(hole, Hole) or same(texts[hole.column]) != same(columns[hole.column].default)

    def use(what: Use) -> Use:
        if what.primary is not None and isinstance(what.primary.value, Hole):
            return what.model_copy(update={"name": texts[what.primary.value.column], "primary": None})
        arguments = {name: value(one) for name, one in what.arguments.items() if needed(one)}
        return what.model_copy(update={"arguments": arguments})

    def change(node: Node) -> Node:
        wiring = {"when": value(node.when), "repeat": value(node.repeat), "each": value(node.each)}
        what = use(node.what) if isinstance(node.what, Use) else node.what
        return node.model_copy(update={**wiring, "what": what})

    return rebuilt(graph, change)
