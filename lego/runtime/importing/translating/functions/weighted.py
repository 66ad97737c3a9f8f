"""Functions with weights: the layer whose weights these are, or operations where they are computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value, Weight
from lego.runtime.importing.translating.functions.arithmetic import binary
from lego.runtime.importing.translating.functions.lists import short
from lego.runtime.importing.translating.functions.products import matmul
from lego.runtime.importing.translating.functions.registry import Rule, rule
from lego.runtime.importing.translating.writer import Writer


def owner(w: Writer, weights: Mapping[str, Any]) -> str | None:
    """The path of the module that has these weights under these names; None where they are no such weights."""
    path: str | None = None
    for name, value in weights.items():
        if value is None:
            continue
        weight = w.found(value)
        if not isinstance(weight, Weight):
            return None
        head, _, tail = f".{weight.path}".rpartition(".")
        if tail != name or path not in (None, head):
            return None
        path = head
    return None if path is None else path.removeprefix(".")


def with_weights(w: Writer, layer: str, input: Any, weights: Mapping[str, Any], **arguments: Any) -> Value:
    """A step that has these weights.

    Raises:
        Problem: they are computed, or of no one module, or have other names than the layer's.
    """
    path = owner(w, weights)
    if path is None:
        names = " and ".join(f"`{name}`" for name, value in weights.items() if value is not None)
        help = f"keep {names} as parameters of one module, or use nn.{layer}"
        raise Problem("not-importable", f"its weights are computed, or not the {names} of one module", help=help)
    learned = [
        weight
        for value in weights.values()
        if isinstance(weight := w.found(value), Weight) and weight.kind == "parameter"
    ]
    frozen = bool(learned) and not any(weight.tensor.requires_grad for weight in learned)
    return w.placed(layer, (input,), arguments, path, frozen=frozen)[0]


@rule("linear")
def linear(w: Writer, input: Any, weight: Any, bias: Any = None) -> Value:
    """As the layer, or with computed weights."""
    if len(w.shape(weight)) != 2:
        product = matmul(w, input, weight)
        return product if bias is None else binary(w, "Add", product, bias)
    given = {"weight": weight, "bias": bias}
    if owner(w, given) is None:
        return w.one("FunctionalLinear", *_slots(input, weight, bias))
    return with_weights(w, "Linear", input, given, out_features=w.shape(weight)[0], bias=bias is not None)


def _slots(input: Any, weight: Any, bias: Any) -> tuple[Any, ...]:
    return (input, weight) if bias is None else (input, weight, bias)


def _convolution(dims: int) -> Rule:
    def translate(
        w: Writer,
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Value:
        channels, _, *kernel = w.shape(weight)
        windows = {"stride": short(stride), "padding": short(padding), "dilation": short(dilation), "groups": groups}
        given = {"weight": weight, "bias": bias}
        if owner(w, given) is None:
            return w.one(f"FunctionalConv{dims}d", *_slots(input, weight, bias), **windows)
        learned = {"out_channels": channels, "kernel_size": short(kernel), "bias": bias is not None}
        return with_weights(w, f"Conv{dims}d", input, given, **learned, **windows)

    return translate


def _transposed(dims: int) -> Rule:
    def translate(
        w: Writer,
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Value:
        _, channels, *kernel = w.shape(weight)
        windows = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
        return with_weights(
            w,
            f"ConvTranspose{dims}d",
            input,
            {"weight": weight, "bias": bias},
            out_channels=channels * groups,
            kernel_size=short(kernel),
            **{name: short(value) for name, value in windows.items()},
            groups=groups,
            bias=bias is not None,
        )

    return translate


for _dims in (1, 2, 3):
    rule(f"conv{_dims}d")(_convolution(_dims))
    rule(f"conv_transpose{_dims}d")(_transposed(_dims))


# -- norms -------------------------------------------------------------------------------------------------------------


@rule("batch_norm")
def batch_norm(
    w: Writer,
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float | None = 0.1,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Value:
    """By the rank of the input; without running statistics, those of the batch."""
    given = {"weight": weight, "bias": bias, "running_mean": running_mean, "running_var": running_var}
    layer = f"BatchNorm{max(len(w.shape(input)) - 2, 1)}d"
    if training and running_mean is not None:
        raise Problem("not-importable", "it normalises by the batch in evaluation, too, and keeps running statistics")
    if running_mean is None and owner(w, given) is None:
        plain = w.one(layer, input, eps=eps, affine=False, track_running_stats=False)
        channels = (-1, *(1 for _ in w.shape(input)[2:]))
        return _affine(w, plain, *(one and w.one("Reshape", one, shape=channels) for one in (weight, bias)))
    return with_weights(
        w,
        layer,
        input,
        given,
        eps=eps,
        momentum=momentum,
        affine=weight is not None,
        track_running_stats=running_mean is not None,
        bias=bias is not None or weight is None,
    )


@rule("layer_norm")
def layer_norm(
    w: Writer, input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Value:
    """Weights that are computed, or of another module, are multiplied and added."""
    shape = tuple(normalized_shape) if len(normalized_shape) > 1 else None
    given = {"weight": weight, "bias": bias}
    if weight is None or owner(w, given) is None:
        plain = w.one("LayerNorm", input, normalized_shape=shape, eps=eps, elementwise_affine=False)
        return _affine(w, plain, weight, bias)
    return with_weights(w, "LayerNorm", input, given, normalized_shape=shape, eps=eps, bias=bias is not None)


@rule("rms_norm")
def rms_norm(w: Writer, input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Value:
    """As layer_norm."""
    shape = tuple(normalized_shape) if len(normalized_shape) > 1 else None
    if weight is None or owner(w, {"weight": weight}) is None:
        plain = w.one("RMSNorm", input, normalized_shape=shape, eps=eps, elementwise_affine=False)
        return _affine(w, plain, weight, None)
    return with_weights(w, "RMSNorm", input, {"weight": weight}, normalized_shape=shape, eps=eps)


def _affine(w: Writer, value: Value, weight: Any, bias: Any) -> Value:
    scaled = value if weight is None else binary(w, "Mul", value, weight)
    return scaled if bias is None else binary(w, "Add", scaled, bias)


@rule("group_norm")
def group_norm(
    w: Writer, input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5, *_: Any
) -> Value:
    """By its weights, or without."""
    if weight is None and bias is None:
        return w.one("GroupNorm", input, num_groups=num_groups, eps=eps, affine=False)
    given = {"weight": weight, "bias": bias}
    return with_weights(w, "GroupNorm", input, given, num_groups=num_groups, eps=eps, bias=bias is not None)


@rule("instance_norm")
def instance_norm(
    w: Writer,
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Value:
    """By the rank of the input."""
    layer = f"InstanceNorm{len(w.shape(input)) - 2}d"
    if running_mean is None and weight is None:
        return w.one(layer, input, eps=eps)
    given = {"weight": weight, "bias": bias, "running_mean": running_mean, "running_var": running_var}
    tracked = running_mean is not None
    return with_weights(
        w, layer, input, given, eps=eps, momentum=momentum, affine=weight is not None, track_running_stats=tracked
    )


# -- others ------------------------------------------------------------------------------------------------------------


@rule("embedding")
def embedding(
    w: Writer,
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Value:
    """A table that is no module's weight is looked up as one of any kind."""
    if owner(w, {"weight": weight}) is None:
        from lego.runtime.importing.translating.functions.indexing import index_select

        return index_select(w, weight, 0, input)
    count, size = w.shape(weight)
    return with_weights(
        w,
        "Embedding",
        input,
        {"weight": weight},
        num_embeddings=count,
        embedding_dim=size,
        padding_idx=None if padding_idx is not None and padding_idx < 0 else padding_idx,
        max_norm=max_norm,
    )


@rule("prelu")
def prelu(w: Writer, input: Any, weight: Any) -> Value:
    """As the layer."""
    return with_weights(w, "PReLU", input, {"weight": weight}, num_parameters=w.shape(weight).numel)


@rule("bilinear")
def bilinear(w: Writer, input1: Any, input2: Any, weight: Any, bias: Any = None) -> Value:
    """As the layer."""
    path = owner(w, {"weight": weight, "bias": bias})
    if path is None:
        raise Problem("not-importable", "its weights are computed", help="use nn.Bilinear")
    arguments = {"out_features": w.shape(weight)[0], "bias": bias is not None}
    return w.placed("Bilinear", (input1, input2), arguments, path)[0]
