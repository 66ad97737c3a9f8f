"""What torch does with a layer: the layer's own text runs on tensors, without values (meta) unless said otherwise."""

from __future__ import annotations

import base64
import warnings
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils._pytree import tree_leaves

from lego.catalogue import Applied, Construct, Layer, Variadic, apply, create, find_layer, literal
from lego.diagnostics import Problem
from lego.shapes import Dim, Shape, TensorType, evaluate, symbol

NAMES = {name: symbol(name) for name in "NCHWTSDLhwk"}
Types = Sequence[TensorType | None]
Values = Mapping[str, int]


def type_of(text: str) -> TensorType:
    """`N,3,2*h int64` as a type; a lone dtype is a tensor of no dims."""
    shape, _, dtype = text.partition(" ")
    return TensorType(Shape(eval(f"[{shape}]", {}, NAMES)), dtype or "float32")


def types_of(texts: Sequence[str | None]) -> list[TensorType | None]:
    return [None if text is None else type_of(text) for text in texts]


def make(name: str, arguments: Mapping[str, Any]) -> Layer:
    layer = find_layer(name)
    assert layer is not None, name
    made = create(layer, arguments)
    if isinstance(made, list):
        raise made[0].problem
    return made


def filled(layer: Layer, types: Types) -> tuple[TensorType | None, ...]:
    """One type a slot."""
    missing = 0 if isinstance(layer.slots, Variadic) else len(layer.slots) - len(types)
    return (*types, *(None,) * missing)


def known(tensor: TensorType, values: Values) -> TensorType:
    return tensor._replace(shape=Shape(evaluate(size, values) for size in tensor.shape))


def refusal(name: str, arguments: Mapping[str, Any], types: Types) -> Problem | None:
    """Why lego does not take arguments or inputs."""
    try:
        layer = make(name, arguments)
        apply(layer, filled(layer, types))
    except Problem as problem:
        return problem
    return None


class SizesOf:
    """Symbolic sizes as the integers that they are in one run."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def size(self, size: int | Dim) -> str:
        return str(evaluate(size, self.values))

    def dtype(self, dtype: str) -> str:
        return f"torch.{dtype}"


class Ran(NamedTuple):
    """What came of a run: the net whose only node is the layer, and its outputs."""

    net: nn.Module
    outputs: list[torch.Tensor]

    @property
    def types(self) -> list[tuple[list[int], str]]:
        return [(list(tensor.shape), str(tensor.dtype)) for tensor in self.outputs]

    @property
    def state(self) -> dict[str, tuple[int, ...]]:
        """Saved tensors; the key of a Parameter is empty."""
        return {_key(name): tuple(tensor.shape) for name, tensor in self.net.state_dict().items()}

    @property
    def learned(self) -> list[str]:
        return [_key(name) for name, _ in self.net.named_parameters()]


def _key(name: str) -> str:
    return name.removeprefix("node").removeprefix(".")


def run(layer: Layer, types: Types, values: Values, device: str = "meta", training: bool = True) -> Ran:
    """What the text of a layer, whose inferred arguments are filled in, gives on tensors of these types."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = net_of(layer, device).train(training)
        scope: dict[str, Any] = {"torch": torch, "F": F, "self": net}
        for index, tensor in enumerate(types):
            scope[f"x{index}"] = None if tensor is None else tensor_of(known(tensor, values), device)
        names = tuple(None if tensor is None else f"x{index}" for index, tensor in enumerate(filled(layer, types)))
        result = eval(layer.call("self.node", names, SizesOf(values)), scope)
    return Ran(net, tree_leaves(result))


def net_of(layer: Layer, device: str) -> nn.Module:
    """A module whose `node` is what the layer's text constructs."""
    net = nn.Module()
    construct = layer.construct()
    if construct is None:
        return net
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "base64": base64, "zlib": zlib}
    exec(layer.helper, scope)
    with torch.device(device):
        made = eval(text_of(construct), scope)
    if construct.kind == "buffer":
        net.register_buffer("node", made, persistent=construct.saved)
    else:
        net.node = nn.Parameter(made) if construct.kind == "parameter" else made
    return net


def text_of(construct: Construct) -> str:
    keywords = (f"{name}={literal(value)}" for name, value in construct.keywords.items())
    return f"{construct.function}({', '.join([*map(literal, construct.positional.values()), *keywords])})"


def tensor_of(tensor: TensorType, device: str) -> torch.Tensor:
    """Zeros; of integers with a range, the largest."""
    value = tensor.range[1] - 1 if tensor.range else 0
    return torch.full(tuple(tensor.shape), value, dtype=getattr(torch, tensor.dtype), device=device)


def compare(layer: Layer, types: Types, values: Values, device: str = "meta") -> Applied:
    """The outputs that the layer states are torch's, and so are the keys and shapes of what it saves."""
    applied = apply(layer, filled(layer, types))
    check(applied, run(applied.layer, types, values, device), values)
    return applied


def check(applied: Applied, ran: Ran, values: Values) -> None:
    said = [known(tensor, values) for tensor in applied.outputs]
    assert [(list(tensor.shape), f"torch.{tensor.dtype}") for tensor in said] == ran.types
    assert len(applied.names) == len(said)
    kept = applied.layer.weights() | applied.layer.buffers()
    assert kept == ran.state
    assert list(applied.layer.weights()) == ran.learned
