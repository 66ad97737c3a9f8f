"""What the epochs of a training came to, and metrics.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Epoch(NamedTuple):
    """What an epoch came to. Losses are without `l2`; those of training are means over the epoch, while it learned.

    Attributes:
        epoch: Its number, from 1.
        train_loss: The mean loss.
        train_error: The share of wrong classes, or the mean absolute error.
        validation_loss: The same of what is held back; None where nothing is.
        validation_error: The same.
        lr: The learning rate of the epoch's last step.
        seconds: How long it took; both parts together where it was cut in two.
    """

    epoch: int
    train_loss: float
    train_error: float
    validation_loss: float | None
    validation_error: float | None
    lr: float
    seconds: float


def history_csv(history: Iterable[Epoch]) -> str:
    """The text of metrics.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Epoch._fields)
    writer.writerows(history)
    return text.getvalue()


def read_history(path: Path) -> tuple[Epoch, ...]:
    """The epochs in metrics.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_epoch(row) for row in csv.DictReader(file))


def _epoch(row: dict[str, str]) -> Epoch:
    number = int(row.pop("epoch"))
    return Epoch(number, **{name: float(value) if value else None for name, value in row.items()})  # pyright: ignore[reportArgumentType]
