"""The curves of a training, and where it begins to overfit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from lego.train.runs.history import Epoch

_TRAINING, _VALIDATION, _MARK = "#2f6fb5", "#d1660f", "#8a8a8a"


def overfitting(history: Sequence[Epoch]) -> int | None:
    """The epoch from which the loss of validation rises while that of training falls; None where there is none.

    It is the epoch of the least loss of validation, where the last loss lies above it by more than the loss moves from
    one epoch to the next (the median of its steps), and the loss of training has fallen meanwhile.
    """
    losses = [one.validation_loss for one in history]
    known = [loss for loss in losses if loss is not None]
    if len(known) < 3 or len(known) < len(history):
        return None
    best = min(range(len(known)), key=known.__getitem__)
    steps = sorted(abs(after - before) for before, after in pairwise(known))
    rise = known[-1] - known[best]
    falls = history[-1].train_loss < history[best].train_loss
    return history[best].epoch if falls and len(known) - best > 2 and rise > steps[len(steps) // 2] else None


def curves_svg(history: Sequence[Epoch]) -> str:
    """Loss and error of training and validation over the epochs, as an SVG; overfitting is marked."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    plotting: Any = matplotlib  # half typed
    with plotting.rc_context({"svg.hashsalt": "lego", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure: Any = Figure(figsize=(9, 3.4), layout="constrained")
        for axes, what in zip(figure.subplots(1, 2), ("loss", "error"), strict=True):
            _draw(axes, history, what)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def _draw(axes: Any, history: Sequence[Epoch], what: str) -> None:
    epochs = [one.epoch for one in history]
    marker = "o" if len(epochs) < 3 else ""
    axes.plot(epochs, _column(history, f"train_{what}"), color=_TRAINING, marker=marker, label="training")
    held_back = _column(history, f"validation_{what}")
    if None not in held_back:
        axes.plot(epochs, held_back, color=_VALIDATION, marker=marker, label="validation")
    start = overfitting(history)
    if start is not None:
        axes.axvline(start, color=_MARK, linestyle="--", linewidth=1)
        axes.text(start, 0.98, " overfitting", transform=axes.get_xaxis_transform(), color=_MARK, va="top")
    axes.set_xlabel("epoch")
    axes.set_title(what)
    axes.set_ylim(bottom=0 if min(_column(history, f"train_{what}")) >= 0 else None)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)


def _column(history: Sequence[Epoch], name: str) -> list[Any]:
    place = Epoch._fields.index(name)
    return [one[place] for one in history]
