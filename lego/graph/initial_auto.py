"""`init: auto`: which start suits a weight, by the activation that its sums go through and by what it adds up.

Fans are those of the sum itself, which are not always what torch reads off a weight's shape: of a transposed
convolution, of groups, of matrices that are packed into one. Where they differ, the standard deviation is written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod, sqrt
from types import MappingProxyType
from typing import Literal, NamedTuple

from lego.catalogue import Layer
from lego.diagnostics import Span
from lego.graph.frame import Initial

_GLOROT = "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
_HE = "He et al. 2015, Delving deep into rectifiers"
_KLAMBAUER = "Klambauer et al. 2017, Self-normalizing neural networks"
_TORCH = "torch.nn.init.calculate_gain"


class Start(NamedTuple):
    """How the weights before an activation start.

    Attributes:
        kind: What is kept equal from layer to layer: `he` the variance of the activations; `xavier` that of activations
            and gradients, as well as one number can.
        gain: What the standard deviation is multiplied by.
        source: Who found it.
        slope: For x < 0, of an activation that is linear there.
    """

    kind: Literal["he", "xavier"]
    gain: float
    source: str
    slope: float = 0.0


_RELU = Start("he", sqrt(2), _HE)
_LINEAR = Start("xavier", 1.0, _GLOROT)

STARTS: Mapping[str, Start] = MappingProxyType(
    {
        **dict.fromkeys(("ReLU", "ReLU6"), _RELU),
        **dict.fromkeys(("LeakyReLU", "PReLU", "RReLU"), _RELU._replace(source=f"{_HE}, with the slope for x < 0")),
        **dict.fromkeys(
            ("ELU", "CELU", "GELU", "SiLU", "Mish", "Hardswish", "Softplus"),
            _RELU._replace(source=f"{_HE}, as for ReLU, which they are far from 0"),
        ),
        "SELU": Start("he", 1.0, _KLAMBAUER),
        "Tanh": Start("xavier", 5 / 3, f"{_GLOROT}; gain of {_TORCH}"),
        **dict.fromkeys(("Sigmoid", "Hardsigmoid"), Start("xavier", 1.0, f"{_GLOROT}; gain of {_TORCH}")),
        **dict.fromkeys(("Softsign", "Hardtanh"), Start("xavier", 1.0, f"{_GLOROT}: of slope 1 at 0")),
    }
)
"""By the layer's name; what is followed by none of them is `xavier` with gain 1."""


class _Fans(NamedTuple):
    """How many products a sum has, and into how many sums an input goes."""

    into: float
    out: float


def start_before(activation: Layer | None) -> Start:
    """The start of weights whose sums go through this layer; through none, where it is None or no activation."""
    start = STARTS.get(type(activation).__name__, _LINEAR)
    slope = 0.0 if activation is None else _slope(activation)
    return start._replace(gain=sqrt(2 / (1 + slope**2)), slope=slope) if slope else start


def _slope(activation: Layer) -> float:
    """For x < 0; of a random one, the root of its mean square."""
    values = vars(activation)
    match type(activation).__name__:
        case "LeakyReLU":
            return values["negative_slope"]
        case "PReLU":
            return values["init"]
        case "RReLU":
            low, high = values["lower"], values["upper"]
            return round(sqrt((low * low + low * high + high * high) / 3), 6)
        case _:
            return 0.0


def automatic(
    layer: Layer, weight: str, shape: tuple[int, ...], activation: Layer | None, span: Span
) -> Initial | None:
    """The function of torch.nn.init, and its arguments, for a weight of a layer before an activation.

    Returns:
        None for a table of vectors: torch's own N(0, 1) gives them a variance of 1, and leaves the padding at zero.
    """
    if layer.family == "sparse":
        return None
    start = _start(weight, activation)
    fans, torch = _fans(layer, weight, shape), _torch_fans(shape)
    if start.kind == "xavier":
        return _xavier(start, fans, torch, span)
    return _he(start, fans, torch, span)


def _start(weight: str, activation: Layer | None) -> Start:
    """By which of a layer's weights it is: what is inside a layer goes through what is inside it."""
    if weight.endswith("linear1.weight"):  # of torch's transformers, before ReLU or GELU
        return _RELU
    return start_before(activation if weight in ("weight", "out_proj.weight") else None)


def _he(start: Start, fans: _Fans, torch: _Fans, span: Span) -> Initial:
    if fans.into not in torch:
        return _normal(start.gain / sqrt(fans.into), span)
    mode = () if fans.into == torch.into else (("mode", "fan_out"),)
    if start.slope:
        return Initial("kaiming_normal", (("a", start.slope), *mode), span)
    return Initial("kaiming_normal", (*mode, ("nonlinearity", "linear" if start.gain == 1 else "relu")), span)


def _xavier(start: Start, fans: _Fans, torch: _Fans, span: Span) -> Initial:
    if sum(fans) != sum(torch):
        return _normal(start.gain * sqrt(2 / sum(fans)), span)
    gain = () if start.gain == 1 else (("gain", round(start.gain, 6)),)
    return Initial("xavier_normal", gain, span)


def _normal(std: float, span: Span) -> Initial:
    return Initial("normal", (("std", float(f"{std:.6g}")),), span)


def _torch_fans(shape: tuple[int, ...]) -> _Fans:
    field = prod(shape[2:])
    return _Fans(shape[1] * field, shape[0] * field)


def _fans(layer: Layer, weight: str, shape: tuple[int, ...]) -> _Fans:
    fans = _torch_fans(shape)
    if layer.family == "convolution":
        return _of_convolution(layer, shape, fans)
    if layer.family == "recurrent" and not weight.startswith("weight_hr"):  # gate under gate; a projection has none
        return fans._replace(out=vars(layer)["hidden_size"])
    if weight.endswith("in_proj_weight"):  # query under key under value
        return fans._replace(out=shape[0] / 3)
    return fans


def _of_convolution(layer: Layer, shape: tuple[int, ...], fans: _Fans) -> _Fans:
    values = vars(layer)
    if not type(layer).__name__.startswith("ConvTranspose"):
        return fans._replace(out=fans.out / values["groups"])
    stride: int | tuple[int, ...] = values["stride"]
    steps = (stride,) * len(shape[2:]) if isinstance(stride, int) else stride
    overlap = prod(max(size / step, 1) for size, step in zip(shape[2:], steps, strict=True))
    return _Fans(shape[0] / values["groups"] * overlap, fans.into)
