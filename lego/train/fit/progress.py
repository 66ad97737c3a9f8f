"""What is shown while a net learns: a line an epoch, and on a terminal a bar below them."""

from __future__ import annotations

import sys

from lego.train.runs import Epoch


def line(epoch: Epoch, epochs: int) -> str:
    """An epoch in a line: `epoch  3/10  train loss 0.241 error 0.078  validation loss 0.215 error 0.042  0.4 s`."""
    width = len(str(epochs))
    parts = [f"epoch {epoch.epoch:>{width}}/{epochs}", f"train {_pair(epoch.train_loss, epoch.train_error)}"]
    if epoch.validation_loss is not None and epoch.validation_error is not None:
        parts.append(f"validation {_pair(epoch.validation_loss, epoch.validation_error)}")
    return "  ".join([*parts, f"{epoch.seconds:.1f} s"])


def _pair(loss: float, error: float) -> str:
    return f"loss {loss:.4g} error {error:.4g}"


def tell(text: str) -> None:
    """On stderr, above the bar if there is one."""
    print(text, file=sys.stderr, flush=True)
