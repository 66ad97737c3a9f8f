"""Early stopping of each member by itself."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Any

import torch
from torch import Tensor

from lego.spec.recipe import EarlyStopping


class Stopping:
    """Keeps what each member had learned when it stopped, or in its best epoch; the others go on.

    A member stops where Lightning's EarlyStopping would have stopped it, and its best epoch is that of Lightning's
    ModelCheckpoint.
    """

    def __init__(self, chosen: EarlyStopping, members: int) -> None:
        self._chosen = chosen
        self._best = [inf] * members
        self._least: list[float | None] = [None] * members
        self._waited = [0] * members
        self._stopped = [False] * members
        self._kept: dict[str, Tensor] = {}

    @property
    def done(self) -> bool:
        """All have stopped."""
        return all(self._stopped)

    def look(self, scores: Sequence[float], values: dict[str, Tensor]) -> None:
        """An epoch is over, with these scores of the validation and these weights."""
        if not self._kept:
            self._kept = {key: value.detach().clone() for key, value in values.items()}
        for member, score in enumerate(scores):
            if not self._stopped[member]:
                self._keep(member, score, values)
                self._count(member, score)

    def _keep(self, member: int, score: float, values: dict[str, Tensor]) -> None:
        least = self._least[member]
        comparable = score if score == score else inf
        if self._chosen.restore and least is not None and comparable >= least:
            return
        self._least[member] = comparable
        for key, value in values.items():
            self._kept[key][member].copy_(value[member].detach())

    def _count(self, member: int, score: float) -> None:
        if score + self._chosen.min_delta < self._best[member]:
            self._best[member], self._waited[member] = score, 0
        else:
            self._waited[member] += 1
        self._stopped[member] = not isfinite(score) or self._waited[member] >= self._chosen.patience

    def restore(self, values: dict[str, Tensor]) -> None:
        """Put back what was kept."""
        with torch.no_grad():
            for key, value in self._kept.items():
                values[key].copy_(value)

    def state_dict(self) -> dict[str, Any]:
        """All that was seen and kept."""
        counts = {"best": self._best, "least": self._least, "waited": self._waited, "stopped": self._stopped}
        return {**counts, "kept": self._kept}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where another was."""
        self._best, self._least = state["best"], state["least"]
        self._waited, self._stopped, self._kept = state["waited"], state["stopped"], state["kept"]
