"""Linears of one value as one product, and sums of two such products as one sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lego.graph import Call, Frame, Ref
from lego.graph.steps import Parts


class Product(NamedTuple):
    """Linears that become one product.

    Attributes:
        calls: The Linears.
        weight: The variable of their joined weights.
        bias: That of their joined biases; None where they have none.
        sums: Where each is added to one of another product, in the same order: the Adds. They become one, too.
        addend: What stands for that other product, all of it.
        whole: It is such an addend, which is not taken apart.
    """

    calls: tuple[int, ...]
    weight: str = ""
    bias: str | None = None
    sums: tuple[int, ...] = ()
    addend: Ref | None = None
    whole: bool = False


class Products(NamedTuple):
    """The products before the loop, and those in it."""

    before: tuple[Product, ...] = ()
    step: tuple[Product, ...] = ()


def find_products(cell: Frame, parts: Parts) -> Products:
    """The Linears of a cell that become one product; gates that add one of the input to one of a state, one sum."""
    before = [Product(calls) for calls in _same_source(cell, parts.before)]
    step: list[Product] = []
    for calls in _same_source(cell, parts.step):
        product = Product(calls)
        for index, other in enumerate(before):
            sums = None if other.whole else _sums(cell, parts, calls, other.calls)
            if sums is not None:
                order = tuple(position for position, _ in sums)
                before[index] = Product(order, whole=True)
                product = Product(calls, sums=tuple(add for _, add in sums), addend=Ref(order[0], 0))
                break
        step.append(product)
    return Products(tuple(before), tuple(step))


def _same_source(cell: Frame, positions: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Linears among these calls that read one value, where there are several."""
    by_source: dict[Ref, list[int]] = {}
    for position in positions:
        call = cell.calls[position]
        source = call.inputs[0] if call.inputs else None
        if source is not None and type(call.target).__name__ == "Linear" and not call.node.checkpoint:
            by_source.setdefault(source, []).append(position)
    return (tuple(group) for group in by_source.values() if len(group) > 1)


def _sums(cell: Frame, parts: Parts, calls: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]] | None:
    """For each call the other that it is added to, and the Add; None unless each has one, and nothing else is read."""
    found: list[tuple[int, int]] = []
    for position in calls:
        add = _only_reader(cell, position)
        if add not in parts.step or not _is_sum(cell.calls[add]):
            return None
        [other] = [ref.call for ref in cell.calls[add].inputs if ref is not None and ref.call != position] or [-1]
        if other not in others or _only_reader(cell, other) != add:
            return None
        found.append((other, add))
    return found if {other for other, _ in found} == set(others) else None


def _is_sum(call: Call) -> bool:
    return type(call.target).__name__ == "Add" and len(call.inputs) == 2 and not call.node.checkpoint


def _only_reader(cell: Frame, position: int) -> int:
    """The one call that reads a value; -1 where there are more, or it is an output."""
    readers = [index for index, call in enumerate(cell.calls) for ref in call.inputs if ref == Ref(position, 0)]
    is_output = any(ref == Ref(position, 0) for _, ref in cell.outputs)
    return readers[0] if len(readers) == 1 and not is_output else -1
