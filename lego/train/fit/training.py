"""The training itself: a net, its recipe and its samples go in; what the epochs came to comes out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import torch
from torch import nn

from lego.diagnostics import Problem
from lego.spec.recipe import Recipe
from lego.train.data import Samples
from lego.train.engine import MisconfigurationException, lightning, quiet
from lego.train.fit.callbacks import Interrupted, Interruption, Report
from lego.train.fit.feed import Feed
from lego.train.fit.learner import Learner
from lego.train.fit.objective import Objective
from lego.train.fit.ports import Ports
from lego.train.fit.trainer import BEST, LAST, trainer_of
from lego.train.runs import Epoch, read_checkpoint

CHECKPOINTS = "checkpoints"


def _silent(epoch: Epoch) -> None:
    pass


@dataclass(frozen=True)
class Watch:
    """What is seen of a training while it goes on.

    Attributes:
        epoch: Called after each epoch.
        warn: Called with what is worth a warning.
        bar: Show a progress bar.
        logger: `csv` or `tensorboard`: one of Lightning's loggers besides, in the run's folder.
    """

    epoch: Report = _silent
    warn: Callable[[str], None] = field(default=lambda text: None)
    bar: bool = False
    logger: str | None = None


def fit(
    module: nn.Module,
    ports: Ports,
    objective: Objective,
    recipe: Recipe,
    training: Samples,
    validation: Samples | None,
    *,
    folder: Path | None = None,
    resume: bool = False,
    watch: Watch | None = None,
    options: Mapping[str, Any] | None = None,
) -> tuple[Epoch, ...]:
    """Train a net; its weights are changed, and it is in evaluation mode afterwards.

    The global generators of random numbers are as they were before.

    Args:
        module: The net.
        ports: Its inputs, and its answer.
        objective: What it learns.
        recipe: How.
        training: From what.
        validation: What is held back; None where nothing is.
        folder: Of the run, for checkpoints and metrics.csv.
        resume: Go on from the last checkpoint there.
        watch: What is seen of it.
        options: Further arguments of Lightning's Trainer.

    Raises:
        KeyboardInterrupt: Ctrl-C; in a folder, all that was learned is saved.
        Problem: the recipe does not fit the net or the data.
    """
    batches = ceil(len(training) / recipe.batch_size)
    learner = Learner(module, ports, objective, recipe, batches)
    feed = Feed(training, validation, recipe.batch_size, recipe.seed)
    learn(learner, feed, recipe, folder=folder, resume=resume, watch=watch, options=options)
    return tuple(learner.history)


def learn(
    learner: Learner,
    feed: Feed,
    recipe: Recipe,
    *,
    folder: Path | None = None,
    resume: bool = False,
    watch: Watch | None = None,
    options: Mapping[str, Any] | None = None,
) -> None:
    """The loop of `fit`, of any learner and its batches; the arguments are those of `fit`."""
    watch = watch or Watch()
    with ExitStack() as stack:
        stack.enter_context(torch.random.fork_rng())  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        stack.enter_context(quiet())
        checkpoints = _checkpoints(recipe, folder, stack)
        interruption = Interruption(None if folder is None or checkpoints is None else checkpoints / LAST)
        stack.enter_context(interruption.heeding())
        trainer = _made(
            lambda: trainer_of(
                recipe,
                folder,
                checkpoints,
                interruption,
                validates=feed.validation is not None,
                report=watch.epoch,
                bar=watch.bar,
                logger=watch.logger,
                options=options,
            )
        )
        learner.module.train()
        last = checkpoints / LAST if resume and checkpoints is not None else None
        try:
            trainer.fit(learner, datamodule=feed, ckpt_path=str(last) if last is not None and last.exists() else None)
        except Interrupted:
            raise KeyboardInterrupt from None
        finally:
            learner.module.eval()
        if recipe.early_stopping is not None and recipe.early_stopping.restore and checkpoints is not None:
            _restore(learner, checkpoints / BEST)


def _checkpoints(recipe: Recipe, folder: Path | None, stack: ExitStack) -> Path | None:
    """Where they go: without a folder, the best weights alone are kept, for as long as it takes."""
    if folder is not None:
        return folder / CHECKPOINTS
    if recipe.early_stopping is None or not recipe.early_stopping.restore:
        return None
    return Path(stack.enter_context(tempfile.TemporaryDirectory()))


def _made(make: Callable[[], lightning.Trainer]) -> lightning.Trainer:
    """A Trainer, or Lightning's reason why there is none."""
    try:
        return make()
    except (MisconfigurationException, ValueError) as error:
        raise Problem("bad-value", str(error).strip().rstrip(".").partition("\n")[0]) from None


def _restore(learner: Learner, best: Path) -> None:
    if best.exists():
        learner.load_state_dict(read_checkpoint(best)["state_dict"])
