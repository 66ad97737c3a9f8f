"""Comparisons, logic, choices, and other dtypes."""

from __future__ import annotations

from typing import Any

from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.arithmetic import binary, common_dtype
from lego.runtime.importing.translating.functions.registry import Rule, rule
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import broadcast, is_floating

_COMPARISONS = {
    "lt": "Less", "less": "Less", "le": "LessEqual", "less_equal": "LessEqual", "gt": "Greater", "greater": "Greater",
    "ge": "GreaterEqual", "greater_equal": "GreaterEqual", "eq": "Equal",
}  # fmt: skip
_TURNED = {"Less": "Greater", "LessEqual": "GreaterEqual", "Greater": "Less", "GreaterEqual": "LessEqual"}


def _comparison(layer: str) -> Rule:
    def translate(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
        if w.number(input) is not None:
            return binary(w, _TURNED.get(layer, layer), other, input, w.type(other).dtype)
        return binary(w, layer, input, other, _compared(w, input, other))

    return translate


def _compared(w: Writer, input: Any, other: Any) -> str:
    return w.type(input).dtype if w.number(other) is not None else common_dtype(w, input, other)


for _name, _layer in _COMPARISONS.items():
    rule(_name)(_comparison(_layer))


@rule("ne", "not_equal")
def not_equal(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
    """Not equal."""
    return w.one("Not", binary(w, "Equal", input, other, _compared(w, input, other)))


def _logic(layer: str) -> Rule:
    def translate(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
        stretched = w.shape(input) != w.shape(other)
        return w.one(layer, truth(w, input), truth(w, other), broadcast=stretched or None)

    return translate


rule("logical_and", "bitwise_and", "and")(_logic("And"))
rule("logical_or", "bitwise_or", "or")(_logic("Or"))


@rule("logical_not", "bitwise_not", "invert")
def logical_not(w: Writer, input: Any, *, out: None = None) -> Value:
    """The opposite."""
    return w.one("Not", truth(w, input))


@rule("logical_xor", "bitwise_xor", "xor")
def logical_xor(w: Writer, input: Any, other: Any, *, out: None = None) -> Value:
    """One of two, not both."""
    return w.one("Not", binary(w, "Equal", truth(w, input), truth(w, other)))


def truth(w: Writer, value: Any) -> Value:
    """A tensor as booleans; integers where a call gives integers, which are bits, stay and are refused."""
    return value if w.dtype != "bool" else w.cast(value, "bool")


# -- choices -----------------------------------------------------------------------------------------------------------


@rule("where")
def where(w: Writer, condition: Any, input: Any, other: Any, *, out: None = None) -> Value:
    """A number on one side is filled in where the mask is."""
    fills = _fills(w, condition, other), _fills(w, condition, input)
    if w.number(other) is not None and fills[1]:
        return w.one("MaskedFill", w.cast(input, w.dtype), w.one("Not", condition), value=_filled(w, other))
    if w.number(input) is not None and fills[0]:
        return w.one("MaskedFill", w.cast(other, w.dtype), condition, value=_filled(w, input))
    sides = [_side(w, side) for side in (input, other)]
    stretched = len({w.shape(value) for value in (condition, *sides)}) > 1
    return w.one("Where", condition, *sides, broadcast=stretched or None)


def _fills(w: Writer, condition: Any, value: Any) -> bool:
    """Whether the value is a tensor that the condition stretches to."""
    return isinstance(value, Value) and broadcast([w.shape(condition), w.shape(value)]) == w.shape(value)


def _filled(w: Writer, number: Any) -> Any:
    value = w.number(number)
    return int(value) if isinstance(value, bool) else value


def _side(w: Writer, value: Any) -> Value:
    number = w.number(value)
    if number is None:
        return w.cast(value, w.dtype)
    return w.one("Constant", shape=(), value=held(number, w.dtype), dtype=w.dtype)


@rule("masked_fill")
def masked_fill(w: Writer, input: Any, mask: Any, value: Any) -> Value:
    """A mask of other dtype counts as booleans."""
    number = w.number(value)
    mask = w.cast(mask, "bool")
    if number is None:
        sides = (mask, value, input)
        return w.one("Where", *sides, broadcast=len({w.shape(side) for side in sides}) > 1 or None)
    return w.one("MaskedFill", input, mask, value=_filled(w, number))


# -- dtypes ------------------------------------------------------------------------------------------------------------


def cast_to_result(w: Writer, input: Any, *_: Any, **__: Any) -> Any:
    """The dtype that the call gave, on whatever device."""
    return w.cast(input, w.dtype)


rule("to", "type", "type_as", "float", "double", "half", "bfloat16", "int", "long", "short", "bool", "byte", "char")(
    cast_to_result
)
rule("contiguous", "clone", "detach", "cpu", "cuda", "requires_grad", "alias", "data", "resolve_conj")(cast_to_result)


@rule("zeros_like", "ones_like", "full_like")
def full_like(w: Writer, input: Any, fill_value: Any = None, **_: Any) -> Value:
    """A number in each place."""
    name = getattr(w.call.target, "__name__", "")
    number = w.number(fill_value) if fill_value is not None else float(name.startswith("ones"))
    return filled(w, input, number or 0, w.dtype)


def filled(w: Writer, like: Any, number: float, dtype: str) -> Value:
    """A number in each place of another tensor."""
    if not w.shape(like).symbols:
        return w.one("Constant", shape=tuple(w.shape(like)), value=held(number, dtype), dtype=dtype)
    single = w.one("Constant", shape=(1,) * len(w.shape(like)), value=held(number, dtype), dtype=dtype)
    return w.one("Expand", single, like)


def held(number: float, dtype: str) -> float | bool:
    """A number as a tensor of a dtype has it."""
    if dtype == "bool":
        return bool(number)
    return float(number) if is_floating(dtype) else int(number)


@rule("zero", "fill")
def fill(w: Writer, input: Any, value: Any = 0) -> Value:
    """One number everywhere, from then on."""
    number = w.number(value)
    if number is None:
        return w.one("Expand", w.cast(value, w.dtype), input)
    return filled(w, input, number, w.dtype)


@rule("copy")
def copy(w: Writer, input: Any, src: Any, non_blocking: bool = False) -> Value:
    """The values of another tensor, from then on."""
    value = w.cast(src, w.dtype)
    return value if w.shape(value) == w.shape(input) else w.one("Expand", value, input)


@rule("isnan", "isinf", "isfinite")
def finite(w: Writer, input: Any) -> Value:
    """Whether a value is a number: a value that is none does not equal itself."""
    name = getattr(w.call.target, "__name__", "")
    if name == "isnan":
        return w.one("Not", w.one("Equal", input, input))
    infinite = w.one("Equal", w.one("Abs", input), other=float("inf"))
    return infinite if name == "isinf" else w.one("Less", w.one("Abs", input), other=float("inf"))
