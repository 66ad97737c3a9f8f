"""Windows, padding and resampling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lego.catalogue import Layer, find_layer
from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.lists import is_list, items, short
from lego.runtime.importing.translating.functions.registry import Rule, rule
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import Dim, symbols

_SIMPLE = {
    "pixel_shuffle": "PixelShuffle", "pixel_unshuffle": "PixelUnshuffle", "channel_shuffle": "ChannelShuffle",
    "native_channel_shuffle": "ChannelShuffle", "unfold": "Unfold", "fold": "Fold",
}  # fmt: skip
_POOLS = {
    f"{kind}_pool{dims}d": f"{layer}Pool{dims}d"
    for dims in (1, 2, 3)
    for kind, layer in (("avg", "Avg"), ("lp", "LP"), ("adaptive_avg", "AdaptiveAvg"))
}
_MAX_POOLS = {
    f"{kind}_pool{dims}d": f"{layer}Pool{dims}d"
    for dims in (1, 2, 3)
    for kind, layer in (("max", "Max"), ("adaptive_max", "AdaptiveMax"))
}


def _fields(layer: str) -> tuple[type[Layer], list[str]]:
    kind = find_layer(layer)
    assert kind is not None
    return kind, list(kind.model_fields)


def _plain(layer: str, names: Sequence[str] = ()) -> Rule:
    """A function whose arguments are the layer's, in their order."""
    fields = list(names) or _fields(layer)[1]

    def translate(w: Writer, input: Any, *arguments: Any, **keywords: Any) -> Value:
        given = {**dict(zip(fields, arguments, strict=False)), **keywords}
        return w.one(layer, input, **_without_defaults(w, layer, given))

    return translate


def _without_defaults(w: Writer, layer: str, given: dict[str, Any]) -> dict[str, Any]:
    found = {name: short(value) for name, value in given.items()}
    if found.get("stride") in ((), found.get("kernel_size")) and "stride" in found:
        found["stride"] = None
    if layer.startswith("Adaptive"):
        found["output_size"] = _output_size(given["output_size"])
    return found


def _output_size(size: Any) -> Any:
    if any(isinstance(one, Dim) for one in items(size)):
        message = f"its output_size {size} depends on sizes"
        raise Problem("not-importable", message, help="give them a number in the inputs")
    return short(size)


def _max_pool(layer: str, names: Sequence[str]) -> Rule:
    def translate(w: Writer, input: Any, *arguments: Any, **keywords: Any) -> Any:
        given = {**dict(zip(names, arguments, strict=False)), **keywords}
        indices = bool(given.pop("return_indices", False)) or "with_indices" in str(w.call.target)
        return w.step(layer, input, **_without_defaults(w, layer, given), return_indices=indices or None)

    return translate


_WINDOWED = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
for _name, _layer in _SIMPLE.items():
    rule(_name)(_plain(_layer))
for _name, _layer in _POOLS.items():
    rule(_name)(_plain(_layer))
for _name, _layer in _MAX_POOLS.items():
    _names = ("output_size", "return_indices") if _name.startswith("adaptive") else _WINDOWED
    rule(_name, f"{_name}_with_indices")(_max_pool(_layer, _names))


# -- padding -----------------------------------------------------------------------------------------------------------


@rule("pad")
def pad(w: Writer, input: Any, pad: Any, mode: str = "constant", value: Any = None) -> Any:
    """Numbers from the last dim on; dims before that are not padded need none."""
    sides = tuple(pad)
    while mode == "constant" and sides[-2:] == (0, 0):
        sides = sides[:-2]
    if not any(size != 0 for size in sides):
        return input
    open_ = sorted({name for side in sides for name in symbols(side)})
    if open_:
        which = " and ".join(f"`{name}`" for name in open_)
        help = f"give {which} a number in the inputs, or a multiple of what it is padded to: 32*h, say"
        raise Problem("not-importable", f"how much is padded depends on {which}", help=help)
    number = None if value is None else w.number(value)
    return w.one("Pad", input, pad=sides, mode=mode, value=number or None)


# -- resampling --------------------------------------------------------------------------------------------------------


@rule("interpolate", "upsample")
def interpolate(
    w: Writer,
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """To a size, or by a factor."""
    factor = short(scale_factor)
    if recompute_scale_factor and size is None:
        size, factor = tuple(w.result_shape[2:]), None
    if size is not None and w.result_shape == w.shape(input):
        return input
    return w.one(
        "Interpolate",
        input,
        None,
        size=short(size),
        scale_factor=_floats(factor),
        mode=mode,
        align_corners=align_corners or None,
        antialias=antialias,
    )


def _floats(factor: Any) -> Any:
    if is_list(factor):
        return tuple(map(float, factor))
    return None if factor is None else float(factor)


@rule("upsample_nearest")
def upsample_nearest(w: Writer, input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """The value of the nearest point."""
    return interpolate(w, input, size, scale_factor)


@rule("upsample_bilinear")
def upsample_bilinear(w: Writer, input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """Linear, the corners aligned."""
    return interpolate(w, input, size, scale_factor, "bilinear", True)


@rule("one_hot")
def one_hot(w: Writer, input: Any, num_classes: int = -1) -> Value:
    """Of a known number of classes."""
    if num_classes < 0:
        help = "give `num_classes`"
        raise Problem("not-importable", "how many classes there are depends on the data", help=help)
    return w.one("OneHot", w.cast(input, "int64"), num_classes=num_classes)


def _triangle(layer: str) -> Rule:
    def translate(w: Writer, input: Any, diagonal: int = 0, *, out: None = None) -> Value:
        return w.one(layer, input, diagonal=diagonal)

    return translate


rule("tril")(_triangle("Tril"))
rule("triu")(_triangle("Triu"))
