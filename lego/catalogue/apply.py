"""The door of the shape rules: a layer and its input types in, the completed layer and its output types out.

What is the same for every layer is done here once: slots filled, dtypes, inferred arguments, outputs not empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from lego.catalogue.arguments import INFERRED
from lego.catalogue.create import needs_integer, open_symbols, show
from lego.catalogue.layer import DTypeRule, Layer, Result, Slot, Variadic
from lego.diagnostics import Note, Problem
from lego.shapes import Dim, TensorType, is_floating, is_integer, less

L = TypeVar("L", bound=Layer)


class Applied(NamedTuple):
    """A layer on its inputs.

    Attributes:
        layer: With the inferred arguments filled in.
        outputs: Type of each output.
        names: Name of each output; `0`, `1`, … where the input decides how many there are (`Chunk`).
        requires: Sizes that must be at least 1 for the layer to work; not known, for they have symbols.
    """

    layer: Layer
    outputs: tuple[TensorType, ...]
    names: tuple[str, ...]
    requires: tuple[Dim, ...] = ()


@lru_cache(maxsize=65_536)
def apply(layer: Layer, inputs: tuple[TensorType | None, ...]) -> Applied:
    """Run the shape rule.

    Args:
        layer: Its validated arguments.
        inputs: Types by slot; None for an optional slot that stays empty.

    Raises:
        Problem: the inputs do not fit the layer.
    """
    _check_dtypes(layer, inputs)
    result = layer.infer(*inputs)  # pyright: ignore[reportArgumentType] - None only where a slot is optional
    whole = complete(layer, result.arguments)
    names = whole.output_names() or tuple(str(index) for index in range(len(result.outputs)))
    return Applied(whole, result.outputs, names, _requirements(inputs, result))


# -- dtypes -----------------------------------------------------------------------------------------------------


def _check_dtypes(layer: Layer, inputs: tuple[TensorType | None, ...]) -> None:
    slots = layer.slots
    each = [Slot(f"input {i}", slots.dtype) for i in range(len(inputs))] if isinstance(slots, Variadic) else slots
    filled = [(slot, tensor) for slot, tensor in zip(each, inputs, strict=True) if tensor is not None]
    for slot, tensor in filled:
        _check_dtype(layer, slot, tensor.dtype)
    free = [(slot, tensor) for slot, tensor in filled if slot.dtype not in ("integer", "bool")]
    if not layer.mixed and len({tensor.dtype for _, tensor in free}) > 1:
        raise Problem(
            "dtype-mismatch",
            f"{type(layer).__name__} needs inputs of one dtype",
            notes=[Note(slot.name, tensor.dtype) for slot, tensor in free],
            help=f"convert one of them: `Cast: {free[0][1].dtype}`",
        )


TAKES: dict[DTypeRule, str] = {
    "weights": "float32, the dtype of its weights",
    "floating": "floating point",
    "real": "real numbers",
    "number": "numbers",
    "integer": "integers",
    "bool": "booleans",
    "any": "any dtype",
}


def _accepts(rule: DTypeRule, dtype: str) -> bool:
    match rule:
        case "weights":
            return dtype == "float32"
        case "floating":
            return is_floating(dtype)
        case "real":
            return is_floating(dtype) or is_integer(dtype)
        case "integer":
            return is_integer(dtype)
        case "bool":
            return dtype == "bool"
        case "number":
            return dtype != "bool"
        case "any":
            return True


def _check_dtype(layer: Layer, slot: Slot, dtype: str) -> None:
    if not _accepts(slot.dtype, dtype):
        wanted = {"integer": "int64", "bool": "bool"}.get(slot.dtype, "float32")
        raise Problem(
            "dtype-mismatch",
            f"{type(layer).__name__} takes {TAKES[slot.dtype]}, but {slot.name} is {dtype}",
            help=f"put `Cast: {wanted}` before it, or declare the input with dtype {wanted}",
        )


# -- inferred arguments -------------------------------------------------------------------------------------------


def complete(layer: L, found: Mapping[str, Any]) -> L:
    """The layer with what its input decided; what the user gave besides must agree.

    A layer among the arguments is found complete itself.
    """
    missing: dict[str, Any] = {}
    for name, size in found.items():
        given = layer.__dict__[name]
        if isinstance(given, Layer):
            missing[name] = size
        elif given is None:
            _known(name, size)
            missing[name] = size
        elif given != size:
            raise Problem(
                "shape-mismatch",
                f"{name} is {show(given)}, but the input has {show(size)}",
                help=f"leave {name} out: it is inferred",
            )
    if not missing:
        return layer
    return layer.having(**missing)


def opened(layer: L) -> L:
    """The layer without what its input decides, itself or inside."""
    without: dict[str, Any] = {}
    for name, info in type(layer).model_fields.items():
        value = layer.__dict__[name]
        if INFERRED in info.metadata:
            without[name] = None
        elif isinstance(value, Layer):
            without[name] = opened(value)
    return layer.having(**without)


def _known(name: str, size: object) -> None:
    open_ = open_symbols(size)
    if open_:
        raise needs_integer(name, size, open_)


# -- outputs are not empty ------------------------------------------------------------------------------------------


def _requirements(inputs: tuple[TensorType | None, ...], result: Result) -> tuple[Dim, ...]:
    known = {size for tensor in inputs if tensor is not None for size in tensor.shape}
    required = [size for size in result.requires if isinstance(size, Dim)]
    for tensor in result.outputs:
        for axis, size in enumerate(tensor.shape):
            if size in known:
                continue
            fits = less(0, size)
            if fits is False:
                raise Problem("shape-mismatch", f"the output {tensor} would be empty: dim {axis} is {size}")
            if fits is None and isinstance(size, Dim):
                required.append(size)
    return tuple(required)
