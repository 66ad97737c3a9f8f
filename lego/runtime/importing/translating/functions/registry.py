"""Which rule translates which function of torch: each names the functions by their common spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import torch
from torch.nn import functional as F

Rule = Callable[..., Any]
R = TypeVar("R", bound=Rule)

_HOMES: tuple[Any, ...] = (torch, torch.Tensor, F, torch.special, torch.linalg)
_RULES: dict[Any, Rule] = {}


def rule(*names: str) -> Callable[[R], R]:
    """Marks the translation of functions by their names: `relu` is `torch.relu`, `F.relu`, `Tensor.relu` and `relu_`.

    A rule takes the writer, then the arguments of the function under torch's names.
    """

    def mark(function: R) -> R:
        for name in names:
            for found in _spellings(name):
                _RULES.setdefault(found, function)
        return function

    return mark


def _spellings(name: str) -> Iterator[Any]:
    for spelled in (name, f"{name}_", f"__{name}__", f"__i{name}__"):
        for home in _HOMES:
            found = getattr(home, spelled, None)
            if callable(found):
                yield found


def property_rule(*names: str) -> Callable[[R], R]:
    """Marks the translation of attributes of a tensor: `x.T`."""

    def mark(function: R) -> R:
        for name in names:
            _RULES[getattr(torch.Tensor, name).__get__] = function
        return function

    return mark


def method_rule(*names: str) -> Callable[[R], R]:
    """Marks the translation of the methods of exactly these names: `__radd__`."""

    def mark(function: R) -> R:
        for name in names:
            _RULES[getattr(torch.Tensor, name)] = function
        return function

    return mark


def find_rule(target: Callable[..., Any]) -> Rule | None:
    """The rule of a function; None where there is none."""
    return _RULES.get(target)
