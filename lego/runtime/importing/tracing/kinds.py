"""Functions of torch that a pass without values treats in a way of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor

from lego.runtime.importing.tracing.run import Seen
from lego.runtime.importing.tracing.structure import leaves

_CPU = torch.device("cpu")

AS_ON_CPU: dict[Any, Any] = {
    Tensor.device.__get__: _CPU,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    Tensor.is_meta.__get__: False,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    Tensor.is_cpu.__get__: True,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
}
"""What a tensor says of its device: the user's Python is to see none but the CPU."""

NOWHERE_ELSE = frozenset((Tensor.cpu, Tensor.cuda, Tensor.pin_memory))
"""Methods that would move a tensor, which stays where it is."""

_READS = {
    "__bool__": "a condition on the values of a tensor",
    "is_nonzero": "a condition on the values of a tensor",
    "__contains__": "a condition on the values of a tensor",
    "equal": "a condition on the values of two tensors",
    "allclose": "a condition on the values of two tensors",
    "__int__": "the value of a tensor as a number",
    "__float__": "the value of a tensor as a number",
    "__complex__": "the value of a tensor as a number",
    "__index__": "the value of a tensor as a number",
    "item": "the value of a tensor as a number",
    "tolist": "the values of a tensor as numbers",
    "numpy": "the values of a tensor as numbers",
    "__array__": "the values of a tensor as numbers",
    "nonzero": "the number of values that are not zero",
    "argwhere": "the number of values that are not zero",
    "masked_select": "the number of values that a mask selects",
    "unique": "the number of different values",
    "unique_consecutive": "the number of different values",
    "bincount": "the largest value",
}
"""Functions that need values, by their names, and what they read."""

_SIZES_ONLY = frozenset(
    {
        *(torch.zeros_like, torch.ones_like, torch.empty_like, torch.full_like),
        *(torch.rand_like, torch.randn_like, torch.randint_like),
        *(Tensor.new_zeros, Tensor.new_ones, Tensor.new_empty, Tensor.new_full, Tensor.new_tensor),
    }
)
"""Functions that read of their tensors the sizes and the dtype."""

_OTHERS_SIZES_ONLY = frozenset((Tensor.to, Tensor.type_as, Tensor.expand_as, Tensor.view_as, Tensor.reshape_as))
"""The same, but of the first tensor, whose values they read."""


def values_read(target: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Those of the arguments of which a function reads the values."""
    if isinstance(target, torch.nn.Module):
        return arguments, keywords
    if target in _SIZES_ONLY:
        return ()
    return arguments[:1] if target in _OTHERS_SIZES_ONLY else (arguments, keywords)


def reads_values(target: Any, arguments: tuple[Any, ...]) -> str | None:
    """What a function reads of the values of its tensors; None for one that computes."""
    if target is Tensor.__getitem__ and any(isinstance(one, Seen) and _is_mask(one) for one in leaves(arguments[1:])):
        return _READS["masked_select"]
    if target is torch.where and len(arguments) == 1:
        return _READS["nonzero"]
    return _READS.get(getattr(target, "__name__", ""))


def without_masks(target: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of indexing with the places that masks choose; they must have values."""
    if target not in (Tensor.__getitem__, Tensor.__setitem__):
        return arguments
    tensor, index, *rest = arguments
    found: list[Any] = []
    for one in cast("tuple[Any, ...]", index if isinstance(index, tuple) else (index,)):
        chosen = isinstance(one, Tensor) and one.dtype == torch.bool and one.device.type != "meta" and one.ndim
        found += one.nonzero(as_tuple=True) if chosen else [one]
    return tensor, tuple(found) if isinstance(index, tuple) or len(found) != 1 else found[0], *rest


def _is_mask(seen: Seen) -> bool:
    return seen.dtype in ("bool", "uint8") and seen.origin in ("input", "computed")


def on_one_device(
    target: Any, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """The arguments of a function, with the CPU for any device."""
    if keywords.get("device") is not None:
        keywords = {**keywords, "device": _CPU}
    if target is Tensor.to:
        arguments = tuple(_CPU if isinstance(one, str | torch.device) else one for one in arguments)
    return arguments, keywords
