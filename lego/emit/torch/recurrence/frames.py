"""Parts of a cell as frames of their own: what they read from outside them are their ports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lego.catalogue import Layer
from lego.emit.torch.recurrence.operations import Fold, JoinedLinear, Unfold
from lego.emit.torch.recurrence.products import Product
from lego.graph import Call, Frame, Port, Ref, Shared
from lego.graph.steps import way_in_time, with_steps
from lego.shapes import Dim, TensorType


class Part(NamedTuple):
    """A part of a cell.

    Attributes:
        frame: The part.
        inputs: What its ports are in the cell.
        outputs: What its outputs are in the cell.
    """

    frame: Frame
    inputs: tuple[Ref, ...]
    outputs: tuple[Ref, ...]


def cut(
    cell: Frame,
    positions: Sequence[int],
    wanted: Iterable[Ref],
    *,
    steps: int | Dim | None = None,
    products: Sequence[Product] = (),
) -> Part:
    """Some calls of a cell as a frame.

    Args:
        cell: The cell.
        positions: Its calls.
        wanted: The values of the cell that are its outputs, where these calls give them.
        steps: It runs for so many steps at once, which are dim 0 of all its values.
        products: Linears that become one product.
    """
    return _Cut(cell, positions, steps, products).make(wanted)


class _Cut:
    def __init__(
        self, cell: Frame, positions: Sequence[int], steps: int | Dim | None, products: Sequence[Product]
    ) -> None:
        self.cell = cell
        self.positions = positions
        self.steps = steps
        self.products = {min(one.sums or one.calls): one for one in products}
        self.inside = {position for one in products for position in (*one.calls, *one.sums)}
        self.ports: dict[Ref, Ref] = {}
        self.calls: list[Call] = []
        self.names: dict[Ref, Ref] = {}
        """What each value of the cell is here."""

    def make(self, wanted: Iterable[Ref]) -> Part:
        for position in self.positions:
            if position in self.products:
                self._product(self.products[position])
            elif position not in self.inside:
                self._call(position)
        outputs = tuple(ref for ref in dict.fromkeys(wanted) if ref in self.names)
        frame = Frame(
            kind="cell",
            label="",
            ports=tuple(Port(self._label(ref), self._type(self.cell.type_of(ref))) for ref in self.ports),
            arity=len(self.ports),
            calls=tuple(self.calls),
            outputs=tuple((str(index), self.names[ref]) for index, ref in enumerate(outputs)),
            form="list",
        )
        return Part(frame, tuple(self.ports), outputs)

    def _label(self, ref: Ref) -> str:
        return self.cell.ports[ref.output].name if ref.call < 0 else self.cell.calls[ref.call].name

    def _type(self, type: TensorType) -> TensorType:
        return type if self.steps is None else with_steps(type, self.steps)

    def _read(self, ref: Ref) -> Ref:
        if ref in self.names:
            return self.names[ref]
        if ref not in self.ports:
            self.ports[ref] = Ref(-1, len(self.ports))
        return self.ports[ref]

    def _call(self, position: int) -> None:
        call = self.cell.calls[position]
        inputs = tuple(None if ref is None else self._read(ref) for ref in call.inputs)
        if self.steps is None:
            self._add(call._replace(inputs=inputs), position)
        elif way_in_time(self.cell, call) == "leading":
            self._add(_for_all_steps(call)._replace(inputs=inputs), position)
        else:
            self._folded(call, [ref for ref in inputs if ref is not None], position)

    def _add(self, call: Call, position: int | None = None) -> Ref:
        """One more call; the values of the call at a position of the cell are its."""
        index = len(self.calls)
        if position is not None:
            call = call._replace(outputs=tuple(self._type(type) for type in call.outputs))
            self.names |= {Ref(position, output): Ref(index, output) for output in range(len(call.outputs))}
        self.calls.append(call)
        return Ref(index, 0)

    def _folded(self, call: Call, inputs: list[Ref], position: int) -> None:
        """A call that takes rows: fold, call, unfold."""
        rows = [self._add(_beside(call, Fold(), [ref], call.outputs[0])) for ref in inputs]
        given = self._add(call._replace(inputs=tuple(rows)))
        self._add(_beside(call, Unfold(), [given, inputs[0]], call.outputs[0]), position)

    def _product(self, one: Product) -> None:
        """Several Linears as one; its outputs are theirs, or the sums with theirs."""
        calls = [self.cell.calls[position] for position in one.sums or one.calls]
        source = self.cell.calls[one.calls[0]].inputs[0]
        assert source is not None
        addend = () if one.addend is None else (self._read(one.addend),)
        widths = tuple(width for call in calls if isinstance(width := call.outputs[0].shape[-1], int))
        layer = JoinedLinear(weight=one.weight, bias=one.bias, widths=() if one.whole else widths)
        if one.whole:
            calls = calls[:1]
        product = Call(
            name="",
            target=layer,
            inputs=(self._read(source), *addend),
            outputs=tuple(self._type(call.outputs[0]) for call in calls),
            output_names=tuple(call.name for call in calls),
            node=calls[0].node,
        )
        index = len(self.calls)
        self.calls.append(product)
        positions = one.calls[:1] if one.whole else one.sums or one.calls
        self.names |= {Ref(position, 0): Ref(index, output) for output, position in enumerate(positions)}


def _for_all_steps(call: Call) -> Call:
    match call.target:
        case Layer():
            return call._replace(target=call.target.for_all_steps())
        case Shared(lender, Layer() as layer):
            return call._replace(target=Shared(lender, layer.for_all_steps()))
        case _:
            return call


def _beside(call: Call, layer: Layer, inputs: Sequence[Ref], type: TensorType) -> Call:
    return Call(call.name, layer, tuple(inputs), (type,), ("output",), call.node)
