"""Arithmetic, element by element: of tensors, and of a tensor and a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.registry import Rule, method_rule, rule
from lego.runtime.importing.translating.writer import Writer

_FUNCTIONS = {
    "neg": "Neg", "negative": "Neg", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "rsqrt": "Rsqrt", "abs": "Abs",
    "absolute": "Abs", "sin": "Sin", "cos": "Cos", "erf": "Erf", "floor": "Floor", "ceil": "Ceil", "round": "Round",
    "sign": "Sign",
}  # fmt: skip


def common_dtype(w: Writer, *values: Any) -> str:
    """The dtype that torch computes in for tensors of these."""
    dtypes = [getattr(torch, w.type(value).dtype) for value in values]
    common = dtypes[0]
    for dtype in dtypes[1:]:
        common = torch.promote_types(common, dtype)
    return str(common).removeprefix("torch.")


def together(w: Writer, layer: str, values: Sequence[Any], dtype: str | None = None) -> Value:
    """A step on tensors, cast to one dtype; broadcasting is asked for where shapes differ."""
    wanted = dtype or common_dtype(w, *values)
    stretched = len({w.shape(value) for value in values}) > 1
    return w.one(layer, *(w.cast(value, wanted) for value in values), broadcast=stretched or None)


def binary(w: Writer, layer: str, input: Any, other: Any, dtype: str | None = None) -> Value:
    """A step on two operands, of which one may be a number."""
    left, right = w.number(input), w.number(other)
    if left is not None and right is not None:
        raise Problem("not-importable", "both operands are numbers, which depend on no input")
    if right is not None:
        return w.one(layer, _operand(w, input, dtype), other=_number(right))
    if left is not None:
        reverse = layer in ("Sub", "Div", "Pow") or None
        return w.one(layer, _operand(w, other, dtype), other=_number(left), reverse=reverse)
    return together(w, layer, (input, other), dtype)


def _operand(w: Writer, value: Any, dtype: str | None) -> Any:
    """Booleans count as numbers."""
    return w.cast(value, dtype or w.dtype) if w.type(value).dtype == "bool" else value


def _number(number: float) -> float:
    return int(number) if isinstance(number, bool) else number


@rule("add")
def add(w: Writer, input: Any, other: Any, *, alpha: Any = 1, out: None = None) -> Value:
    """Y = input + alpha · other."""
    return binary(w, "Add", input, _times(w, other, alpha), w.dtype)


@rule("sub", "subtract")
def sub(w: Writer, input: Any, other: Any, *, alpha: Any = 1, out: None = None) -> Value:
    """Y = input - alpha · other."""
    return binary(w, "Sub", input, _times(w, other, alpha), w.dtype)


def _times(w: Writer, other: Any, alpha: Any) -> Any:
    factor = w.number(alpha)
    if factor == 1 or factor is None:
        return other
    number = w.number(other)
    return number * factor if number is not None else binary(w, "Mul", other, factor)


@method_rule("__radd__")
def radd(w: Writer, input: Any, other: Any) -> Value:
    """Y = other + input."""
    return binary(w, "Add", input, other, w.dtype)


@method_rule("__rsub__")
def rsub(w: Writer, input: Any, other: Any) -> Value:
    """Y = other - input."""
    return binary(w, "Sub", other, input, w.dtype)


@rule("rsub")
def rsub_function(w: Writer, input: Any, other: Any, *, alpha: Any = 1) -> Value:
    """Y = other - alpha · input."""
    return binary(w, "Sub", other, _times(w, input, alpha), w.dtype)


@rule("mul", "multiply")
def mul(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
    """Y = input · other."""
    return binary(w, "Mul", input, other, w.dtype)


method_rule("__rmul__")(mul)


@rule("div", "divide", "true_divide", "truediv")
def div(w: Writer, input: Any, other: Any, *, rounding_mode: str | None = None, out: None = None) -> Value:
    """Y = input / other, rounded down where that is asked for."""
    if rounding_mode is None:
        return binary(w, "Div", input, other)
    if rounding_mode != "floor":
        raise Problem("not-importable", f"the catalogue has no layer for the rounding_mode {rounding_mode}")
    return w.cast(w.one("Floor", binary(w, "Div", input, other)), w.dtype)


@rule("floor_divide", "floordiv")
def floor_divide(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
    """Y = input / other, rounded down."""
    return div(w, input, other, rounding_mode="floor")


@method_rule("__rfloordiv__")
def rfloordiv(w: Writer, input: Any, other: Any) -> Value:
    """Y = other / input, rounded down."""
    return div(w, other, input, rounding_mode="floor")


@method_rule("__rtruediv__", "__rdiv__")
def rdiv(w: Writer, input: Any, other: Any) -> Value:
    """Y = other / input."""
    return binary(w, "Div", other, input)


@method_rule("__rpow__")
def rpow(w: Writer, input: Any, other: Any) -> Value:
    """Y = other ** input."""
    return binary(w, "Pow", other, input)


@rule("remainder", "mod")
def remainder(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
    """Y = input - other · ⌊input / other⌋."""
    whole = floor_divide(w, input, other)
    return binary(w, "Sub", input, binary(w, "Mul", whole, other), w.dtype)


@rule("pow", "float_power")
def pow_(w: Writer, input: Any, exponent: Any = None, *, other: Any = None, out: None = None) -> Value:
    """Y = input ** exponent."""
    return binary(w, "Pow", input, other if exponent is None else exponent)


@rule("square")
def square(w: Writer, input: Any, *, out: None = None) -> Value:
    """The second power."""
    return w.one("Pow", input, other=2)


@rule("reciprocal")
def reciprocal(w: Writer, input: Any, *, out: None = None) -> Value:
    """1 / input."""
    return w.one("Div", input, other=1, reverse=True)


@rule("positive", "pos")
def positive(w: Writer, input: Any) -> Any:
    """The input itself."""
    return input


def _function(layer: str) -> Rule:
    def translate(w: Writer, input: Any, *, out: None = None) -> Value:
        return w.one(layer, input)

    return translate


for _name, _layer in _FUNCTIONS.items():
    rule(_name)(_function(_layer))


@rule("addcmul")
def addcmul(w: Writer, input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1, out: None = None) -> Value:
    """Y = input + value · tensor1 · tensor2."""
    return add(w, input, binary(w, "Mul", tensor1, tensor2), alpha=value)


@rule("addcdiv")
def addcdiv(w: Writer, input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1, out: None = None) -> Value:
    """Y = input + value · tensor1 / tensor2."""
    return add(w, input, binary(w, "Div", tensor1, tensor2), alpha=value)


@rule("lerp")
def lerp(w: Writer, input: Any, end: Any, weight: Any, *, out: None = None) -> Value:
    """Y = input + weight · (end - input)."""
    return binary(w, "Add", input, binary(w, "Mul", binary(w, "Sub", end, input), weight))


# -- bounds ------------------------------------------------------------------------------------------------------------


@rule("clamp", "clip")
def clamp(w: Writer, input: Any, min: Any = None, max: Any = None, *, out: None = None) -> Value:
    """Bounds are numbers, or tensors."""
    low, high = (None if bound is None else w.number(bound) for bound in (min, max))
    value = input
    if low is not None or high is not None:
        value = w.one("Clamp", w.cast(value, w.dtype), min=low, max=high)
    if min is not None and low is None:
        value = together(w, "Maximum", (value, min))
    return together(w, "Minimum", (value, max)) if max is not None and high is None else value


@rule("clamp_min")
def clamp_min(w: Writer, input: Any, min: Any) -> Value:
    """A bound below."""
    return clamp(w, input, min=min)


@rule("clamp_max")
def clamp_max(w: Writer, input: Any, max: Any) -> Value:
    """A bound above."""
    return clamp(w, input, max=max)


@rule("maximum", "fmax")
def maximum(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
    """The larger one, element by element."""
    return clamp(w, input, min=other)


@rule("minimum", "fmin")
def minimum(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
    """The smaller one, element by element."""
    return clamp(w, input, max=other)
