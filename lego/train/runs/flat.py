"""Nested states as tensors by name and JSON: what a checkpoint is made of, without pickle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, cast

from torch import Tensor

_TENSOR, _TUPLE, _MAPPING, _COUNTER = "tensor", "tuple", "mapping", "counter"


def flattened(state: Any) -> tuple[dict[str, Tensor], Any]:
    """The tensors of a state by name, and the rest as JSON has it, with their names where they were.

    A tensor that is there twice, as tied weights are, is kept once; parts of one storage are kept apart.

    Raises:
        TypeError: there is something else than tensors, numbers, texts, None and lists, tuples and mappings of them.
    """
    tensors: dict[str, Tensor] = {}
    names: dict[tuple[Any, ...], str] = {}

    def keep(tensor: Tensor, path: str) -> Any:
        mark = (tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride())
        name = names.setdefault(mark, path) if tensor.numel() else path
        if name == path:
            tensors[path] = tensor.detach().contiguous().clone()
        return {_TENSOR: name}

    return tensors, _plain(state, "", keep)


def _plain(value: Any, path: str, keep: Callable[[Tensor, str], Any]) -> Any:
    if isinstance(value, Tensor):
        return keep(value, path)
    if isinstance(value, tuple | list):
        found = [_plain(one, f"{path}/{index}", keep) for index, one in enumerate(cast("list[Any]", value))]
        return {_TUPLE: found} if isinstance(value, tuple) else found
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value).items()
        found = [[_scalar(key), _plain(one, f"{path}/{key}", keep)] for key, one in pairs]
        return {_COUNTER if isinstance(value, Counter) else _MAPPING: found}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    """As it is; numbers of NumPy and of enumerations as the plain ones that they are."""
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    if value is not None:
        raise TypeError(f"a checkpoint holds tensors and plain values, found {type(value).__name__}")
    return None


def restored(tensors: Mapping[str, Tensor], plain: Any) -> Any:
    """The state that `flattened` was given."""
    if isinstance(plain, list):
        return [restored(tensors, one) for one in cast("list[Any]", plain)]
    if not isinstance(plain, dict):
        return plain
    (kind, value), *_ = cast("dict[str, Any]", plain).items()
    if kind == _TENSOR:
        return tensors[value]
    if kind == _TUPLE:
        return tuple(restored(tensors, one) for one in value)
    found = {key: restored(tensors, one) for key, one in value}
    return Counter(found) if kind == _COUNTER else found
