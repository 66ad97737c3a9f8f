"""The optimiser and the schedule of a recipe, as torch has them."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from lego.diagnostics import Problem
from lego.spec.recipe import Optimizer, Recipe, Schedule

_FUSED = ("SGD", "Adam", "AdamW", "Adagrad")


def optimizer(recipe: Recipe, module: nn.Module) -> torch.optim.Optimizer:
    """Torch's optimiser of the weights that learn; one kernel for all of them where torch has it.

    Raises:
        Problem: all weights are frozen.
    """
    weights = [one for one in module.parameters() if one.requires_grad]
    if not weights:
        help = "let some of its layers learn: take their `freeze` away"
        raise Problem("bad-value", "the net has no weights that learn", help=help)
    chosen: Optimizer = recipe.optimizer
    kind = vars(torch.optim)[type(chosen).__name__]
    fused = {"fused": True} if _may_fuse(recipe, module) else {}
    return kind(weights, **vars(chosen), **fused)


def _may_fuse(recipe: Recipe, module: nn.Module) -> bool:
    """A scaled gradient must be unscaled before it is clipped, and a sparse one is known to the plain loops alone."""
    sparse = any(getattr(one, "sparse", False) for one in module.modules())
    return type(recipe.optimizer).__name__ in _FUSED and recipe.precision != "16-mixed" and not sparse


def schedule(recipe: Recipe, steps: torch.optim.Optimizer, batches: int) -> dict[str, Any] | None:
    """Torch's schedule of the learning rate, with what Lightning needs to know to step it.

    Args:
        recipe: What says it.
        steps: The optimiser.
        batches: How many steps an epoch has.
    """
    chosen: Schedule | None = recipe.schedule
    if chosen is None:
        return None
    arguments: dict[str, Any] = {name: _plain(value) for name, value in vars(chosen).items()}
    interval = arguments.pop("interval", None)
    if chosen.total and arguments[chosen.total] is None:
        arguments[chosen.total] = recipe.epochs * (batches if interval == "step" else 1)
    made = vars(torch.optim.lr_scheduler)[type(chosen).__name__](steps, **arguments)
    if interval is not None:
        return {"scheduler": made, "interval": interval}
    # stepped before the end of the epoch, so that what is saved there has it
    return {"scheduler": made, "interval": "step", "frequency": batches, "monitor": "validation_loss"}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
