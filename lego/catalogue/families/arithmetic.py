"""Arithmetic, element by element."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from lego.catalogue.arguments import Flag, Number, argument
from lego.catalogue.elementwise import ElementFunction, WithNumber, common_shape, promoted
from lego.catalogue.layer import Operation, Result, Sizes, Slot, Variadic
from lego.catalogue.literals import call_arguments
from lego.diagnostics import Problem
from lego.shapes import TensorType, is_integer


class _Sum(WithNumber):
    """Any number of inputs."""

    slots = Variadic("number", least=1)
    formula = "[*], [*], … -> [*]"

    def infer(self, *inputs: TensorType) -> Result:
        shape = self.operands(inputs)
        return Result((TensorType(shape, promoted(inputs[0].dtype, self.other)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return self.joined(inputs)


class Add(_Sum):
    """The sum of two or more inputs, or of one and a number: y = a + b."""

    operator = "+"
    page = "torch.add"


class Mul(_Sum):
    """The product, element by element, of two or more inputs, or of one and a number: y = a · b."""

    operator = "*"
    page = "torch.mul"


class _Ordered(WithNumber):
    """Two operands, of which the number may be either."""

    reverse: Flag = argument(False, "the number comes first: other - input")

    slots = (Slot("input", "number"), Slot("other", "number", optional=True))
    formula = "[*], [*] -> [*]"

    @model_validator(mode="after")
    def _reverses_a_number(self) -> Self:
        if self.reverse and self.other is None:
            raise ValueError("reverse needs a number `other`; with two inputs, exchange them in `from`")
        return self

    def infer(self, input: TensorType, other: TensorType | None = None) -> Result:
        return Result((TensorType(self.operands((input, other)), self._dtype(input.dtype)),))

    def _dtype(self, dtype: str) -> str:
        return promoted(dtype, self.other)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return self.joined(inputs, self.reverse)


class Sub(_Ordered):
    """The difference y = input - other; with `reverse`, y = other - input for a number."""

    operator = "-"
    page = "torch.sub"


class Div(_Ordered):
    """The quotient y = input / other; integers give float32. With `reverse`, y = other / input for a number."""

    operator = "/"
    page = "torch.div"

    def _dtype(self, dtype: str) -> str:
        return "float32" if is_integer(dtype) else dtype


class Pow(_Ordered):
    """The power y = input ** other; with `reverse`, y = other ** input for a number."""

    operator = "**"
    page = "torch.pow"

    def _dtype(self, dtype: str) -> str:
        if is_integer(dtype) and isinstance(self.other, int) and self.other < 0 and not self.reverse:
            help = f"write `Pow: {self.other}.0` for a result in float32"
            raise Problem("bad-value", f"integers have no power of {self.other} among the integers", help=help)
        return promoted(dtype, self.other)


class _Extreme(Operation):
    broadcast: Flag = argument(False, "let dims of 1 stretch to the size that the other inputs have")

    function: ClassVar[str]

    slots = Variadic("real")
    formula = "[*], [*], … -> [*]"
    in_time = "leading"

    def infer(self, *inputs: TensorType) -> Result:
        return Result((TensorType(common_shape(self, inputs, self.broadcast), inputs[0].dtype),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        first, *rest = map(str, inputs)
        for other in rest:
            first = f"{self.function}({first}, {other})"
        return first


class Maximum(_Extreme):
    """The largest of two or more inputs, element by element."""

    function = "torch.maximum"
    page = "torch.maximum"


class Minimum(_Extreme):
    """The smallest of two or more inputs, element by element."""

    function = "torch.minimum"
    page = "torch.minimum"


class Neg(ElementFunction):
    """y = -x."""

    page = "torch.neg"

    def dtype(self, dtype: str) -> str:
        return dtype


class Exp(ElementFunction):
    """y = exp(x)."""

    page = "torch.exp"


class Log(ElementFunction):
    """The natural logarithm y = ln x."""

    page = "torch.log"


class Sqrt(ElementFunction):
    """The square root y = √x."""

    page = "torch.sqrt"


class Rsqrt(ElementFunction):
    """The reciprocal of the square root, y = 1 / √x."""

    page = "torch.rsqrt"


class Abs(ElementFunction):
    """The absolute value y = |x|; of complex numbers, a real number."""

    page = "torch.abs"

    def dtype(self, dtype: str) -> str:
        return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


class Sin(ElementFunction):
    """The sine y = sin x, x in radians."""

    page = "torch.sin"


class Cos(ElementFunction):
    """The cosine y = cos x, x in radians."""

    page = "torch.cos"


class Clamp(Operation):
    """Values below `min` become `min`, values above `max` become `max`."""

    min: Number | None = argument(None, "the smallest value that stays")
    max: Number | None = argument(None, "the largest value that stays")

    slots = (Slot("input", "real"),)
    formula = "[*] -> [*]"
    page = "torch.clamp"
    in_time = "leading"

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("needs `min`, `max` or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min must not be above max, but {self.min} is above {self.max}")
        return self

    def infer(self, input: TensorType) -> Result:
        return Result((TensorType(input.shape, promoted(input.dtype, self.min, self.max)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.clamp({call_arguments(min=self.min, max=self.max)})"
