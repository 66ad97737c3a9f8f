"""A probe as a picture: how wide activations are, and how large gradients, from the input to the output."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10
from pathlib import Path
from typing import Any

from lego.diagnostics import Problem, did_you_mean
from lego.train.figures import FORMATS, figure, written
from lego.train.probe.reading import Probe
from lego.train.runs import write_whole

_ACTIVATIONS, _WEIGHTS, _MARK = "#2f6fb5", "#d1660f", "#b3261e"
_OF_ACTIVATIONS = (_ACTIVATIONS, "of activations")
_OF_SUMS = (_WEIGHTS, "of layers with weights")
_NAMES = 40
"""More names than these do not fit below the picture; then some stand for all."""


def picture(probe: Probe, path: Path) -> None:
    """Draw it as the ending of the file says; one that is there is replaced once the new one is whole.

    Raises:
        Problem: there is no such format.
    """
    ending = path.suffix.removeprefix(".")
    if ending not in FORMATS:
        known = ", ".join(FORMATS)
        help = did_you_mean(ending, FORMATS) or f"name a file that ends in one of: {known}"
        raise Problem("bad-value", f"a picture is written as {known}, not as `{path.name}`", help=help)
    write_whole(path, _drawn(probe, ending))


def _drawn(probe: Probe, format: str) -> bytes:
    with figure((min(6 + 0.2 * len(probe.layers), 14), 7)) as drawing:
        above, below = drawing.subplots(2, 1, sharex=True)
        sums = [one.weight_gradient is not None for one in probe.layers]
        spreads = [one.spread for one in probe.layers]
        _line(above, [each if not own else None for each, own in zip(spreads, sums, strict=True)], *_OF_ACTIVATIONS)
        _line(above, [each if own else None for each, own in zip(spreads, sums, strict=True)], *_OF_SUMS)
        _line(below, [one.gradient for one in probe.layers], _ACTIVATIONS, "by what a layer gives")
        _line(below, [one.weight_gradient for one in probe.layers], _WEIGHTS, "by its weights")
        above.set_title("standard deviation of what a layer gives")
        below.set_title("norm of gradients")
        for axes in (above, below):
            _scale(axes)
            axes.grid(alpha=0.25)
            axes.legend(frameon=False)
        _mark(above, probe)
        _name(below, [one.path for one in probe.layers])
        drawing.suptitle(f"{probe.name}: {probe.samples} samples of {probe.data}", fontsize=11)
        return written(drawing, format)


def _line(axes: Any, values: Sequence[float | None], colour: str, label: str) -> None:
    """A line on a log scale; zeros, which are nowhere on it, are crosses at its foot."""
    known = [(place, value) for place, value in enumerate(values) if value is not None and isfinite(value)]
    above = [(place, value) for place, value in known if value > 0]
    axes.plot([place for place, _ in above], [value for _, value in above], "o-", color=colour, ms=3.5, label=label)
    zeros = [place for place, value in known if value == 0]
    foot = axes.get_xaxis_transform()
    axes.plot(zeros, [0.03] * len(zeros), "x", color=colour, transform=foot)


def _scale(axes: Any) -> None:
    """A log scale of whole powers of ten, so that little looks little."""
    axes.set_yscale("log")
    values = [float(value) for line in axes.lines if line.get_marker() == "o" for value in line.get_ydata()]
    low, high = log10(min(values, default=1)), log10(max(values, default=1))
    if any(line.get_marker() == "x" and len(line.get_ydata()) for line in axes.lines):
        axes.set_title(f"{axes.get_title()} (× is zero)")
    axes.set_ylim(10 ** (floor(low) - 0.1), 10 ** (max(ceil(high), floor(low) + 1) + 0.1))


def _mark(axes: Any, probe: Probe) -> None:
    """Name each fault where it starts."""
    places = {one.path: place for place, one in enumerate(probe.layers)}
    for number, one in enumerate(probe.verdicts):
        for part in axes.figure.axes:
            part.axvline(places[one.layer], color=_MARK, linestyle="--", linewidth=1)
        height = 0.97 - 0.09 * number
        where = axes.get_xaxis_transform()
        axes.text(places[one.layer], height, f" {one.fault}", transform=where, color=_MARK, va="top", fontsize=9)


def _name(axes: Any, names: Sequence[str]) -> None:
    step = -(-len(names) // _NAMES)
    shown = range(0, len(names), step)
    axes.set_xticks(shown, [names[place] for place in shown], rotation=90, fontsize=8)
