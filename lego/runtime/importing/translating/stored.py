"""Tensors that a module has, as arguments of Parameter, Buffer and Constant."""

from __future__ import annotations

from typing import Any

import torch

from lego.catalogue import MOST_BYTES, pack
from lego.diagnostics import Problem
from lego.runtime.importing.calls import Weight

_MOST_NUMBERS = 64
"""More are packed."""
_LONGEST_TEXT = 2**20


def stored_arguments(weight: Weight) -> tuple[str, dict[str, Any], bool]:
    """The layer of a weight, its arguments, and whether it gets no gradient.

    Raises:
        Problem: a parameter is of another dtype than float32, or a constant is too large for a document.
    """
    tensor = weight.tensor
    if weight.kind == "parameter":
        if tensor.dtype not in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
            raise Problem("not-importable", f"the parameter {weight.path} is {dtype_name(tensor)}, not floating point")
        return "Parameter", {"shape": tuple(tensor.shape)}, not tensor.requires_grad
    if weight.kind == "buffer":
        return "Buffer", buffer_arguments(tensor), False
    return "Constant", constant_arguments(tensor), False


def buffer_arguments(tensor: torch.Tensor) -> dict[str, Any]:
    """The arguments of a Buffer; one too large for a document starts at zeros, for `state_dict` brings its values."""
    arguments: dict[str, Any] = {"shape": tuple(tensor.shape), "dtype": dtype_name(tensor)}
    if tensor.device.type == "meta" or not (_fits(tensor) and bool(tensor.any())):
        return arguments
    return constant_arguments(tensor)


def constant_arguments(tensor: torch.Tensor) -> dict[str, Any]:
    """The arguments of a Constant: one number where all are equal, lists where there are few, else packed.

    Raises:
        Problem: it has no elements, or too many.
    """
    if not tensor.numel():
        raise Problem("not-importable", f"a tensor {list(tensor.shape)} has no elements")
    return {"shape": tuple(tensor.shape), "value": _value(tensor.detach()), "dtype": dtype_name(tensor)}


def _value(tensor: torch.Tensor) -> Any:
    first = tensor.reshape(-1)[0]
    if bool((tensor == first).all()):
        return _shortest(first, tensor.dtype)
    if tensor.numel() <= _MOST_NUMBERS and not tensor.is_complex():
        return numbers(tensor)
    if not _fits(tensor):
        message = f"a constant of {tensor.numel()} elements is too large for a document"
        help = "make it a buffer that is saved (`persistent=True`), whose values are with the weights"
        raise Problem("not-importable", message, help=help)
    return pack(_bytes(tensor))


def _fits(tensor: torch.Tensor) -> bool:
    """Whether a document holds the tensor, packed; its text should not be longer than all else in the document."""
    size = tensor.numel() * tensor.element_size()
    return size <= MOST_BYTES and (size <= _LONGEST_TEXT or len(pack(_bytes(tensor))) <= _LONGEST_TEXT)


def _bytes(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().cpu().reshape(-1).view(torch.uint8).numpy().tobytes()


def numbers(tensor: torch.Tensor) -> Any:
    """A tensor as nested lists of numbers."""
    if not tensor.ndim:
        return _shortest(tensor, tensor.dtype)
    return tuple(map(numbers, tensor))


def _shortest(number: torch.Tensor, dtype: torch.dtype) -> Any:
    """The shortest number that is the same in this dtype: 0.1 rather than 0.10000000149."""
    value = number.item()
    if dtype != torch.float32 or not isinstance(value, float):
        return value
    texts = (f"{value:.{digits}g}" for digits in range(1, 10))
    return next((float(text) for text in texts if torch.tensor(float(text)) == number), value)


def as_number(tensor: torch.Tensor) -> int | float | bool:
    """The number that a tensor without dims is."""
    return _shortest(tensor.detach(), tensor.dtype)


def dtype_name(tensor: torch.Tensor) -> str:
    """Its dtype as a document writes it."""
    return str(tensor.dtype).removeprefix("torch.")


def owner_path(path: str) -> str:
    """The path of the module that has the weight of this path."""
    return path.rpartition(".")[0]
