"""Which blocks may be one: instances of one class, in groups of like skeletons, those that others use first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from lego.spec.document import Block, Document, Graph, Node, Sequential, Share, Use
from lego.spec.folding.align import align
from lego.spec.folding.columns import Unlike
from lego.spec.folding.values import Blocks, Missing, arguments_of, defaults_of, is_tied, same
from lego.spec.folding.walk import all_nodes
from lego.spec.writing.ends import outputs_data
from lego.spec.writing.node import init_data, node_data

_NUMBERED = re.compile(r"(.+?)_\d+")
_WORD = re.compile(r"[A-Za-z_]\w*")


def class_of(name: str) -> str:
    """The class of a block: its name before the number."""
    match = _NUMBERED.fullmatch(name)
    return match[1] if match is not None else name


def bottom_up(blocks: Blocks) -> list[list[str]]:
    """Blocks by class, each class behind those that it uses; classes that use each other by level as well.

    Raises:
        CycleError: a block uses itself.
    """
    uses = {name: used_in(block.graph, blocks) for name, block in blocks.items()}
    levels: dict[str, int] = {}
    for name in TopologicalSorter(uses).static_order():
        levels[name] = 1 + max((levels[used] for used in uses[name]), default=0)
    try:
        return _grouped(uses, {name: (class_of(name), 0) for name in blocks})
    except CycleError:
        return _grouped(uses, {name: (class_of(name), levels[name]) for name in blocks})


def used_in(graph: Graph, blocks: Blocks) -> list[str]:
    """The blocks that the nodes of a graph name."""
    names = (node.what.name for node in all_nodes(graph) if isinstance(node.what, Use))
    return [name for name in dict.fromkeys(names) if name in blocks]


def _grouped(uses: Mapping[str, Sequence[str]], keys: Mapping[str, tuple[str, int]]) -> list[list[str]]:
    members: dict[tuple[str, int], list[str]] = {}
    needs: dict[tuple[str, int], dict[tuple[str, int], None]] = {}
    for name, used in uses.items():
        members.setdefault(keys[name], []).append(name)
        needs.setdefault(keys[name], {}).update(dict.fromkeys(keys[one] for one in used))
    return [members[key] for key in TopologicalSorter(needs).static_order()]


def every_node(document: Document) -> Iterator[Node]:
    """The nodes of all blocks, and those of the document's own graph."""
    graphs = [block.graph for block in document.blocks.values()]
    for graph in graphs if document.graph is None else [*graphs, document.graph]:
        yield from all_nodes(graph)


def used_specially(document: Document) -> set[str]:
    """Blocks with a use that says more than what goes in: it repeats, has a condition, or is shared."""
    uses = [(node, node.what) for node in every_node(document) if isinstance(node.what, Use)]
    shared = {node.what.of.name for node in every_node(document) if isinstance(node.what, Share)}
    return {
        use.name
        for node, use in uses
        if node.repeat or node.each or node.when or node.init or node.checkpoint or node.name in shared
    }


def mentioned(document: Document) -> set[str]:
    """Every word in a value of the document: a block of that name may be meant."""
    values: list[Any] = [
        argument.value for part in (document, *document.blocks.values()) for argument in part.params.values()
    ]
    for node in every_node(document):
        values += [argument.value for argument in (node.repeat, node.each, node.when) if argument is not None]
        if isinstance(node.what, Use):
            values += [argument.value for argument in node.what.arguments.values()]
            values += [node.what.primary.value] if node.what.primary is not None else []
    return {word for value in values for word in _WORD.findall(same(value))}


def skeleton(block: Block, known: Blocks) -> str:
    """The block without the literals that may become parameters: equal where only those differ."""
    ends = [[one.name for one in block.inputs], [(tie.left, tie.right) for tie in block.tie]]
    outputs = None if block.outputs is None else outputs_data(block.outputs)
    return repr((_graph(block.graph, known), ends, outputs, None if block.init is None else init_data(block.init)))


def _graph(graph: Graph, known: Blocks) -> tuple[Any, ...]:
    return (graph.listed, *(_node(node, known) for node in graph.nodes))


def _node(node: Node, known: Blocks) -> tuple[Any, ...]:
    what = node.what
    bare = node.model_copy(update={"what": Use(name="_", span=node.span), "repeat": None, "each": None})
    loops = [
        None if one is None else is_tied("", "", one.value, known) and same(one.value)
        for one in (node.repeat, node.each)
    ]
    return (node.name, node_data(bare), loops, _what(what, node, known))


def _what(what: Any, node: Node, known: Blocks) -> Any:
    match what:
        case Sequential():
            return _graph(what.graph, known)
        case Use():
            return _use(what, known)
        case _:
            return node_data(node)


def _use(use: Use, known: Blocks) -> tuple[Any, ...]:
    default = defaults_of(use.name, known)
    found: list[Any] = [use.name]
    for name, argument in sorted(arguments_of(use, known).items()):
        if is_tied(use.name, name, argument.value, known):
            found.append((name, _masked(argument.value)))
        elif default(name) is Missing:
            found.append(name)
    return tuple(found)


def _masked(value: Any) -> Any:
    """What of a value must stay in its place: of a list, all but the numbers."""
    return [None if type(one) is int else same(one) for one in value] if isinstance(value, list) else same(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def variants(names: Iterable[str], blocks: Blocks, known: Blocks) -> list[list[str]]:
    """The blocks in as few groups as may be, each of variants of one."""
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(skeleton(blocks[name], known), []).append(name)
    groups = [[[*members]] for members in alike.values()]
    while (joined := _joined(groups, blocks, known)) is not None:
        groups = joined
    order = {name: number for number, name in enumerate(blocks)}
    found = [sorted((name for members in group for name in members), key=order.__getitem__) for group in groups]
    return sorted(found, key=lambda group: order[group[0]])


Group = list[list[str]]
"""Variants of one block, by skeleton."""


def _joined(groups: Sequence[Group], blocks: Blocks, known: Blocks) -> list[Group] | None:
    """Each group joined to the first before it that it fits; None where none does."""
    found: list[Group] = []
    for group in groups:
        host = next((one for one in found if _fit(one, group, blocks, known)), None)
        if host is None:
            found.append([*group])
        else:
            host.extend(group)
    return found if len(found) < len(groups) else None


def _fit(host: Group, guest: Group, blocks: Blocks, known: Blocks) -> bool:
    """Whether the blocks of two groups are variants of one."""
    try:
        align([blocks[host[0][0]], blocks[guest[0][0]]], known)
        align([blocks[members[0]] for members in (*host, *guest)], known)
    except Unlike:
        return False
    return True
