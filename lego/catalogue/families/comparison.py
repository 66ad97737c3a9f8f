"""Comparisons, logic on booleans, and choices that rest on them."""

from __future__ import annotations

from typing import ClassVar

from lego.catalogue.arguments import DType, Flag, Number, argument
from lego.catalogue.elementwise import WithNumber, common_shape, shape_notes
from lego.catalogue.layer import Operation, Result, Sizes, Slot
from lego.catalogue.literals import literal
from lego.catalogue.rules import need_held
from lego.diagnostics import Problem
from lego.shapes import TensorType, is_integer


class _Comparison(WithNumber):
    slots = (Slot("input", "real"), Slot("other", "real", optional=True))
    formula = "[*], [*] -> [*] bool"

    def infer(self, input: TensorType, other: TensorType | None = None) -> Result:
        return Result((TensorType(self.operands((input, other)), "bool"),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return self.joined(inputs)


class Less(_Comparison):
    """Whether input < other, element by element."""

    operator = "<"
    page = "torch.lt"


class LessEqual(_Comparison):
    """Whether input ≤ other, element by element."""

    operator = "<="
    page = "torch.le"


class Greater(_Comparison):
    """Whether input > other, element by element."""

    operator = ">"
    page = "torch.gt"


class GreaterEqual(_Comparison):
    """Whether input ≥ other, element by element."""

    operator = ">="
    page = "torch.ge"


class Equal(_Comparison):
    """Whether input = other, element by element."""

    operator = "=="
    page = "torch.eq"
    slots = (Slot("input", "any"), Slot("other", "any", optional=True))


class _Logic(Operation):
    broadcast: Flag = argument(False, "let dims of 1 stretch to the size that the other input has")

    operator: ClassVar[str]

    slots = (Slot("input", "bool"), Slot("other", "bool"))
    formula = "[*] bool, [*] bool -> [*] bool"
    in_time = "leading"

    def infer(self, input: TensorType, other: TensorType) -> Result:
        return Result((TensorType(common_shape(self, (input, other), self.broadcast), "bool"),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]} {self.operator} {inputs[1]}"


class And(_Logic):
    """Whether both booleans are true, element by element."""

    operator = "&"
    page = "torch.logical_and"


class Or(_Logic):
    """Whether one of two booleans is true, or both, element by element."""

    operator = "|"
    page = "torch.logical_or"


class Not(Operation):
    """Whether a boolean is false, element by element."""

    slots = (Slot("input", "bool"),)
    formula = "[*] bool -> [*] bool"
    page = "torch.logical_not"
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        return Result((input,))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"~{inputs[0]}"


class Where(Operation):
    """Elements of `input` where the condition is true, of `other` where it is false."""

    broadcast: Flag = argument(False, "let dims of 1 stretch to the size that the other inputs have")

    slots = (Slot("condition", "bool"), Slot("input", "any"), Slot("other", "any"))
    formula = "[*] bool, [*], [*] -> [*]"
    page = "torch.where"
    in_time = "leading"

    def infer(self, condition: TensorType, input: TensorType, other: TensorType) -> Result:
        return Result((TensorType(common_shape(self, (condition, input, other), self.broadcast), input.dtype),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"torch.where({self.join_inputs(inputs)})"


class MaskedFill(Operation):
    """The input with `value` where the mask is true; the mask stretches to the shape of the input, as in torch."""

    value: Number = argument(help="what stands where the mask is true; `-.inf` before a softmax")

    slots = (Slot("input", "number"), Slot("mask", "bool"))
    formula = "[*], mask [*] bool -> [*]"
    page = "torch.Tensor.masked_fill_"
    in_time = "leading"

    def infer(self, input: TensorType, mask: TensorType) -> Result:
        need_held(self.value, input.dtype)
        if common_shape(self, (input, mask), stretch=True) != input.shape:
            message = "MaskedFill needs a mask that stretches to the shape of the input"
            raise Problem("shape-mismatch", message, notes=shape_notes(self, (input, mask)))
        return Result((TensorType(input.shape, input.dtype),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.masked_fill({inputs[1]}, {literal(self.value)})"


class Cast(Operation):
    """The same values in another dtype; to integers, fractions are cut off; to bool, what is not 0 is true."""

    dtype: DType = argument(help="the dtype of the output")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[*] -> [*] dtype"
    page = "torch.Tensor.to"
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        stays = input.range if is_integer(self.dtype) else None
        return Result((TensorType(input.shape, self.dtype, stays),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.to({sizes.dtype(self.dtype)})"
