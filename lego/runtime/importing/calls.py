"""What a forward pass did: calls of torch's functions and modules, inside the calls of other modules.

Sizes that depend on the symbols of the inputs are `Dim`s wherever they stand, in types and among arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from lego.diagnostics import Span
from lego.shapes import TensorType


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A tensor that went through, known by its identity."""

    type: TensorType


@dataclass(frozen=True, slots=True, eq=False)
class Weight(Value):
    """A parameter or buffer of the model, read as a tensor.

    Attributes:
        path: Its key in `state_dict`, or what that would be.
        tensor: Its data.
        kind: What it is; a `constant` is a buffer that is not saved.
    """

    path: str
    tensor: torch.Tensor
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Data(Value):
    """A tensor that depends on no input and is no weight: a mask, a table, a number."""

    tensor: torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One call of a module that was followed inside; the model itself is the outermost.

    Attributes:
        path: The module's path in the model, empty for the model itself.
        module: The module.
        parent: The frame that called it.
        inputs: The tensors it was given, by the names of `forward`'s parameters; a list counts: `features_0`.
        outputs: What it returned: a `Value`, or a tuple, list, dict or dataclass of such.
        span: Where the user's Python called it.
    """

    path: str
    module: nn.Module
    parent: Frame | None
    span: Span
    inputs: dict[str, Value] = field(default_factory=dict[str, Value])
    outputs: list[Any] = field(default_factory=list[Any])

    @property
    def output(self) -> Any:
        """What it returned."""
        return self.outputs[0]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of a function or method of torch, or of a module that the catalogue has.

    Attributes:
        target: The function (`torch.flatten`, `torch.Tensor.view`, `F.gelu`), or the module.
        path: The module's path; empty for a function.
        arguments: Positional arguments, tensors in them as `Value`s.
        keywords: The same by keyword.
        result: What it gave. An in-place function gives a new `Value`, which stands for the tensor from then on.
        frame: In which call of a module.
        span: Where the user's Python called it.
    """

    target: Callable[..., Any] | nn.Module
    path: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    result: Any
    frame: Frame
    span: Span


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole forward pass, its calls in the order in which they were made.

    Attributes:
        model: The module that was traced.
        inputs: Its inputs by the names that they have in the spec.
        output: What it returned: a `Value`, or a tuple, list or dict of such.
        unread: Weights of the model that took no part, by their keys in `state_dict`.
    """

    model: nn.Module
    inputs: dict[str, Value]
    calls: tuple[Call, ...]
    frames: tuple[Frame, ...]
    output: Any
    unread: dict[str, Weight] = field(default_factory=dict[str, Weight])
