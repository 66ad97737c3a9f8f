"""What is written on a box: kinds with their telling arguments, in short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lego.catalogue import Layer, show
from lego.graph import Frame

SIGNS = {
    "Add": "+",
    "Sub": "-",
    "Mul": "×",
    "Div": "÷",
    "Concat": "||",
    "Stack": "stack",
    "Maximum": "max",
    "Minimum": "min",
}
"""Operations that merge values, and their signs; PNG has letters of Latin-1 only."""

_SILENT = frozenset(
    "in_channels in_features in1_features in2_features num_features num_channels normalized_shape embed_dim kdim vdim "
    "bias padding output_padding padding_mode eps momentum affine elementwise_affine track_running_stats ceil_mode "
    "count_include_pad inplace batch_first need_weights average_attn_weights align_corners antialias broadcast rank "
    "sorted keepdim d_model layer_norm_eps norm_first enable_nested_tensor mask_check is_causal src_is_causal "
    "tgt_is_causal memory_is_causal".split()
)
"""Arguments that the input decides, or that tell a reader of a diagram little; the tooltip has them."""

_LONGEST = 48
_WIDE = 36


class Told(NamedTuple):
    """An argument in short; one at its default is told only beside others that are not."""

    text: str
    default: bool


def short(text: str) -> str:
    """A text cut to what a box can hold."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def value(item: Any) -> str:
    """An argument's value as a person would write it."""
    if isinstance(item, bool) or item is None:
        return {True: "true", False: "false", None: "none"}[item]
    if isinstance(item, float):
        return f"{item:g}"
    if isinstance(item, list | tuple):
        return f"[{', '.join(map(value, _items(item)))}]"
    return show(item) if isinstance(item, Layer) else str(item)


def progression(texts: Iterable[str]) -> str:
    """`64 → 128 → 256`: a text for each instance, equal neighbours once, long ones cut in the middle."""
    steps: list[str] = []
    for text in texts:
        if not steps or steps[-1] != text:
            steps.append(text)
    return " → ".join(steps if len(steps) <= 4 else [*steps[:2], "…", steps[-1]])


def layers_lines(layers: Sequence[Layer]) -> tuple[str, ...]:
    """`Conv2d 3×3, 64, /2`: the kind of equal layers with their arguments, a list of them where they differ."""
    told = [telling(layer) for layer in layers]
    parts = [
        progression(arguments[name].text for arguments in told)
        for name in told[0]
        if not all(arguments[name].default for arguments in told)
    ]
    return _lines(type(layers[0]).__name__, parts)


def block_lines(frames: Sequence[Frame], names: Iterable[str]) -> tuple[str, ...]:
    """`BasicBlock planes 64, stride 2`: a block and the arguments that its user gave."""
    if not frames[0].label:
        return ()
    told = [name for name in names if name not in _SILENT]
    given = [name for name in told if all(_is_plain(frame.arguments.get(name)) for frame in frames)]
    parts = [f"{name} {progression(value(frame.arguments[name]) for frame in frames)}" for name in given]
    return _lines(frames[0].label, parts)


def _lines(kind: str, parts: Sequence[str]) -> tuple[str, ...]:
    """The kind and what is told of it, on two lines where one would be wide."""
    arguments = short(", ".join(parts))
    one = f"{kind} {arguments}".rstrip()
    return (one,) if len(one) <= _WIDE else (kind, arguments)


def _is_plain(item: Any) -> bool:
    return isinstance(item, int | float | str)


# -- the arguments of a layer ------------------------------------------------------------------------------------------


def telling(layer: Layer) -> dict[str, Told]:
    """The arguments of a layer worth a place on its box, in short."""
    fields = type(layer).model_fields
    arguments: dict[str, Any] = {name: getattr(layer, name) for name in _in_order(fields)}
    found: dict[str, Told] = {}
    for name, item in arguments.items():
        if name in _SILENT:
            continue
        if name in _PHRASES:
            found[name] = _PHRASES[name](layer, item)
        else:
            found[name] = _plain(name, item, fields[name].is_required(), fields[name].default)
    return found


def _in_order(names: Iterable[str]) -> list[str]:
    """The size of a kernel comes first, as papers have it."""
    return sorted(names, key=lambda name: name != "kernel_size")


def _plain(name: str, item: Any, required: bool, default: Any) -> Told:
    if required:
        return Told(value(item), False)
    if item is True:
        return Told(name, default is True)
    return Told(f"{name} {value(item)}", item == default)


def _kernel(layer: Layer, item: Any) -> Told:
    return Told(_by_axis(layer, item), False)


def _stride(layer: Layer, item: Any) -> Told:
    """A pooling steps as far as its window is wide, unless it says otherwise."""
    step = getattr(layer, "kernel_size", 1) if item is None else item
    sizes = set(_items(step))
    text = str(sizes.pop()) if len(sizes) == 1 else _by_axis(layer, step)
    enlarges = type(layer).__name__.startswith("ConvTranspose")
    return Told(f"stride {text}" if enlarges else f"/{text}", text == "1")


def _groups(layer: Layer, item: Any) -> Told:
    depthwise = item > 1 and item == getattr(layer, "in_channels", None)
    return Told("depthwise" if depthwise else f"{item} groups", item == 1)


def _dilation(layer: Layer, item: Any) -> Told:
    sizes = set(_items(item))
    return Told(f"dilation {_by_axis(layer, item) if len(sizes) > 1 else min(sizes)}", sizes == {1})


def _heads(layer: Layer, item: Any) -> Told:
    return Told(f"{item} heads", False)


def _inner(layer: Layer, item: Any) -> Told:
    """A layer that another stacks: what is worth telling of it."""
    return Told(", ".join(one.text for one in telling(item).values() if not one.default), False)


def _norm(layer: Layer, item: Any) -> Told:
    return Told(type(item).__name__, item is None)


def _layers(layer: Layer, item: Any) -> Told:
    return Told(f"{item} layers", item == type(layer).model_fields["num_layers"].default)


def _bare(layer: Layer, item: Any) -> Told:
    return Told(value(item), item is None)


_PHRASES: Mapping[str, Callable[[Layer, Any], Told]] = {
    "kernel_size": _kernel,
    "output_size": _kernel,
    "stride": _stride,
    "groups": _groups,
    "dilation": _dilation,
    "num_heads": _heads,
    "nhead": _heads,
    "encoder_layer": _inner,
    "decoder_layer": _inner,
    "num_layers": _layers,
    "norm": _norm,
    "p": _bare,
    "other": _bare,
}


def _by_axis(layer: Layer, item: Any) -> str:
    """`3×3`, `1×7`: a size for each spatial axis."""
    sizes = _items(item)
    if len(sizes) == 1:
        sizes *= _axes(layer)
    return "×".join(value(size) for size in sizes)


def _axes(layer: Layer) -> int:
    name = type(layer).__name__
    return int(name[-2]) if name[-1:] == "d" and name[-2:-1].isdigit() else 1


def _items(item: Any) -> tuple[Any, ...]:
    return tuple(item) if isinstance(item, list | tuple) else (item,)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
