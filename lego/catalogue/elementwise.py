"""What operations element by element share: equal shapes unless broadcasting is asked for, and a number as operand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from lego.catalogue.arguments import Flag, Number, argument
from lego.catalogue.layer import Layer, Operation, Result, Sizes, Slot, slot_names
from lego.catalogue.literals import literal
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType, broadcast, differences, is_integer


def promoted(dtype: str, *numbers: float | None) -> str:
    """The dtype of a tensor with numbers: float32 for integers with a float, else that of the tensor, as in torch."""
    return "float32" if is_integer(dtype) and any(isinstance(number, float) for number in numbers) else dtype


def common_shape(layer: Layer, inputs: Sequence[TensorType], stretch: bool) -> Shape:
    """The shape of the result.

    Args:
        layer: For messages.
        inputs: The first ones of the layer.
        stretch: Broadcasting was asked for.

    Raises:
        Problem: `shape-mismatch` where they differ, or with `stretch`, where they do not broadcast.
    """
    shapes = [tensor.shape for tensor in inputs]
    if all(shape == shapes[0] for shape in shapes):
        return shapes[0]
    name = type(layer).__name__
    notes = shape_notes(layer, inputs)
    result = stretched(shapes)
    if result is None:
        needs = "shapes that broadcast" if stretch else "equal shapes"
        raise Problem("shape-mismatch", f"{name} needs {needs}", notes=[*notes, *_differences(shapes)])
    if not stretch:
        help = f"write `{{{name}: {{broadcast: true}}}}` if the result should be {result}"
        raise Problem("shape-mismatch", f"{name} needs equal shapes", notes=notes, help=help)
    return result


def shape_notes(layer: Layer, inputs: Sequence[TensorType]) -> list[Note]:
    """The shapes of the inputs, by slot."""
    return [Note(name, str(tensor.shape)) for name, tensor in zip(slot_names(layer, len(inputs)), inputs, strict=False)]


def stretched(shapes: Sequence[Shape]) -> Shape | None:
    """The shape that all of them broadcast to; None where they do not."""
    try:
        return broadcast(shapes)
    except Problem:
        return None


def _differences(shapes: Sequence[Shape]) -> tuple[Note, ...]:
    other = next(shape for shape in shapes if shape != shapes[0])
    return differences(shapes[0], other) if len(other) == len(shapes[0]) else ()


class WithNumber(Operation):
    """An operation on tensors, or on one tensor and the number `other`."""

    other: Number | None = argument(None, "a number in place of the second input")
    broadcast: Flag = argument(False, "let dims of 1 stretch to the size that the other inputs have")

    operator: ClassVar[str]
    """Python's operator."""

    in_time = "leading"

    def operands(self, inputs: Sequence[TensorType | None]) -> Shape:
        """The shape of the result; checks that there are two operands at least."""
        tensors = [tensor for tensor in inputs if tensor is not None]
        name = type(self).__name__
        if len(tensors) == 1 and self.other is None:
            help = f"write `{{{name}, from: [a, b]}}`, or `{name}: 2` for a number"
            raise Problem("missing-argument", f"{name} needs two inputs, or one and a number `other`", help=help)
        if len(tensors) > 1 and self.other is not None:
            message = f"{name} takes two inputs, or one and a number `other`, but not both"
            raise Problem("bad-value", message, help="leave `other` out, or read one input only")
        return common_shape(self, tensors, self.broadcast)

    def joined(self, inputs: Sequence[str | None], number_first: bool = False) -> str:
        """The expression `a + b + c`, or `a + 2`."""
        texts = [text for text in inputs if text is not None]
        if self.other is not None:
            number = literal(self.other)
            texts = [f"({number})" if number.startswith("-") else number, *texts] if number_first else [*texts, number]
        return f" {self.operator} ".join(texts)


class ElementFunction(Operation):
    """A function of each element."""

    slots = (Slot("input", "number"),)
    formula = "[*] -> [*]"
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        return Result((TensorType(input.shape, self.dtype(input.dtype)),))

    def dtype(self, dtype: str) -> str:
        """The dtype of the output; integers give float32."""
        return promoted(dtype, 0.0)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{self.page}({inputs[0]})"
