"""What layers of attention share: sequences that attend to each other, heads, masks."""

from __future__ import annotations

from typing import NamedTuple

from lego.catalogue.elementwise import shape_notes
from lego.catalogue.layer import Layer, slot_names
from lego.catalogue.rules import Size, need_rank, product
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType


class Axes(NamedTuple):
    """Sizes of an attention; no batch for single samples."""

    batch: tuple[Size, ...]
    queries: Size
    keys: Size


def attention_axes(layer: Layer, batch_first: bool, query: TensorType, key: TensorType, *values: TensorType) -> Axes:
    """The axes of sequences, in the order of the layer's first slots: [L, N, E], [N, L, E], or a single sample [L, E].

    Raises:
        Problem: they differ in the number of dims or in the batch.
    """
    layout = "[N, L, E]" if batch_first else "[L, N, E]"
    inputs = (query, key, *values)
    *names, last = slot_names(layer, 0)[: len(inputs)]
    need_rank(query, layout, 3, 2)
    if len({len(tensor.shape) for tensor in inputs}) > 1:
        message = f"{', '.join(names)} and {last} must have the same number of dims"
        raise Problem("rank-mismatch", message, notes=shape_notes(layer, inputs))
    if len(query.shape) == 2:
        return Axes((), query.shape[0], key.shape[0])
    at = int(not batch_first)
    if query.shape[at] != key.shape[at]:
        which = f"{' and '.join([*names, last][:2])} must have the same batch, which is dim {at}"
        raise Problem(
            "shape-mismatch",
            f"{which}, but {query.shape[at]} ≠ {key.shape[at]}",
            notes=shape_notes(layer, inputs),
            help=f"batch_first is {str(batch_first).lower()}: sequences are {layout}",
        )
    return Axes((query.shape[at],), query.shape[1 - at], key.shape[1 - at])


def need_divisor(name: str, heads: int, features: str, size: int | None) -> None:
    """Raise ValueError, for Pydantic, unless the number of heads divides the features, where they are known."""
    if size is not None and size % heads:
        raise ValueError(f"{name} must divide {features}, but {size} is not a multiple of {heads}")


def check_masks(axes: Axes, heads: int, **masks: TensorType | None) -> None:
    """Check masks, by the names of their slots: those of padding are for keys, others for pairs of query and key.

    Raises:
        Problem: `dtype-mismatch`, neither booleans nor numbers that are added to the scores; `shape-mismatch`.
    """
    pair = (axes.queries, axes.keys)
    for name, mask in masks.items():
        if mask is not None and name.endswith("key_padding_mask"):
            _check_mask(name, mask, Shape((*axes.batch, axes.keys)))
        elif mask is not None:
            _check_mask(name, mask, Shape(pair), Shape((product(axes.batch) * heads, *pair)))


def _check_mask(name: str, mask: TensorType, *shapes: Shape) -> None:
    if mask.dtype not in ("bool", "float32"):
        raise Problem(
            "dtype-mismatch",
            f"{name} must be bool, or float32 to be added to the scores, found {mask.dtype}",
            help="put `Cast: bool` before it",
        )
    if mask.shape not in shapes:
        raise Problem("shape-mismatch", f"{name} must be {' or '.join(map(str, shapes))}, found {mask.shape}")
