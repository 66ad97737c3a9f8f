"""The curves of a training, and where it begins to overfit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lego.train.figures import figure, written
from lego.train.runs.history import Epoch
from lego.train.runs.overfitting import overfitting

_TRAINING, _VALIDATION, _MARK = "#2f6fb5", "#d1660f", "#8a8a8a"


def overfitting_from(history: Sequence[Epoch]) -> int | None:
    """The epoch from which the loss of validation rises while that of training falls; None where there is none."""
    held_back = [one.validation_loss for one in history if one.validation_loss is not None]
    place = overfitting([one.train_loss for one in history], held_back)
    return None if place is None else history[place].epoch


def curves_svg(history: Sequence[Epoch]) -> str:
    """Loss and error of training and validation over the epochs, as an SVG; overfitting is marked."""
    from matplotlib.ticker import MaxNLocator

    with figure((9, 3.4)) as drawing:
        for axes, what in zip(drawing.subplots(1, 2), ("loss", "error"), strict=True):
            _draw(axes, history, what)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        return written(drawing, "svg").decode()


def _draw(axes: Any, history: Sequence[Epoch], what: str) -> None:
    epochs = [one.epoch for one in history]
    marker = "o" if len(epochs) < 3 else ""
    axes.plot(epochs, _column(history, f"train_{what}"), color=_TRAINING, marker=marker, label="training")
    held_back = _column(history, f"validation_{what}")
    if None not in held_back:
        axes.plot(epochs, held_back, color=_VALIDATION, marker=marker, label="validation")
    start = overfitting_from(history)
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
