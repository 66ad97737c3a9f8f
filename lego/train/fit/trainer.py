"""Lightning's Trainer, as a recipe has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lego.diagnostics import Problem
from lego.spec.recipe import Recipe
from lego.train.engine import lightning, loggers
from lego.train.fit.callbacks import Bar, Checkpoints, Interruption, Journal, Report, Stopping
from lego.train.runs import SafetensorsIO

LAST, BEST = "last.safetensors", "best.safetensors"

Logger = str
"""One of LOGGERS."""

LOGGERS = ("csv", "tensorboard")


def trainer_of(
    recipe: Recipe,
    folder: Path | None,
    checkpoints: Path | None,
    interruption: Interruption,
    *,
    validates: bool,
    report: Report,
    bar: bool = False,
    logger: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> lightning.Trainer:
    """The Trainer of a recipe.

    Args:
        recipe: What says how.
        folder: Of the run; None: it leaves nothing behind.
        checkpoints: Where they go; None: there are none.
        interruption: What heeds Ctrl-C.
        validates: Some samples are held back.
        report: Called after each epoch.
        bar: Show Lightning's progress bar.
        logger: One of Lightning's loggers beside our own metrics.csv.
        options: Further arguments of the Trainer: strategy, devices, nodes.

    Raises:
        Problem: the recipe watches a validation that there is not.
    """
    if not validates:
        _check_nothing_watched(recipe)
    last = None if folder is None or checkpoints is None else checkpoints / LAST
    hooks: list[Any] = [Journal(folder and folder / "metrics.csv", report), interruption]
    if bar:
        hooks.append(Bar())
    hooks += _stopping(recipe)
    if last is not None and checkpoints is not None:
        hooks.append(Checkpoints(checkpoints, "last"))
    if recipe.early_stopping is not None and recipe.early_stopping.restore and checkpoints is not None:
        watched = f"validation_{recipe.early_stopping.monitor}"
        hooks.append(Checkpoints(checkpoints, "best", monitor=watched, save_weights_only=True))
    arguments: dict[str, Any] = {
        "max_epochs": recipe.epochs,
        "precision": recipe.precision,
        "callbacks": hooks,
        "logger": _logger(logger, folder),
        "enable_checkpointing": any(isinstance(one, Checkpoints) for one in hooks),
        "enable_progress_bar": bar,
        "plugins": [SafetensorsIO()],
        **_clipping(recipe),
        **quiet_arguments(),
    }
    return lightning.Trainer(**{**arguments, **(options or {})})


def quiet_arguments() -> dict[str, Any]:
    """One device, and nothing on the screen."""
    return {"devices": 1, "num_sanity_val_steps": 0, "enable_model_summary": False, "use_distributed_sampler": False}


def _check_nothing_watched(recipe: Recipe) -> None:
    name = "early_stopping" if recipe.early_stopping is not None else type(recipe.schedule).__name__
    if name in ("early_stopping", "ReduceLROnPlateau"):
        message = f"{name} watches a validation, and no samples are held back for one"
        raise Problem("bad-value", message, help="give `validation` a share above 0: `validation: 0.1`")


def _stopping(recipe: Recipe) -> list[Any]:
    chosen = recipe.early_stopping
    if chosen is None:
        return []
    watched = f"validation_{chosen.monitor}"
    return [Stopping(watched, patience=chosen.patience, min_delta=chosen.min_delta)]


def _clipping(recipe: Recipe) -> dict[str, Any]:
    chosen = recipe.gradient_clipping
    if chosen is None:
        return {}
    if chosen.norm is not None:
        return {"gradient_clip_val": chosen.norm, "gradient_clip_algorithm": "norm"}
    return {"gradient_clip_val": chosen.value, "gradient_clip_algorithm": "value"}


def _logger(name: str | None, folder: Path | None) -> Any:
    if name is None or folder is None:
        return False
    kind = {"csv": loggers.CSVLogger, "tensorboard": loggers.TensorBoardLogger}[name]
    return kind(folder / "logs", name="", version="")
