"""Inputs of a layer, drawn by slot: small sizes, dtypes that the slot takes, and now and then others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from lego.catalogue import Layer, Slot, Variadic
from lego.shapes import Shape, TensorType
from tests.catalogue.proof.arguments import chance
from tests.catalogue.proof.fitting import SIZE, Sizes, sizes
from tests.catalogue.proof.hints import Hint

DTYPES = {
    "weights": ("float32",),
    "floating": ("float32", "float32", "float64"),
    "real": ("float32", "int64"),
    "number": ("float32", "int64", "complex64"),
    "integer": ("int64", "int64", "int64", "int32"),
    "bool": ("bool",),
    "any": ("float32", "int64", "bool"),
}
WRONG = ("float32", "float64", "complex64", "int64", "int32", "uint8", "bool")


def draw_inputs(draw: st.DrawFn, layer: type[Layer], arguments: dict[str, Any], hint: Hint) -> list[TensorType | None]:
    """One type for each slot; None for an optional one that stays empty."""
    slots = layer.slots
    shapes = _fitting(draw, layer, arguments, hint) or _blind(draw, layer, hint)
    if shapes and chance(draw, 5):
        at = draw(st.integers(0, len(shapes) - 1))
        shapes[at] = _bent(draw, shapes[at] or ())
    if isinstance(slots, Variadic):
        each = [Slot("input", slots.dtype)] * len(shapes)
    else:
        each = list(slots)
        more = [None if slot.optional else shapes[0] for slot in each[len(shapes) :]]
        shapes = [*shapes, *more][: len(each)]
    found: list[TensorType | None] = []
    for slot, shape in zip(each, shapes, strict=True):
        found.append(None if shape is None else TensorType(Shape(shape), _dtype(draw, slot, found, hint)))
    return found


def _fitting(draw: st.DrawFn, layer: type[Layer], arguments: dict[str, Any], hint: Hint) -> list[Sizes | None] | None:
    """What fits the arguments, most of the time; none where they make no sense."""
    if hint.inputs is None or chance(draw, 10):
        return None
    try:
        return hint.inputs(draw, layer, arguments)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _blind(draw: st.DrawFn, layer: type[Layer], hint: Hint) -> list[Sizes | None]:
    slots = layer.slots
    ranks = ranks_of(layer, hint)
    rank = draw(st.integers(0, 5) if not ranks or chance(draw, 12) else st.sampled_from(ranks))
    first = draw(sizes(rank))
    if isinstance(slots, Variadic):
        optional = [False] * draw(st.integers(slots.least, 3))
    else:
        optional = [slot.optional for slot in slots]
    later = [None if empty and draw(st.booleans()) else first for empty in optional[1:]]
    return [first, *later] if optional else []


def ranks_of(layer: type[Layer], hint: Hint) -> Sequence[int]:
    """The ranks that a layer takes, as far as its class or a hint says so."""
    dims = getattr(layer, "dims", None)
    return hint.ranks or getattr(layer, "ranks", ()) or ((dims + 2, dims + 1) if isinstance(dims, int) else ())


def _bent(draw: st.DrawFn, shape: Sizes) -> Sizes:
    """A dim of another size, or of 1; a dim less, or more; or nothing in common."""
    at = draw(st.integers(0, max(len(shape) - 1, 0)))
    before, after = shape[:at], shape[at + 1 :]
    near = st.sampled_from([(*before, *after), (*before, 1, *after), (1, *shape)]) | SIZE.map(
        lambda size: (*before, size, *after)
    )
    return draw(near | st.lists(SIZE, max_size=5).map(tuple))


def _dtype(draw: st.DrawFn, slot: Slot, before: Sequence[TensorType | None], hint: Hint) -> str:
    """A dtype that the slot takes, the one of an input before it where it can be."""
    if chance(draw, 20):
        return draw(st.sampled_from(WRONG))
    if slot.name in hint.dtypes:
        return draw(st.sampled_from(hint.dtypes[slot.name]))
    taken = DTYPES[slot.dtype]
    first = next((tensor.dtype for tensor in before if tensor is not None and tensor.dtype in taken), None)
    return first if first is not None and not chance(draw, 12) else draw(st.sampled_from(taken))
