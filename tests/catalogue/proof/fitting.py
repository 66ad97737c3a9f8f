"""Input shapes that fit the arguments of a layer, family by family; None for an optional slot that stays empty."""

from __future__ import annotations

import re
from functools import cache
from math import prod
from typing import Any

from hypothesis import strategies as st

from lego.catalogue import Layer

Draw = st.DrawFn
Sizes = tuple[int, ...]
Shapes = list[Sizes | None]
Arguments = dict[str, Any]
Kind = type[Layer]
SIZE = st.integers(1, 6)
LENGTH = st.integers(1, 10)
DIVISIBLE = st.sampled_from((1, 2, 3, 4, 6))


@cache
def sizes(rank: int, size: st.SearchStrategy[int] = SIZE) -> st.SearchStrategy[Sizes]:
    return st.tuples(*[size] * rank)


def shape(draw: Draw, *ranks: int) -> Sizes:
    """Small sizes; without ranks, of any rank up to 4."""
    rank = draw(st.sampled_from(ranks or (0, 1, 2, 2, 3, 4)))
    return draw(sizes(rank))


def spread(value: Any, dims: int) -> list[Any]:
    """A number for each dim."""
    values = list(value) if isinstance(value, tuple) else [value]
    return (values * dims)[:dims]


def stretching(draw: Draw, first: Sizes) -> Sizes:
    """A shape that broadcasts to another."""
    cut = draw(st.integers(0, len(first)))
    return tuple(draw(st.sampled_from([1, size])) for size in first[cut:])


# -- element by element ------------------------------------------------------------------------------------------------


