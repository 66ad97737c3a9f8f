"""A short text that is the same for graphs that mean the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

from lego.graph.cost import Costs
from lego.graph.flat import Item, flat
from lego.graph.graph import Graph
from lego.shapes import TensorType

_LENGTH = 16


def digest(graph: Graph) -> str:
    """Sixteen hexadecimal digits (of a SHA-256) that say what a graph means.

    Equal for graphs of equal inputs, outputs and layers: with their paths, resolved arguments, wiring, start values,
    what is frozen, checkpointed, shared and tied, in the order of execution, which is that of `state_dict`. Names and
    texts that are for people, and how the document spells it (parameters, expressions, blocks, repeats), do not count.
    """
    found = sha256()
    for line in _lines(graph):
        found.update(json.dumps(line, ensure_ascii=True).encode() + b"\n")
    return found.hexdigest()[:_LENGTH]


def _lines(graph: Graph) -> Iterator[object]:
    """What counts, as plain data."""
    root = graph.root
    listed = flat(root)
    yield [[port.name, *_type(port.type)] for port in root.ports]
    for item in listed.items:
        if not item.is_block:
            yield _item(item)
    names = [name if root.form == "mapping" else "" for name, _ in root.outputs]
    yield [root.form, *zip(names, listed.outputs, strict=True)]
    yield sorted(Costs().tied(root).items())


def _item(item: Item) -> object:
    flags = [item.frozen and item.has_weights, item.checkpoint, item.shares]
    return [item.path, item.kind, sorted(item.arguments.items()), item.reads, sorted(item.initial.items()), *flags]


def _type(type: TensorType) -> list[object]:
    return [str(type.shape), type.dtype, type.range]
