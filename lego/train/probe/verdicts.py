"""What goes wrong in a net, by the numbers of its layers; each with the layer where it starts, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import isfinite
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lego.train.probe.reading import Reading

FACTOR = 1e3
"""A gradient that much smaller, or larger, than at the last layer has vanished, or exploded.

One rate serves all layers. At a thousandth of the gradient a layer moves in a thousand steps as far as the last does in
one, and stands still for as long as the training goes; at a thousandfold, any rate that the last layer needs throws it
about. A start that suits the net keeps the gradient within a factor of about ten over tens of layers, while sigmoids,
whose slope is at most 1/4, take a thousandfold in five.
"""

DEAD = 0.75
"""So large a share of units that do nothing is a fault.

Half of a ReLU's inputs are below zero by design. In deep nets samples become alike, and then nearly half of the units
are below zero for a whole batch, without harm: others are there for other data. Beyond that, capacity is lost.
"""

SATURATED = 0.25
"""So large a share of activations in the flat part is a fault.

Of sums from N(0, 1), a sigmoid has 0.03 % there and a tanh 7 %, a start that suits the net has few more. Sums with a
standard deviation of 5, from which a sigmoid hardly comes back, have 47 % there.
"""

Fault = Literal["symmetric", "vanishing", "exploding", "dead", "saturated"]

REMEDIES: dict[Fault, tuple[str, ...]] = {
    "symmetric": (
        "let chance tell units apart: init: {weight: auto}, or he_normal before ReLU and xavier_normal before others",
    ),
    "vanishing": (
        "ReLU in place of sigmoid or tanh, with he_normal",
        "BatchNorm before each activation",
        "skip around pairs of layers, so that the gradient has a way past them",
        "xavier_normal where sigmoid or tanh must stay; lsuv scales each layer on data",
    ),
    "exploding": (
        "smaller weights at the start: he_normal before ReLU, xavier_normal before others; lsuv scales on data",
        "BatchNorm after each layer",
        "gradient_clipping: 1.0 in the recipe",
    ),
    "dead": (
        "he_normal and biases of zero, so that half of the sums are above 0",
        "BatchNorm before each activation",
        "a smaller learning rate, for large steps push units off",
        "LeakyReLU, which has a slope on either side",
    ),
    "saturated": (
        "smaller weights at the start: xavier_normal, or lsuv, which scales each layer on data",
        "BatchNorm before each activation",
        "ReLU with he_normal: it is flat on one side alone",
    ),
}
"""The lecture's, the likeliest to help first."""


@dataclass(frozen=True)
class Verdict:
    """A fault.

    Attributes:
        fault: Its name.
        layer: The path of the layer where it starts: the first on the way of the activations; of gradients that vanish
            or explode, the first on their way, from the output to the input.
        message: What was found.
        remedies: What helps.
    """

    fault: Fault
    layer: str
    message: str
    remedies: tuple[str, ...]


def verdicts(layers: Sequence[Reading]) -> tuple[Verdict, ...]:
    """All faults of a net whose layers are given in the order of execution, causes before what comes of them."""
    return (*_symmetric(layers), *_saturated(layers), *_dead(layers), *_gradients(layers))


def _verdict(fault: Fault, layer: str, message: str) -> Verdict:
    return Verdict(fault, layer, message, REMEDIES[fault])


# -- units -------------------------------------------------------------------------------------------------------------


def _symmetric(layers: Sequence[Reading]) -> Iterator[Verdict]:
    found = [one for one in layers if one.alike and one.stuck]
    if found:
        text = (
            f"all units of a layer give the same and get the same gradient, in {_layers(len(found))}: they stay alike"
        )
        yield _verdict("symmetric", found[0].path, text)


def _saturated(layers: Sequence[Reading]) -> Iterator[Verdict]:
    known = [(one.path, one.saturated) for one in layers if one.saturated is not None]
    found = [(path, share) for path, share in known if share >= SATURATED]
    if found:
        path, share = found[0]
        text = f"{share:.0%} of the activations lie where {_kind(layers, path)} is flat"
        yield _verdict("saturated", path, f"{text}{_and_others(len(found))}")


def _dead(layers: Sequence[Reading]) -> Iterator[Verdict]:
    found = [(one.path, one.dead) for one in layers if one.dead is not None and one.dead >= DEAD]
    if found:
        path, share = found[0]
        text = f"{share:.0%} of the units of {_kind(layers, path)} do nothing in the whole batch"
        yield _verdict("dead", path, f"{text}{_and_others(len(found))}")


def _kind(layers: Sequence[Reading], path: str) -> str:
    return next(one.kind for one in layers if one.path == path)


def _and_others(count: int) -> str:
    return f"; so it is in {_layers(count)}" if count > 1 else ""


def _layers(count: int) -> str:
    return f"{count} layers" if count > 1 else "one layer"


# -- gradients ---------------------------------------------------------------------------------------------------------


def _gradients(layers: Sequence[Reading]) -> Iterator[Verdict]:
    broken = _not_finite(layers)
    if broken is not None:
        text = "numbers grow beyond all bounds: there are activations or gradients that are infinite, or no numbers"
        yield _verdict("exploding", broken, text)
        return
    known = [(one, one.gradient) for one in layers if one.gradient is not None]
    last = next((place for place in reversed(range(len(known))) if known[place][0].weight_gradient is not None), None)
    if last is None or not known[last][1]:
        return
    end, at_end = known[last]
    before = [(one.path, gradient / at_end) for one, gradient in known[:last]]
    yield from _beyond("vanishing", end.path, _leading(before, lambda ratio: ratio < 1 / FACTOR))
    yield from _beyond("exploding", end.path, _leading(before, lambda ratio: ratio > FACTOR))


def _not_finite(layers: Sequence[Reading]) -> str | None:
    """The first layer whose activations are not finite; else the last whose gradients are not."""
    forward = (one.path for one in layers if not _finite(one.mean, one.spread))
    backward = (one.path for one in reversed(layers) if not _finite(one.gradient, one.weight_gradient))
    return next(forward, None) or next(backward, None)


def _finite(*values: float | None) -> bool:
    return all(isfinite(value) for value in values if value is not None)


def _leading(ratios: Sequence[tuple[str, float]], is_beyond: Callable[[float], bool]) -> list[tuple[str, float]]:
    """The layers from the input on that are all beyond a bound: where one is not, some way passes the gradient on."""
    return list(takewhile(lambda one: is_beyond(one[1]), ratios))


def _beyond(fault: Fault, end: str, found: Sequence[tuple[str, float]]) -> Iterator[Verdict]:
    if found:
        (path, ratio), (first, at_first) = found[-1], found[0]
        on_to = f", and to {_times(at_first)} it at {first}" if first != path else ""
        how = "falls" if fault == "vanishing" else "grows"
        yield _verdict(fault, path, f"towards the input the gradient {how} to {_times(ratio)} that at {end}{on_to}")


def _times(ratio: float) -> str:
    return f"{ratio:.1e} times" if ratio else "0 times"