def operands(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Two inputs, or one with a number; further ones where there is no limit; of one shape or stretched."""
    first = shape(draw)
    if "other" in arguments:
        return [first]
    count = draw(st.integers(1, 2)) if not isinstance(layer.slots, tuple) else 1
    if arguments.get("broadcast") or not draw(st.integers(0, 5)):
        return [first, *(stretching(draw, first) for _ in range(count))]
    return [first] * (count + 1)


def masked(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    first = shape(draw)
    return [first, stretching(draw, first)]


def chosen(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    first = shape(draw)
    return [stretching(draw, first), first, first] if arguments.get("broadcast") else [first] * 3


# -- windows -----------------------------------------------------------------------------------------------------------


def grouped(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Channels that the groups divide, in front of spatial dims."""
    dims: int = layer.dims  # type: ignore[attr-defined]
    groups = arguments.get("groups", 1)
    batch = draw(st.sampled_from([(), (2,), (1,)]))
    return [(*batch, groups * draw(st.integers(1, 3)), *draw(sizes(dims, LENGTH)))]


def pooled(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    dims: int = layer.dims  # type: ignore[attr-defined]
    batch = draw(st.sampled_from([(2,), (2, 3)]))
    found = (*batch, *draw(sizes(dims, LENGTH)))
    return [found] * len(layer.slots)


def columns(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Windows of an image of `output_size`."""
    values = {"stride": 1, "padding": 0, "dilation": 1, **arguments}
    names = ("output_size", "kernel_size", "stride", "padding", "dilation")
    each = zip(*(spread(values[name], 2) for name in names), strict=True)
    windows = prod(
        (size + 2 * pad - gap * (kernel - 1) - 1) // max(step, 1) + 1 for size, kernel, step, pad, gap in each
    )
    points = prod(spread(values["kernel_size"], 2))
    batch = draw(st.sampled_from([(), (2,)]))
    return [(*batch, max(points, 0) * draw(st.integers(1, 3)), max(windows, 0))]


def resampled(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Of the rank that the mode takes, and the lists among the arguments."""
    mode = arguments.get("mode", "bilinear" if "mode" not in layer.model_fields else "nearest")
    given = [value for name in ("size", "scale_factor") if isinstance(value := arguments.get(name), tuple)]
    ranks = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}
    rank = ranks.get(mode) or (len(given[0]) + 2 if given else draw(st.integers(3, 5)))
    first = shape(draw, rank)
    alone = "size" in arguments or "scale_factor" in arguments
    return [first] if alone or len(layer.slots) == 1 else [first, shape(draw, rank)]


# -- parts and arrangements --------------------------------------------------------------------------------------------


def along(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """At least as many dims as the arguments name; sizes with many divisors."""
    named = [
        value for name in ("dim", "dim0", "dim1", "dims", "start_dim", "end_dim") for value in _all(arguments, name)
    ]
    least = max([1, *(value + 1 if value >= 0 else -value for value in named)])
    rank = draw(st.integers(least, max(least, 4))) if draw(st.integers(0, 9)) else least - 1
    return [draw(sizes(rank, DIVISIBLE))]


def _all(arguments: Arguments, name: str) -> list[int]:
    value = arguments.get(name, ())
    return list(value) if isinstance(value, tuple) else [value]


def joined(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Equal in all dims but one."""
    [first] = along(draw, layer, arguments)
    at = arguments.get("dim", 0) % len(first)
    others = [(*first[:at], draw(SIZE), *first[at + 1 :]) for _ in range(draw(st.integers(1, 2)))]
    return [first, *others]


def gathered(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    [first] = along(draw, layer, arguments)
    index = [draw(st.integers(1, size)) for size in first]
    index[arguments["dim"] % len(first)] = draw(SIZE)
    return [first, tuple(index)]


def split(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """The dim is the sum of the parts."""
    [first] = along(draw, layer, arguments)
    parts, at = arguments["split_size"], arguments.get("dim", 0) % len(first)
    return [(*first[:at], sum(parts), *first[at + 1 :])] if isinstance(parts, tuple) else [first]


def unflattened(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    [first] = along(draw, layer, arguments)
    parts, at = arguments["unflattened_size"], arguments["dim"] % len(first)
    return [(*first[:at], _count(draw, parts), *first[at + 1 :])]


def _count(draw: Draw, parts: Sizes) -> int:
    """How many elements these sizes make up, one of them -1."""
    return abs(prod(part for part in parts if part != -1)) * (draw(st.integers(1, 3)) if -1 in parts else 1)


def reshaped(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """As many elements as the wanted shape; without one, `like` has it."""
    wanted = arguments.get("shape")
    if wanted is None:
        like = shape(draw)
        return [tuple(draw(st.permutations(like))), like]
    count = _count(draw, wanted)
    lead = draw(st.sampled_from([size for size in range(1, count + 1) if count % size == 0] or [0]))
    return [draw(st.sampled_from([(count,), (lead, count // max(lead, 1)), (lead, 1, count // max(lead, 1))]))]


def expanded(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    wanted = arguments.get("shape")
    like = shape(draw) if wanted is None else tuple(draw(SIZE) if size == -1 else abs(size) for size in wanted)
    return [stretching(draw, like), *([like] if wanted is None else [])]


def permuted(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    return [shape(draw, len(arguments["dims"]))]


def squeezed(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    [first] = along(draw, layer, arguments)
    gone = {dim % len(first) for dim in _all(arguments, "dim")}
    return [tuple(1 if at in gone else size for at, size in enumerate(first))]


def padded(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    dims = len(arguments["pad"]) // 2
    ranks = (dims, dims + 1, dims + 2) if arguments.get("mode", "constant") == "constant" else (dims + 1, dims + 2)
    return [shape(draw, *ranks)]


def shuffled(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Sizes that the factors divide."""
    up, down, groups = (arguments.get(name, 1) for name in ("upscale_factor", "downscale_factor", "groups"))
    small = st.integers(1, 3)
    *lead, height, width = draw(
        st.tuples(SIZE, small.map(lambda k: k * up * up * groups), *[small.map(down.__mul__)] * 2)
    )
    return [(*lead, height, width)]


# -- products, sequences, tables ---------------------------------------------------------------------------------------


def multiplied(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    batch = shape(draw, 0, 1, 2)
    rows, inner, columns = draw(sizes(3))
    left, right = (rows, inner), (inner, columns)
    if draw(st.booleans()):
        return [(*batch, *left), (*(stretching(draw, batch) if arguments.get("broadcast") else batch), *right)]
    return draw(st.sampled_from([[(*batch, *left), (inner,)], [(inner,), (*batch, *right)], [(inner,), (inner,)]]))


def summed(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """A size for each letter of the equation, and a few dims for the ellipsis."""
    axes = dict(zip("abcijkln", draw(sizes(8)), strict=True))
    dots = shape(draw, 0, 1, 2)
    terms = str(arguments["equation"]).partition("->")[0].replace(" ", "").replace("...", "…").split(",")
    return [tuple(size for letter in term for size in (dots if letter == "…" else (axes[letter],))) for term in terms]


def arranged(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """A size for each dim on the left side of the pattern: what it is made of, times a little."""
    left = str(arguments["pattern"]).partition("->")[0].replace("...", "…")
    found: list[int] = []
    for group in re.findall(r"\([^)]*\)|\S+", left):
        if group == "…":
            found.extend(shape(draw, 0, 1, 2))
        else:
            numbers = [arguments.get(name, int(name) if name.isdigit() else None) for name in group.strip("()").split()]
            free = draw(st.integers(1, 3)) if None in numbers else 1
            found.append(free * prod(number for number in numbers if number))
    return [tuple(found)]


def attended(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """[*, heads, L, E], [*, heads, S, E], [*, heads, S, V], and a mask that stretches to [L, S]."""
    queries, keys, features, values, heads = draw(sizes(5))
    lead = shape(draw, 0, 1, 2)
    several = heads * draw(st.integers(1, 3))
    inner, outer = ((*lead, heads), (*lead, several)) if arguments.get("enable_gqa") else (lead, lead)
    scores = (*outer, queries, keys)
    mask = None if arguments.get("is_causal") or draw(st.booleans()) else draw(st.sampled_from([scores, scores[-2:]]))
    return [(*outer, queries, features), (*inner, keys, features), (*inner, keys, values), mask]


def headed(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Sequences of multi-head attention, whose features the heads divide, and masks."""
    heads = arguments["num_heads"]
    batch, queries, keys, kdim, vdim = draw(sizes(5))
    embed = heads * draw(st.integers(1, 3))
    if draw(st.booleans()):
        kdim = vdim = embed
    if not draw(st.integers(0, 3)):
        mask = draw(st.sampled_from([None, (queries, keys), (heads, queries, keys)]))
        return [(queries, embed), (keys, kdim), (keys, vdim), draw(st.sampled_from([None, (keys,)])), mask]
    mask = draw(st.sampled_from([None, (queries, keys), (batch * heads, queries, keys)]))
    padding = draw(st.sampled_from([None, (batch, keys)]))
    first = bool(arguments.get("batch_first"))
    lead = [(batch, length) if first else (length, batch) for length in (queries, keys, keys)]
    return [*((*axes, size) for axes, size in zip(lead, (embed, kdim, vdim), strict=True)), padding, mask]


def bagged(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    weights = arguments.get("mode") == "sum" and draw(st.booleans())
    numbers = shape(draw, 2)
    if draw(st.booleans()):
        return [numbers, None, numbers if weights else None]
    return [numbers[:1], draw(st.tuples(st.integers(1, 3))), numbers[:1] if weights else None]


def paired(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Equal but for the last dim."""
    first = shape(draw, 1, 2, 3)
    return [first, (*first[:-1], draw(SIZE))]


def trailing(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """The last dims are those that the argument names."""
    given = arguments.get("normalized_shape")
    last = shape(draw, 1) if given is None else given if isinstance(given, tuple) else (given,)
    return [(*shape(draw, 0, 1, 2), *last)]


# -- losses ------------------------------------------------------------------------------------------------------------


def alike(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    return [shape(draw)] * len(layer.slots)


def classified(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Scores [N, C, *] and a number for each of their places."""
    weight = arguments.get("weight")
    classes = len(weight) if weight else draw(SIZE)
    batch, *rest = shape(draw, 1, 2, 3)
    if draw(st.booleans()):
        return [(batch, classes, *rest), (batch, *rest)]
    return draw(st.sampled_from([[(classes,), ()], [(batch, classes), (batch,)], [(batch, classes)] * 2]))


def scored(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Features, and a target for each place of the scores that are made of them."""
    batch, features = draw(st.sampled_from([(), (3,)])), draw(st.integers(4, 9))
    return [(*batch, features), (*batch, *arguments.get("out_features", ()))]


def embedded(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    first = shape(draw, 1, 2)
    return [first, first, first[:-1]]


def aligned(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """Log-probabilities [T, N, C], labels [N, S], and their lengths; or one sample of each."""
    steps, batch, classes, labels = draw(sizes(4))
    if draw(st.booleans()):
        return [(steps, classes), (labels,), (), ()]
    return [(steps, batch, classes), (batch, labels), (batch,), (batch,)]


# -- recurrent layers and Transformers ---------------------------------------------------------------------------------


def scanned(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """A sequence, or a step of one, and states; or a sample of it."""
    steps, batch, features = draw(sizes(3))
    lead = (batch,) if draw(st.booleans()) else ()
    states = _states(layer, arguments, lead)
    axes = (
        lead if layer.__name__.endswith("Cell") else (*lead, steps) if arguments.get("batch_first") else (steps, *lead)
    )
    return [(*axes, features), *(states if draw(st.booleans()) else [None] * len(states))]


def _states(layer: Kind, arguments: Arguments, lead: Sizes) -> Shapes:
    hidden = arguments["hidden_size"]
    projected = arguments.get("proj_size") or hidden
    depth = (
        ()
        if layer.__name__.endswith("Cell")
        else (arguments.get("num_layers", 1) * (1 + arguments.get("bidirectional", 0)),)
    )
    return [(*depth, *lead, projected if at == 0 else hidden) for at in range(len(layer.slots) - 1)]


def transformed(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """One or two sequences with a few features, and masks of them."""
    batch, features = draw(SIZE), 2 * draw(st.integers(1, 2))
    first = arguments.get("batch_first") or "batch_first" in str(arguments)
    lengths = dict(zip(("src", "tgt", "memory"), draw(sizes(3)), strict=True))
    if layer.__name__ == "Transformer":
        lengths["memory"] = lengths["src"]
    found: Shapes = []
    for slot in layer.slots:
        name, _, rest = slot.name.partition("_")  # type: ignore[union-attr]
        length = lengths.get(name, lengths["src"])
        if not rest and name != "mask":
            found.append((batch, length, features) if first else (length, batch, features))
        elif draw(st.integers(0, 3)):
            found.append(None)
        elif "padding" in rest:
            found.append((batch, length))
        else:
            found.append((lengths["tgt"] if name == "memory" else length, length))
    return found


# -- weights as inputs -------------------------------------------------------------------------------------------------


def with_weights(draw: Draw, layer: Kind, arguments: Arguments) -> Shapes:
    """An input, a weight that fits it most of the time, and perhaps a bias."""
    outputs, channels = draw(SIZE), draw(SIZE)
    bias = draw(st.sampled_from([None, (outputs,), (outputs,), (1,)]))
    if not hasattr(layer, "layer"):
        return [(*draw(sizes(draw(st.integers(0, 3)))), channels), (outputs, channels), bias]
    dims: int = layer.layer.dims
    groups = arguments.get("groups", 1)
    outputs *= draw(st.sampled_from([groups, groups, 1]))
    bias = None if bias is None else (outputs,) if len(bias) and bias != (1,) else (1,)
    batch = draw(st.sampled_from([(), (2,)]))
    kernel = draw(sizes(dims, st.integers(1, 3)))
    return [(*batch, groups * channels, *draw(sizes(dims, LENGTH))), (outputs, channels, *kernel), bias]
