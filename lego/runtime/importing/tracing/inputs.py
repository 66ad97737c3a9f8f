"""The inputs that a model is looked at with: their types, and how they are handed over."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import nn

from lego.diagnostics import Problem, did_you_mean
from lego.shapes import DTYPES, Shape, Size, TensorType
from lego.spec import evaluate_dim

InputLike: TypeAlias = "Sequence[int | str] | Mapping[str, Any] | torch.Tensor"
"""A shape as in a document, the long form with `dtype` and `range`, or an example."""

_KEYS = ("shape", "dtype", "range")


def input_type(name: str, given: InputLike) -> TensorType:
    """The type of an input.

    Raises:
        Problem: it is no shape, nor the long form of one.
    """
    if isinstance(given, torch.Tensor):
        return TensorType(Shape(given.shape), _known_dtype(name, str(given.dtype).removeprefix("torch.")))
    if isinstance(given, Mapping):
        return _long(name, given)
    if isinstance(given, str) or not isinstance(given, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise _no_shape(name, given)
    return TensorType(Shape(_size(name, one) for one in given))


def _long(name: str, given: Mapping[str, Any]) -> TensorType:
    for key in given:
        if key not in _KEYS:
            help = did_you_mean(key, _KEYS)
            raise Problem("unknown-key", f"the input `{name}` has no key `{key}`; it has {', '.join(_KEYS)}", help=help)
    if "shape" not in given:
        raise _no_shape(name, dict(given))
    shape = input_type(name, given["shape"]).shape
    bounds = given.get("range")
    if bounds is not None and not (len(bounds) == 2 and all(type(one) is int for one in bounds)):
        raise Problem("bad-value", f"the range of the input `{name}` is two integers, not {bounds!r}")
    dtype = str(given.get("dtype", "float32")).removeprefix("torch.")
    return TensorType(shape, _known_dtype(name, dtype), None if bounds is None else (bounds[0], bounds[1]))


def _known_dtype(name: str, dtype: str) -> str:
    if dtype not in DTYPES:
        raise Problem("bad-value", f"the dtype {dtype} of the input `{name}` is none of {', '.join(DTYPES)}")
    return dtype


def _size(name: str, given: Any) -> Size:
    if isinstance(given, str):
        return evaluate_dim(given)
    if type(given) is not int or given < 0:
        raise _no_shape(name, given)
    return given


def _no_shape(name: str, given: Any) -> Problem:
    message = f"the input `{name}` is a shape, such as ['N', 3, 224, 224], or an example, not {given!r}"
    return Problem("bad-value", message)


@dataclass(frozen=True, slots=True)
class Handover:
    """How inputs are handed to `forward`: all by keyword, or all by position."""

    by_keyword: bool

    def call(self, model: nn.Module, tensors: Mapping[str, torch.Tensor]) -> Any:
        """What the model makes of them."""
        return model(**tensors) if self.by_keyword else model(*tensors.values())


def handover(model: nn.Module, names: Sequence[str]) -> Handover:
    """How inputs of these names are handed over.

    Raises:
        Problem: `forward` takes more or fewer.
    """
    parameters = inspect.signature(model.forward).parameters
    by_keyword = all(name in parameters and parameters[name].kind not in _VARIADIC for name in names)
    try:
        signature = inspect.signature(model.forward)
        signature.bind(**dict.fromkeys(names)) if by_keyword else signature.bind(*names)
    except TypeError as error:
        kind = type(model).__name__
        takes = ", ".join(_shown(one) for one in parameters.values())
        few = len(names) < sum(one.default is one.empty and one.kind not in _VARIADIC for one in parameters.values())
        message = f"forward of {kind} takes ({takes}), and the inputs are {', '.join(names) or 'none'}: {error}"
        code = "missing-argument" if few else "unknown-argument"
        raise Problem(code, message, help="give each tensor that it reads a shape or an example, by its name") from None
    return Handover(by_keyword)


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _shown(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    return f"{stars}{parameter.name}" + ("" if parameter.default is parameter.empty else f"={parameter.default!r}")
