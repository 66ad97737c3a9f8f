"""Modules of torch as layers of the catalogue: a layer's arguments are attributes of the module of the same names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

import torch
from torch import nn

from lego.catalogue import INFERRED, Layer, find_layer
from lego.diagnostics import Problem
from lego.runtime.importing.calls import Call
from lego.runtime.importing.translating.stored import numbers

_KNOWN = {
    "torchvision.ops.stochastic_depth.StochasticDepth": "StochasticDepth",
    "timm.layers.drop.DropPath": "StochasticDepth",
}
"""Modules from elsewhere, by their class."""

_IGNORED = frozenset(("inplace", "device", "dtype"))
"""Arguments that change no value."""


class Use(NamedTuple):
    """A module's call as a step: the layer, its arguments, and what its slots read."""

    layer: str
    arguments: dict[str, Any]
    reads: tuple[Any, ...]


def layer_of(module: nn.Module) -> str | None:
    """The layer that a module is an instance of; None where the catalogue has none."""
    for kind in type(module).__mro__:
        place = f"{kind.__module__}.{kind.__qualname__}"
        if place in _KNOWN:
            return _KNOWN[place]
        if getattr(nn, kind.__name__, None) is kind:
            own: Any = kind
            overridden = type(module).forward is not own.forward
            return None if overridden or find_layer(kind.__name__) is None else kind.__name__
    return None


def _is_known_by_name(module: nn.Module) -> bool:
    """Whether a module is none of torch's, but known by its class; its inputs may have other names."""
    return any(f"{kind.__module__}.{kind.__qualname__}" in _KNOWN for kind in type(module).__mro__)


def use_of(call: Call) -> Use:
    """What a call of a module is as a step.

    Raises:
        Problem: it is called with what its layer has no slot or argument for.
    """
    assert isinstance(call.target, nn.Module)
    module, name = call.target, layer_of(call.target)
    kind = find_layer(name or "")
    if name is None or kind is None:
        raise Problem("not-importable", f"the catalogue has no layer {type(module).__name__}")
    bound = inspect.signature(module.forward).bind(*call.arguments, **call.keywords).arguments
    if _is_known_by_name(module):
        bound = dict(zip([slot.name for slot in cast("tuple[Any, ...]", kind.slots)], bound.values(), strict=False))
    given, reads = _forwarded(kind, bound)
    return Use(name, {**module_arguments(module, kind), **given}, reads)


# -- the constructor's arguments ---------------------------------------------------------------------------------------


def module_arguments(module: nn.Module, layer: type[Layer]) -> dict[str, Any]:
    """The arguments with which a layer is what a module is; defaults and what the input decides are left out.

    Raises:
        Problem: an argument is not to be found in the module, or none of a layer's.
    """
    special = next((_SPECIAL[kind] for kind in type(module).__mro__ if kind in _SPECIAL), None)
    if layer.__name__ == "StochasticDepth":
        special = _stochastic_depth
    told = special(module) if special is not None else {}
    found: dict[str, Any] = {}
    for name, info in layer.model_fields.items():
        if name in _IGNORED or (INFERRED in info.metadata and name not in told):
            continue
        value = told[name] if name in told else _attribute(module, name, info.default)
        if value is not None and not _same(value, info.default):
            found[name] = value
    return found


def _attribute(module: nn.Module, name: str, default: Any) -> Any:
    """What the module's attribute says of an argument; flags of weights are whether they are there."""
    value = getattr(module, name, default)
    if isinstance(default, bool) and not isinstance(value, bool):
        return value is not None
    return _plain(value)


def _plain(value: Any) -> Any:
    """A value as a document writes it: one number for a list of equal ones, numbers for a tensor."""
    if isinstance(value, torch.Tensor):
        return _plain(numbers(value))
    if isinstance(value, list | tuple):
        items = tuple(map(_plain, cast("list[Any]", value)))
        return items[0] if items and all(_same(item, items[0]) for item in items) else items
    return value


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _whole(value: Any) -> Any:
    """A list stays one, whatever it has."""
    return tuple(cast("list[Any]", value)) if isinstance(value, list | tuple) else value


