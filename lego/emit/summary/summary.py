"""The summary itself: immutable, and as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lego.shapes import Shape, Size, TensorType


def total(sizes: Iterable[Size]) -> Size:
    """The sum of sizes, symbolic or not."""
    found: Size = 0
    for size in sizes:
        found = found + size
    return found


@dataclass(frozen=True)
class Entry:
    """One node, or a block (or composite) with the totals of its nodes.

    Attributes:
        path: Its path, which begins its keys in `state_dict`.
        kind: The name of its layer or block; of a composite, the word for it.
        shapes: Shape of each output.
        params: Learned numbers, those that were counted before left out.
        macs: Multiply-accumulates.
        bytes: Bytes of the outputs, with float32 weights.
        frozen: Its weights get no gradient.
        shared_with: Whose weights it uses, or the weight that one of its own is tied to.
        lowering: Of a recurrent's cell, how it runs: torch's kernel, or a loop of so many of its nodes.
        children: What stands in it; empty for a layer.
    """

    path: str
    kind: str
    shapes: tuple[Shape, ...]
    params: int
    macs: Size
    bytes: Size
    frozen: bool = False
    shared_with: str | None = None
    lowering: str = ""
    children: tuple[Entry, ...] = ()

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition(".")[2]

    @property
    def shape(self) -> Shape:
        """Shape of the first output."""
        return self.shapes[0]

    def all(self) -> Iterator[Entry]:
        """Itself, and what stands in it."""
        yield self
        for child in self.children:
            yield from child.all()

    def layers(self) -> Iterator[Entry]:
        """The layers in it, or itself."""
        return (entry for entry in self.all() if not entry.children)

    def to_json(self) -> dict[str, Any]:
        """Plain data; symbolic sizes are texts."""
        return {
            "path": self.path,
            "kind": self.kind,
            "shapes": [_plain_shape(shape) for shape in self.shapes],
            "params": self.params,
            "macs": _plain(self.macs),
            "bytes": _plain(self.bytes),
            "frozen": self.frozen,
            "shared_with": self.shared_with,
        }


@dataclass(frozen=True)
class Summary:
    """What a net costs, in all and node by node; `str` gives a table.

    Attributes:
        name: The document's name.
        inputs: Name and type of each input.
        outputs: Name and shape of each output.
        children: The nodes of the document's own graph, with what stands in them.
        requires: What the net asks of its symbols: `H ≥ 33`.
    """

    name: str
    inputs: dict[str, TensorType]
    outputs: dict[str, Shape]
    children: tuple[Entry, ...]
    requires: tuple[str, ...]

    @cached_property
    def nodes(self) -> tuple[Entry, ...]:
        """Every layer, in the order of execution."""
        return tuple(layer for child in self.children for layer in child.layers())

    @cached_property
    def lowerings(self) -> dict[str, str]:
        """How each recurrent's cell runs, by its path."""
        return {entry.path: entry.lowering for child in self.children for entry in child.all() if entry.lowering}

    @cached_property
    def params(self) -> int:
        """Learned numbers; shared and tied weights once."""
        return sum([child.params for child in self.children])

    @cached_property
    def trainable(self) -> int:
        """Those of `params` that get a gradient."""
        return sum([node.params for node in self.nodes if not node.frozen])

    @cached_property
    def macs(self) -> Size:
        """Multiply-accumulates of one run."""
        return total(child.macs for child in self.children)

    @cached_property
    def bytes(self) -> Size:
        """Bytes of the outputs of all layers together, with float32 weights: an upper bound of what training keeps."""
        return total(child.bytes for child in self.children)

    def text(self, depth: int | None = None) -> str:
        """A table in plain text; `depth` levels of blocks are opened, all unless said otherwise."""
        from lego.emit.summary.table import plain_table

        return plain_table(self, depth)

    def __str__(self) -> str:
        return self.text()

    def to_json(self) -> dict[str, Any]:
        """Plain data for programs; symbolic sizes are texts."""
        types = {name: {"shape": _plain_shape(type.shape), "dtype": type.dtype} for name, type in self.inputs.items()}
        return {
            "name": self.name,
            "inputs": types,
            "outputs": {name: _plain_shape(shape) for name, shape in self.outputs.items()},
            "params": self.params,
            "trainable": self.trainable,
            "macs": _plain(self.macs),
            "bytes": _plain(self.bytes),
            "requires": list(self.requires),
            "lowerings": self.lowerings,
            "nodes": [node.to_json() for node in self.nodes],
        }


def _plain(size: Size) -> int | str:
    return size if isinstance(size, int) else str(size)


def _plain_shape(shape: Shape) -> list[int | str]:
    return [_plain(size) for size in shape]
