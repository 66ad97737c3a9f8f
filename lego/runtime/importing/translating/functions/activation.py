"""Activations and dropout: functions that have a layer with the same arguments."""

from __future__ import annotations

from typing import Any

from lego.catalogue import find_layer
from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.registry import Rule, rule
from lego.runtime.importing.translating.writer import Writer

_LAYERS = {
    "relu": "ReLU", "relu6": "ReLU6", "selu": "SELU", "silu": "SiLU", "mish": "Mish", "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid", "sigmoid": "Sigmoid", "expit": "Sigmoid", "logsigmoid": "LogSigmoid",
    "tanh": "Tanh", "tanhshrink": "Tanhshrink", "softsign": "Softsign", "gelu": "GELU", "elu": "ELU", "celu": "CELU",
    "leaky_relu": "LeakyReLU", "hardtanh": "Hardtanh", "threshold": "Threshold", "softplus": "Softplus",
    "hardshrink": "Hardshrink", "softshrink": "Softshrink", "glu": "GLU",
}  # fmt: skip
_NORMALISED = {"softmax": "Softmax", "softmin": "Softmin", "log_softmax": "LogSoftmax"}
_DROPOUTS = {
    "dropout": "Dropout", "dropout1d": "Dropout1d", "dropout2d": "Dropout2d", "dropout3d": "Dropout3d",
    "alpha_dropout": "AlphaDropout", "feature_alpha_dropout": "FeatureAlphaDropout", "feature_dropout": "Dropout2d",
}  # fmt: skip


def _activation(layer: str) -> Rule:
    kind = find_layer(layer)
    assert kind is not None
    names = [name for name in kind.model_fields if name != "inplace"]

    def translate(w: Writer, input: Any, *arguments: Any, inplace: bool = False, **keywords: Any) -> Value:
        given = {**dict(zip(names, arguments, strict=False)), **keywords}
        return w.one(layer, input, **{name: w.number(value) for name, value in given.items()})

    return translate


def _normalised(layer: str) -> Rule:
    def translate(w: Writer, input: Any, dim: int | None = None, *_: Any, dtype: Any = None, **__: Any) -> Value:
        rank = len(w.shape(input))
        if dim is None:  # as torch chooses
            dim = 0 if rank in (0, 1, 3) else 1
        return w.one(layer, w.cast(input, w.dtype), dim=dim)

    return translate


def _dropout(layer: str) -> Rule:
    def translate(w: Writer, input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
        if training:
            help = "call it with `training=self.training`"
            raise Problem("not-importable", "it drops values in evaluation, too", help=help)
        return w.one(layer, input, p=p) if p else input

    return translate


for _name, _layer in _LAYERS.items():
    rule(_name)(_activation(_layer))
for _name, _layer in _NORMALISED.items():
    rule(_name)(_normalised(_layer))
for _name, _layer in _DROPOUTS.items():
    rule(_name)(_dropout(_layer))


@rule("rrelu")
def rrelu(
    w: Writer, input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
) -> Value:
    """In evaluation the slope is the mean of both."""
    return w.one("RReLU", input, lower=lower, upper=upper)


@rule("normalize")
def normalize(w: Writer, input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: None = None) -> Value:
    """The input over its norm, which is no smaller than eps."""
    norm = w.one("Norm", input, ord=p, dim=dim, keepdim=True)
    return w.one("Div", input, w.one("Clamp", norm, min=eps), broadcast=True)


@rule("local_response_norm")
def local_response_norm(
    w: Writer, input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Value:
    """As the layer."""
    return w.one("LocalResponseNorm", input, size=size, alpha=alpha, beta=beta, k=k)


@rule("cosine_similarity")
def cosine_similarity(w: Writer, x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Value:
    """As the layer, of equal shapes."""
    return w.one("CosineSimilarity", x1, x2, dim=dim, eps=eps)


@rule("pairwise_distance")
def pairwise_distance(w: Writer, x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Value:
    """As the layer, of equal shapes."""
    return w.one("PairwiseDistance", x1, x2, p=p, eps=eps, keepdim=keepdim)