def _norm(module: Any) -> dict[str, Any]:
    """The bias of a norm without weights says nothing."""
    affine = getattr(module, "affine", getattr(module, "elementwise_affine", True))
    return {} if affine else {"bias": None}


def _layer_norm(module: Any) -> dict[str, Any]:
    shape = tuple(module.normalized_shape)
    return {**_norm(module), "normalized_shape": shape if len(shape) > 1 else None}


def _pool(module: Any) -> dict[str, Any]:
    stride, kernel = _plain(module.stride), _plain(module.kernel_size)
    return {"stride": None if stride == kernel else stride}


def _adaptive_pool(module: Any) -> dict[str, Any]:
    return {"output_size": _some(module.output_size)}


def _some(size: Any) -> Any:
    """A size for each dim; where all are open, there is no shorter way to say so."""
    short = _plain(size)
    return tuple(size) if short is None else short


def _attention(module: Any) -> dict[str, Any]:
    return {"bias": module.in_proj_bias is not None, "add_bias_kv": module.bias_k is not None}


def _rnn(module: Any) -> dict[str, Any]:
    return {"nonlinearity": module.mode.removeprefix("RNN_").lower()}


def _stochastic_depth(module: Any) -> dict[str, Any]:
    """Timm's DropPath, whose kept samples may be left unscaled, which StochasticDepth never does."""
    if not hasattr(module, "drop_prob"):
        return {"p": float(module.p), "mode": module.mode}
    if not module.scale_by_keep and module.drop_prob:
        raise Problem("not-importable", "StochasticDepth scales what is kept, but `scale_by_keep` is off here")
    return {"p": float(module.drop_prob or 0.0)}


def _block(module: Any) -> dict[str, Any]:
    """A layer of a transformer."""
    return {
        "nhead": module.self_attn.num_heads,
        "dim_feedforward": module.linear1.out_features,
        "dropout": module.dropout.p,
        "activation": _activation(module.activation),
        "layer_norm_eps": module.norm1.eps,
        "batch_first": module.self_attn.batch_first,
        "norm_first": module.norm_first,
        "bias": module.linear1.bias is not None,
    }


def _activation(function: Any) -> str:
    name = {"ReLU": "relu", "GELU": "gelu"}.get(type(function).__name__, getattr(function, "__name__", ""))
    if name not in ("relu", "gelu") or getattr(function, "approximate", "none") != "none":
        raise Problem("not-importable", "the layers of a transformer have relu or gelu between their linear maps")
    return name


def _as_node(module: nn.Module | None) -> Any:
    """A module that is an argument of another, as a node is written."""
    name = None if module is None else layer_of(module)
    kind = find_layer(name or "")
    if module is None or name is None or kind is None:
        return None
    arguments = module_arguments(module, kind)
    return {name: arguments} if arguments else name


def _stack(module: Any) -> dict[str, Any]:
    """The layers of a stack are equal, but for their weights."""
    layer = "encoder_layer" if isinstance(module, nn.TransformerEncoder) else "decoder_layer"
    if isinstance(module.norm, nn.Module) and _as_node(module.norm) is None:
        raise Problem("not-importable", "the norm of a stack of a transformer is LayerNorm or RMSNorm")
    told = {layer: _as_node(module.layers[0]), "num_layers": len(module.layers), "norm": _as_node(module.norm)}
    if any(_as_node(each) != told[layer] for each in module.layers):
        raise Problem("not-importable", "the layers of a stack of a transformer must be equal")
    if layer == "encoder_layer":  # what it makes of fast paths changes no value
        told |= {"enable_nested_tensor": None, "mask_check": None}
    return told


def _transformer(module: Any) -> dict[str, Any]:
    encoder, decoder = module.encoder, module.decoder
    counts = {"num_encoder_layers": len(encoder.layers), "num_decoder_layers": len(decoder.layers)}
    return {**_block(encoder.layers[0]), **counts}


