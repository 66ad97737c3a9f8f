"""The lecture's penalty: λ Σ w² in the loss, whatever the optimiser."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import torch
from torch import Tensor, nn

from lego.diagnostics import Note, Problem
from lego.spec.recipe import L2


def penalised(l2: L2 | None, module: nn.Module) -> list[nn.Parameter]:
    """The weights that count: those of two or more dims, all, or those whose keys match a pattern.

    Raises:
        Problem: a pattern matches no key.
    """
    learned = {key: one for key, one in module.named_parameters() if one.requires_grad}
    if l2 is None:
        return []
    if l2.of == "all":
        return list(learned.values())
    if l2.of == "weights":
        return [one for one in learned.values() if one.dim() > 1]
    for pattern in l2.of:
        if not any(fnmatchcase(key, pattern) for key in learned):
            notes = [Note("keys", ", ".join(list(learned)[:6]) + (", …" if len(learned) > 6 else ""))]
            raise Problem("unknown-name", f"l2: no weight that learns has a key like `{pattern}`", notes=notes)
    return [one for key, one in learned.items() if any(fnmatchcase(key, pattern) for pattern in l2.of)]


def penalty(strength: float, weights: Sequence[Tensor]) -> Tensor:
    """λ Σ w²."""
    squares = [torch.dot(flat, flat) for flat in (one.flatten() for one in weights)]
    return strength * torch.stack(squares).sum()
