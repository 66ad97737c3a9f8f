"""Layers with a module are compared with torch on the meta device: shapes, dtypes, `state_dict`, operation counts."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lego.catalogue import Applied, Construct, Layer, apply, create, layers, literal
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, evaluate, symbol, symbols

NAMES = {name: symbol(name) for name in "NCHWTSDLhwk"}
Values = Mapping[str, int]

UNCOUNTED = ("Bilinear",)
"""Torch's counter does not know their operation."""


def type_of(text: str) -> TensorType:
    """`N,3,2*h int64` as a type."""
    shape, _, dtype = text.partition(" ")
    return TensorType(Shape(eval(f"[{shape}]", {}, NAMES)), dtype or "float32")


def make(name: str, arguments: Mapping[str, Any]) -> Layer:
    made = create(layers()[name], arguments)
    if isinstance(made, list):
        raise made[0].problem
    return made


def known(tensor: TensorType, values: Values) -> TensorType:
    return tensor._replace(shape=Shape(evaluate(size, values) for size in tensor.shape))


def text_of(construct: Construct) -> str:
    keywords = (f"{name}={literal(value)}" for name, value in construct.keywords.items())
    return f"{construct.function}({', '.join([*map(literal, construct.positional.values()), *keywords])})"


def module_of(layer: Layer) -> nn.Module:
    """The module that the layer's own text constructs."""
    scope: dict[str, Any] = {"torch": torch, "nn": nn}
    exec(layer.helper, scope)
    construct = layer.construct()
    assert construct is not None
    with torch.device("meta"):
        return eval(text_of(construct), scope)


def padded(layer: Layer, types: Sequence[TensorType | None]) -> tuple[TensorType | None, ...]:
    assert isinstance(layer.slots, tuple)
    return (*types, *(None,) * (len(layer.slots) - len(types)))


def run(layer: Layer, types: Sequence[TensorType | None], values: Values) -> tuple[nn.Module, list[torch.Tensor], int]:
    """The module, what it gives, and how often it multiplies and adds."""
    module = module_of(layer)
    tensors = [
        None
        if tensor is None
        else torch.empty(tuple(known(tensor, values).shape), dtype=getattr(torch, tensor.dtype), device="meta")
        for tensor in padded(layer, types)
    ]
    names = tuple(None if tensor is None else f"x{index}" for index, tensor in enumerate(tensors))
    scope = {f"x{index}": tensor for index, tensor in enumerate(tensors)}
    with warnings.catch_warnings(), FlopCounterMode(display=False) as counter:
        warnings.simplefilter("ignore")
        result = eval(layer.call("module", names, None), {"module": module}, scope)
    return module, [result] if isinstance(result, torch.Tensor) else list(result), counter.get_total_flops() // 2


def compare(layer: Layer, types: Sequence[TensorType | None], values: Values) -> Applied:
    inputs = padded(layer, types)
    applied = apply(layer, inputs)
    module, found, macs = run(applied.layer, types, values)
    said = [known(tensor, values) for tensor in applied.outputs]
    assert [(list(tensor.shape), f"torch.{tensor.dtype}") for tensor in said] == [
        (list(tensor.shape), str(tensor.dtype)) for tensor in found
    ]
    assert len(applied.names) == len(said)
    state = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    kept = applied.layer.weights() | applied.layer.buffers()
    assert list(kept.items()) == list(state.items())
    assert list(applied.layer.weights()) == [name for name, _ in module.named_parameters()]
    if type(layer).__name__ not in UNCOUNTED:
        assert evaluate(applied.layer.macs(inputs, applied.outputs), values) == macs
    return applied


@pytest.fixture(scope="session")
def agrees() -> Callable[..., Applied]:
    """What a layer states is what torch does, with symbols and with integers in their place."""

    def check(name: str, arguments: Mapping[str, Any], *inputs: str | None) -> Applied:
        layer = make(name, arguments)
        types = [None if text is None else type_of(text) for text in inputs]
        names = sorted({one for tensor in types if tensor for size in tensor.shape for one in symbols(size)})
        values = dict(zip(names, random.Random(7).sample(range(5, 13), len(names)), strict=True))
        applied = compare(layer, types, values)
        if names:
            compare(layer, [None if tensor is None else known(tensor, values) for tensor in types], values)
        return applied

    return check


@pytest.fixture(scope="session")
def refused() -> Callable[..., Problem]:
    """The problem of arguments or inputs that do not fit."""

    def check(name: str, arguments: Mapping[str, Any], *inputs: str | None) -> Problem:
        with pytest.raises(Problem) as caught:
            layer = make(name, arguments)
            apply(layer, padded(layer, [None if text is None else type_of(text) for text in inputs]))
        return caught.value

    return check


@pytest.fixture(scope="session")
def like_torch() -> Callable[[str, Mapping[str, Any], tuple[int, ...]], None]:
    """Lego takes what torch takes, gives the same shape, and refuses the rest; with symbols it knows when it fits."""

    def check(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> None:
        wanted = shape_in_torch(name, arguments, shape)
        assert shape_in_lego(name, arguments, shape) == wanted
        assert shape_by_symbols(name, arguments, shape) == wanted

    return check


def shape_in_torch(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> list[int] | None:
    """None where torch refuses, or gives nothing: lego counts an empty tensor among the mistakes."""
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in arguments.items()}
    if "Conv" in name:
        options["in_channels"] = shape[1]
    device = "cpu" if "ConvTranspose" in name else "meta"  # there nobody looks at output_padding
    try:
        with torch.device(device), torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = list(getattr(nn, name)(**options)(torch.empty(shape)).shape)
    except (RuntimeError, ValueError, TypeError, AssertionError, NotImplementedError):
        return None
    return found if all(found) else None


def shape_in_lego(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> list[int] | None:
    try:
        return list(apply(make(name, arguments), (TensorType(Shape(shape)),)).outputs[0].shape)
    except Problem:
        return None


def shape_by_symbols(name: str, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> list[int] | None:
    """The symbolic shape of an input of symbols, evaluated; None where it asks for more than the sizes are."""
    spatial = dict(zip("HWD", shape[2:], strict=False)) if name != "Fold" else {}
    sizes = Shape((*shape[:2], *map(symbol, spatial))) if spatial else Shape(shape)
    try:
        applied = apply(make(name, arguments), (TensorType(sizes),))
    except Problem:
        return None
    if any(evaluate(size, spatial) < 1 for size in applied.requires):
        return None
    return [evaluate(size, spatial) for size in applied.outputs[0].shape]