def _adaptive_softmax(module: Any) -> dict[str, Any]:
    return {"cutoffs": _whole(module.cutoffs[:-1]), "head_bias": module.head.bias is not None}


def _distance(module: Any) -> dict[str, Any]:
    return {"p": module.norm}


def _class_weights(module: Any) -> dict[str, Any]:
    """Weights of classes stay a list, even of equal numbers."""
    given = {name: getattr(module, name, None) for name in ("weight", "pos_weight")}
    return {name: None if one is None else numbers(one) for name, one in given.items()}


def _linear_loss(module: Any) -> dict[str, Any]:
    told = {"out_features": _whole(module.out_features), "bias": module.linear.bias is not None}
    return {**_class_weights(module), **told}


def _split_sizes(module: Any) -> dict[str, Any]:
    return {"unflattened_size": _whole(module.unflattened_size)}


_SPECIAL: dict[type[nn.Module], Callable[[Any], dict[str, Any]]] = {
    nn.modules.batchnorm._NormBase: _norm,  # pyright: ignore[reportPrivateUsage]
    nn.GroupNorm: _norm,
    nn.LayerNorm: _layer_norm,
    nn.RMSNorm: _layer_norm,
    nn.modules.pooling._MaxPoolNd: _pool,  # pyright: ignore[reportPrivateUsage]
    nn.modules.pooling._AvgPoolNd: _pool,  # pyright: ignore[reportPrivateUsage]
    nn.modules.pooling._LPPoolNd: _pool,  # pyright: ignore[reportPrivateUsage]
    nn.modules.pooling._MaxUnpoolNd: _pool,  # pyright: ignore[reportPrivateUsage]
    nn.modules.pooling._AdaptiveAvgPoolNd: _adaptive_pool,  # pyright: ignore[reportPrivateUsage]
    nn.modules.pooling._AdaptiveMaxPoolNd: _adaptive_pool,  # pyright: ignore[reportPrivateUsage]
    nn.MultiheadAttention: _attention,
    nn.RNN: _rnn,
    nn.TransformerEncoderLayer: _block,
    nn.TransformerDecoderLayer: _block,
    nn.TransformerEncoder: _stack,
    nn.TransformerDecoder: _stack,
    nn.Transformer: _transformer,
    nn.AdaptiveLogSoftmaxWithLoss: _adaptive_softmax,
    nn.modules.loss._WeightedLoss: _class_weights,  # pyright: ignore[reportPrivateUsage]
    nn.BCEWithLogitsLoss: _class_weights,
    **({nn.LinearCrossEntropyLoss: _linear_loss} if hasattr(nn, "LinearCrossEntropyLoss") else {}),
    nn.Unflatten: _split_sizes,
    nn.PairwiseDistance: _distance,
}
"""Where a module keeps otherwise what its constructor was given; the first class in its order of bases counts."""


# -- the call's arguments ----------------------------------------------------------------------------------------------


def _forwarded(layer: type[Layer], bound: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """What a call of `forward` gives: arguments of the layer, and what its slots read."""
    slots = [slot.name for slot in cast("tuple[Any, ...]", layer.slots)]
    given: dict[str, Any] = {}
    reads: dict[str, Any] = {}
    for name, value in bound.items():
        states = [slot for slot in slots if slot not in ("input", *reads)]
        if name in slots:
            reads[name] = value
        elif name == "hx" and value is not None:
            reads.update(zip(states, value if isinstance(value, tuple) else (value,), strict=False))  # pyright: ignore[reportUnknownArgumentType]
        elif name in layer.model_fields:
            given[name] = value
        elif value is not None and name not in _HINTS:
            raise Problem("not-importable", f"{layer.__name__} has no `{name}`, which the call gives")
    return _kept(layer, given), tuple(reads.get(slot) for slot in slots)


_HINTS = ("is_causal",)
"""What tells of another argument, which is there, too."""


def _kept(layer: type[Layer], given: Mapping[str, Any]) -> dict[str, Any]:
    fields = layer.model_fields
    return {
        name: value for name, value in given.items() if value is not None and not _same(value, fields[name].default)
    }
