"""The tensors of a checkpoint, and where among other things they were found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import torch

from lego.diagnostics import Problem

_WRAPPERS = ("state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights", "params")
"""What training scripts call the state of a model beside that of the optimizer, likely ones first."""

_DEPTH = 3
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tensors by name; those of a file stay in it until they are read.

    Attributes:
        name: What messages call it: the file, as it was given.
        tensors: The tensors.
        aliases: Names that were left out because their tensor is there under another: tied weights.
        inside: The keys that led to the tensors in a checkpoint of more: `state_dict`.
    """

    name: str
    tensors: dict[str, torch.Tensor]
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    inside: str = ""


def checkpoint_of(value: object, name: str) -> Checkpoint:
    """The state of a model, or what a training script saved with one in it.

    Raises:
        Problem: it holds no tensors, or several states without saying which is the model's.
    """
    state, inside = _state(value, name, _DEPTH)
    tensors = {key: one for key, one in state.items() if isinstance(key, str) and isinstance(one, torch.Tensor)}
    return Checkpoint(name, tensors, inside=".".join(inside))


def _state(value: object, name: str, depth: int) -> tuple[Mapping[Any, Any], tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise _nothing(name, f"found {_kind(value)}")
    mapping = cast("Mapping[Any, Any]", value)
    nested = {key: one for key, one in mapping.items() if isinstance(key, str) and _holds_state(one, depth)}
    chosen = next((key for key in _WRAPPERS if key in nested), None)
    if chosen is None and _has_tensors(mapping):
        return mapping, ()
    if chosen is None:
        chosen = _only(nested, mapping, name)
    state, inside = _state(nested[chosen], name, depth - 1)
    return state, (chosen, *inside)


def _only(nested: Iterable[str], mapping: Mapping[Any, Any], name: str) -> str:
    keys = list(nested)
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise _nothing(name, f"found the keys {_listed(map(str, mapping))}" if mapping else "found nothing")
    help = "give the state of the model itself, in Python: weights=torch.load(file, weights_only=True)[…]"
    raise Problem(
        "weights", f"`{name}` holds several states, {_listed(keys)}, and none is called the model's", help=help
    )


def _nothing(name: str, found: str) -> Problem:
    message = f"`{name}` holds no state of a module: expected tensors by name, {found}"
    return Problem("weights", message, help="save it with `torch.save(module.state_dict(), …)`")


def _holds_state(value: object, depth: int) -> bool:
    """Whether a mapping has tensors by name, or one in it has; a list, as an optimizer keeps, is none."""
    if not isinstance(value, Mapping) or depth == 0:
        return False
    mapping = cast("Mapping[Any, Any]", value)
    return _has_tensors(mapping) or any(_holds_state(one, depth - 1) for one in _named_values(mapping))


def _has_tensors(mapping: Mapping[Any, Any]) -> bool:
    return any(isinstance(one, torch.Tensor) for one in _named_values(mapping))


def _named_values(mapping: Mapping[Any, Any]) -> Iterator[object]:
    return (value for key, value in mapping.items() if isinstance(key, str))


def _kind(value: object) -> str:
    return "one tensor" if isinstance(value, torch.Tensor) else f"a {type(value).__name__}"


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    return ", ".join(f"`{name[:40]}`" for name in known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
