"""The values of a cell in normal form, so that one cell is recognised in all the ways of writing it.

Gate by gate or with one Linear for all gates, with the Linears of input and state apart or on their Concat, with
`1 - z` written out or not: the normal form is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lego.catalogue import Layer
from lego.graph.frame import Call, Frame, Ref
from lego.graph.steps.polynomial import Polynomial, add, atom, multiply, number, scale


class Rows(NamedTuple):
    """Some rows and columns of a Linear's weight, applied to a value; `bias` where its bias counts here.

    Attributes:
        call: The Linear, by its position in the cell.
        source: What it is applied to.
        rows: First row, and the one after the last.
        columns: Likewise; of a Linear on a Concat, those of one of its parts.
    """

    call: int
    source: Ref
    rows: tuple[int, int]
    columns: tuple[int, int]
    bias: bool


def canonical(frame: Frame) -> dict[Ref, Polynomial]:
    """Every value of a cell that has one tensor as input or output, in normal form."""
    forms = {Ref(-1, port): atom("value", Ref(-1, port)) for port in range(len(frame.ports))}
    for index, call in enumerate(frame.calls):
        found = _Node(frame, index, call, forms).forms()
        for output in range(len(call.outputs)):
            ref = Ref(index, output)
            known = found[output] if found is not None else None
            forms[ref] = known if known is not None else atom("value", ref)
    return forms


class _Node(NamedTuple):
    frame: Frame
    position: int
    call: Call
    known: dict[Ref, Polynomial]

    def forms(self) -> Sequence[Polynomial | None] | None:
        layer = self.call.target
        if not isinstance(layer, Layer):
            return None
        rule = _RULES.get(type(layer).__name__)
        inputs = [self.known[ref] for ref in self.call.inputs if ref is not None]
        return rule(self, layer, inputs) if rule is not None else None

    def input_types(self) -> list[tuple[int | object, ...]]:
        return [tuple(self.frame.type_of(ref).shape) for ref in self.call.inputs if ref is not None]

    # -- sums and products -------------------------------------------------------------------------------------------

    def add(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None] | None:
        return [add([*inputs, *self._number(layer)])] if self._alike() else None

    def multiply(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None] | None:
        return [multiply([*inputs, *self._number(layer)])] if self._alike() else None

    def subtract(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None] | None:
        left, right = [*inputs, *self._number(layer)]
        if vars(layer)["reverse"]:
            left, right = right, left
        return [add([left, scale(right, -1.0)])] if self._alike() else None

    def negate(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None]:
        return [scale(inputs[0], -1.0)]

    def same(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None]:
        return [inputs[0]]

    def function(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None]:
        return [atom(type(layer).__name__, inputs[0])]

    def _number(self, layer: Layer) -> list[Polynomial]:
        other = vars(layer).get("other")
        return [] if other is None else [number(other)]

    def _alike(self) -> bool:
        return len(set(self.input_types())) == 1

    # -- Linears and their parts -------------------------------------------------------------------------------------

    def linear(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None] | None:
        source = self.call.inputs[0]
        assert source is not None
        rows = (0, vars(layer)["out_features"])
        bias = vars(layer)["bias"]
        parts = self._concatenated(source)
        if parts is None:
            columns = (0, vars(layer)["in_features"])
            return [atom(Rows(self.position, source, rows, columns, bias))]
        terms: list[Polynomial] = []
        start = 0
        for part, width in parts:
            terms.append(atom(Rows(self.position, part, rows, (start, start + width), bias and start == 0)))
            start += width
        return [add(terms)]

    def _concatenated(self, source: Ref) -> list[tuple[Ref, int]] | None:
        """The parts of a Concat of features."""
        made = self.frame.calls[source.call] if source.call >= 0 else None
        if made is None or type(made.target).__name__ != "Concat":
            return None
        last = len(self.frame.type_of(source).shape) - 1
        if vars(made.target)["dim"] not in (-1, last):
            return None
        parts: list[tuple[Ref, int]] = []
        for ref in made.inputs:
            width = self.frame.type_of(ref).shape[-1] if ref is not None else None
            if ref is None or not isinstance(width, int):
                return None
            parts.append((ref, width))
        return parts

    def split(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None] | None:
        """Parts of the features: of Linears, those of their rows."""
        shapes = self.input_types()
        last = len(shapes[0]) - 1
        if vars(layer)["dim"] not in (-1, last):
            return None
        found: list[Polynomial | None] = []
        start = 0
        for output in self.call.outputs:
            width = output.shape[-1]
            if not isinstance(width, int):
                return None
            found.append(_part(inputs[0], start, start + width))
            start += width
        return found

    def slice(self, layer: Layer, inputs: list[Polynomial]) -> list[Polynomial | None] | None:
        """Some of the features, one beside the other."""
        [shape] = self.input_types()
        width, given = shape[-1], vars(layer)
        if given["dim"] not in (-1, len(shape) - 1) or given["step"] != 1 or not isinstance(width, int):
            return None
        start, stop = given["start"], given["stop"]
        if not isinstance(start, int) or not (stop is None or isinstance(stop, int)):
            return None
        first, end, _ = slice(start, stop).indices(width)
        return [_part(inputs[0], first, end)]


def _part(polynomial: Polynomial, start: int, stop: int) -> Polynomial | None:
    """Some of the features of a sum of Linears; None of another value."""
    terms: list[tuple[tuple[tuple[Rows], ...], float]] = []
    for monomial, coefficient in polynomial:
        if len(monomial) != 1 or not isinstance(monomial[0][0], Rows):
            return None
        rows = monomial[0][0]
        part = rows._replace(rows=(rows.rows[0] + start, rows.rows[0] + stop))
        terms.append((((part,),), coefficient))
    return frozenset(terms)


_Rule = Callable[[_Node, Layer, list[Polynomial]], "Sequence[Polynomial | None] | None"]

_RULES: dict[str, _Rule] = {
    "Add": _Node.add,
    "Mul": _Node.multiply,
    "Sub": _Node.subtract,
    "Neg": _Node.negate,
    "Identity": _Node.same,
    "Sigmoid": _Node.function,
    "Tanh": _Node.function,
    "ReLU": _Node.function,
    "Linear": _Node.linear,
    "Chunk": _Node.split,
    "Split": _Node.split,
    "Slice": _Node.slice,
}
