"""What the translation of a call writes to: the steps so far, and what each tensor of the trace has become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from lego.catalogue import Layer, Variadic, apply, create, find_layer
from lego.diagnostics import Problem, Span
from lego.runtime.importing.calls import Call, Data, Frame, Value, Weight
from lego.runtime.importing.steps import Step
from lego.runtime.importing.tracing.structure import leaves
from lego.runtime.importing.translating.sizes import is_told, written_size
from lego.runtime.importing.translating.stored import as_number, constant_arguments, owner_path, stored_arguments
from lego.shapes import Dim, Shape, Size, TensorType

_NAMES = {"MatMul": "matmul", "ScaledDotProductAttention": "attention", "CumSum": "cumsum", "ArgMax": "argmax"}


@dataclass
class Writer:
    """Writes steps; a rule calls `one` and `step`, the driver the rest.

    Attributes:
        steps: All steps so far.
        keys: What the steps have in `state_dict`.
    """

    frames: Sequence[Frame]
    inputs: Sequence[Value]
    steps: list[Step] = field(default_factory=list[Step])
    keys: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    _aliases: dict[Value, Value] = field(default_factory=dict[Value, Value])
    _stored: dict[tuple[Frame, object], Value] = field(default_factory=dict[tuple[Frame, object], Value])
    _call: Call | None = None

    # -- the call ------------------------------------------------------------------------------------------------

    @property
    def call(self) -> Call:
        """The call that is being translated."""
        assert self._call is not None
        return self._call

    def begin(self, call: Call) -> None:
        """All steps from now on are for this call."""
        self._call = call

    def end(self) -> None:
        """All steps from now on are for the model as a whole."""
        self._call = None

    def bind(self, traced: Value, made: Value) -> None:
        """A tensor of the trace is what a step made."""
        self._aliases[traced] = made

    def found(self, value: Value) -> Value:
        """What a tensor of the trace has become; weights and data stay what they are until a step reads them."""
        return self._aliases.get(value, value)

    # -- steps ---------------------------------------------------------------------------------------------------

    def one(self, layer: str, *reads: Any, **arguments: Any) -> Value:
        """A step with one result, or the first of several."""
        return self.step(layer, *reads, **arguments)[0]

    def step(self, layer: str, *reads: Any, **arguments: Any) -> tuple[Value, ...]:
        """A step of an operation or of a layer without weights.

        Args:
            layer: Its name in the catalogue.
            reads: What its slots read: values, or None where one stays empty.
            arguments: Its arguments, with Dims where sizes depend on symbols; None stands for one left out.

        Raises:
            Problem: the layer does not take the arguments or what it reads.
        """
        return self.placed(layer, reads, arguments)

    def placed(
        self,
        layer: str,
        reads: Sequence[Any],
        arguments: Mapping[str, Any],
        path: str = "",
        module: str = "",
        frozen: bool = False,
    ) -> tuple[Value, ...]:
        """A step whose weights, if it has some, have keys that start with `path`; the call of a `module`, if of one."""
        values = tuple(None if read is None else self.tensor(read) for read in reads)
        given = {name: value for name, value in arguments.items() if value is not None}
        made, types = inferred(layer, given, [None if value is None else value.type for value in values])
        results = tuple(Value(type_) for type_ in types)
        shape = values[0].type.shape if values and values[0] is not None else Shape()
        around = self._around()
        written = {name: written_argument(value, shape, around) for name, value in _told(made, given).items()}
        weighted = self._keep(made, path)
        self._add(layer, written, values, results, path if weighted else "", module=module, frozen=frozen)
        return results

    def at_hand(self) -> Iterator[Value]:
        """The tensors that the graph reads in which the next step stands."""
        inputs = self._frame.inputs.values() if self._frame.parent is not None else self.inputs
        found = (self.found(value) for value in inputs)
        return (value for value in found if not isinstance(value, Weight | Data))

    def holder(self, size: Size) -> tuple[Value, int] | None:
        """A tensor that the graph reads or has made, with a dim of this size, and which dim that is."""
        made = (result for step in self.steps if step.frame is self._frame for result in step.results)
        for value in (*self.at_hand(), *made, *self.inputs):
            if size in value.type.shape:
                return value, value.type.shape.index(size)
        return None

    def tells(self, size: Size, shape: Shape) -> bool:
        """Whether a step whose first input has this shape can have the size as an argument."""
        return is_told(size, shape, self._around())

    def _around(self) -> Shape:
        """The shape of the first tensor that the graph reads."""
        return next((value.type.shape for value in self.at_hand()), Shape())

    def _keep(self, layer: Layer, path: str) -> bool:
        """Note what the layer has in `state_dict`; whether it has anything."""
        has = {**layer.weights(), **layer.buffers()}
        self.keys.update({f"{path}.{key}".strip("."): shape for key, shape in has.items()})
        return bool(has)

    def _add(
        self,
        layer: str,
        arguments: dict[str, Any],
        reads: tuple[Value | None, ...],
        results: tuple[Value, ...],
        path: str,
        *,
        module: str = "",
        frozen: bool = False,
        frame: Frame | None = None,
    ) -> None:
        name = (path or module).rpartition(".")[2] or name_of(layer)
        step = Step(
            layer, arguments, _trimmed(reads), results, frame or self._frame, path, name, self._span, frozen, module
        )
        self.steps.append(step)

    @property
    def _frame(self) -> Frame:
        return self._call.frame if self._call is not None else self.frames[0]

    @property
    def _span(self) -> Span:
        return self._call.span if self._call is not None else self._frame.span

    # -- what a step reads ---------------------------------------------------------------------------------------

    def tensor(self, read: Any) -> Value:
        """What an argument of a call is as a result of steps; a weight or data becomes a step that has it.

        Raises:
            Problem: it is no tensor, or data that no step can have.
        """
        if not isinstance(read, Value):
            raise Problem("not-importable", f"a tensor was expected, found {read!r}")
        value = self.found(read)
        if 0 in value.type.shape:
            raise Problem("not-importable", f"it reads a tensor without elements, {value.type.shape}")
        if isinstance(value, Weight):
            return self.weight(value)
        return self._data(value) if isinstance(value, Data) else value

    def weight(self, weight: Weight) -> Value:
        """A parameter or buffer as a step of its own, in the frame of the module whose it is."""
        frame = self.owner(weight.path)
        key = (frame, weight.path)
        if key not in self._stored:
            layer, arguments, frozen = stored_arguments(weight)
            path = weight.path if layer != "Constant" else ""
            self._stored[key] = self._store(layer, arguments, frame, path, frozen)
        return self._stored[key]

    def owner(self, path: str) -> Frame:
        """The frame in which the weight of this path is made: of its module, or the nearest around it."""
        wanted = owner_path(path)
        frame: Frame | None = self._frame
        while frame is not None:
            if not frame.path or wanted == frame.path or wanted.startswith(f"{frame.path}."):
                return frame
            frame = frame.parent
        return self.frames[0]

    def _data(self, data: Data) -> Value:
        if data.type.shape.symbols:
            return self._symbolic(data)
        key = (self._frame, data)
        if key not in self._stored:
            self._stored[key] = self._store("Constant", constant_arguments(data.tensor), self._frame, "")
        return self._stored[key]

    def _symbolic(self, data: Data) -> Value:
        from lego.runtime.importing.translating.tables import symbolic_table

        return symbolic_table(self, data)

    def _store(self, layer: str, arguments: dict[str, Any], frame: Frame, path: str, frozen: bool = False) -> Value:
        made, (type_,) = inferred(layer, arguments, ())
        self._keep(made, path)
        value = Value(type_)
        self._add(layer, _plain(_told(made, arguments)), (), (value,), path, frozen=frozen, frame=frame)
        return value

    # -- what rules ask ------------------------------------------------------------------------------------------

    def type(self, value: Any) -> TensorType:
        """The type of a tensor."""
        assert isinstance(value, Value)
        return self.found(value).type

    def shape(self, value: Any) -> Shape:
        """The shape of a tensor."""
        return self.type(value).shape

    def axis(self, value: Any, dim: int, added: int = 0) -> int:
        """A dim, negative from the end, as an index from 0."""
        rank = len(self.shape(value)) + added
        return dim % rank if rank else 0

    def number(self, value: Any) -> int | float | bool | None:
        """A number, or data that is a single one; None for all other tensors.

        Raises:
            Problem: it is a size that depends on a symbol, for which no layer has an argument.
        """
        if isinstance(value, Dim):
            which = " and ".join(f"`{name}`" for name in sorted(Shape((value,)).symbols))
            raise Problem(
                "not-importable", f"the number {value} depends on sizes", help=f"give {which} a number in the inputs"
            )
        if isinstance(value, Value):
            found = self.found(value)
            return as_number(found.tensor) if isinstance(found, Data) and not found.type.shape else None
        return cast("int | float | bool", value)

    def cast(self, value: Any, dtype: str) -> Value:
        """The tensor in a dtype."""
        return value if self.type(value).dtype == dtype else self.one("Cast", value, dtype=dtype)

    @property
    def dtype(self) -> str:
        """The dtype that the call gave."""
        first: Value = leaves(self.call.result)[0]
        return first.type.dtype

    @property
    def result_shape(self) -> Shape:
        """The shape that the call gave."""
        return self.call.result.type.shape


def inferred(
    layer: str, arguments: Mapping[str, Any], reads: Sequence[TensorType | None]
) -> tuple[Layer, tuple[TensorType, ...]]:
    """A layer, completed by what it reads, and the types of what it gives.

    Raises:
        Problem: it does not take the arguments or what it reads.
    """
    kind = find_layer(layer)
    assert kind is not None, layer
    made = create(kind, arguments)
    if isinstance(made, list):
        raise made[0].problem
    missing = 0 if isinstance(kind.slots, Variadic) else len(kind.slots) - len(reads)
    applied = apply(made, (*reads, *(None,) * missing))
    return applied.layer, applied.outputs


def _told(layer: Layer, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are not what they are unless given, in the order of the layer's."""
    fields = type(layer).model_fields
    return {name: given[name] for name in fields if name in given and _said(given[name]) != _said(fields[name].default)}


def _said(value: Any) -> Any:
    """A value such that 1, 1.0 and true differ."""
    return (type(value), value)


def written_argument(value: Any, shape: Shape, around: Shape) -> Any:
    """An argument as a document writes it: sizes over the shape of what is read, or of what the graph reads."""
    if isinstance(value, Dim):
        return written_size(value, shape, around)
    if isinstance(value, list | tuple):
        return [written_argument(item, shape, around) for item in cast("Sequence[Any]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {name: written_argument(item, shape, around) for name, item in items}
    if isinstance(value, str) and value.startswith("$"):
        return f"${value}"
    return value


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: written_argument(value, Shape(), Shape()) for name, value in arguments.items()}


def _trimmed(reads: tuple[Value | None, ...]) -> tuple[Value | None, ...]:
    """Without the empty slots at the end."""
    count = len(reads)
    while count and reads[count - 1] is None:
        count -= 1
    return reads[:count]


def name_of(layer: str) -> str:
    """What a node of a layer is called where nothing else is: `layer_norm`, `matmul`."""
    return _NAMES.get(layer) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", layer.replace("LU", "lu")).lower()
