"""A training from its data to its folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lego.graph import Graph
from lego.spec.recipe import Recipe
from lego.train.data import Data, open_data
from lego.train.fit.progress import line, tell
from lego.train.fit.run import Run, train
from lego.train.fit.training import Watch
from lego.train.runs import About, save_module, settle, start

if TYPE_CHECKING:
    from lightning import LightningDataModule

_DEFAULT = "digits"


def _no_warning(text: str) -> None:
    pass


@dataclass(frozen=True)
class Task:
    """What is asked for; see `lego.train`."""

    graph: Graph
    documents: Mapping[str, str]
    recipe: Recipe
    data: str | Data | LightningDataModule | None = None
    folder: Path | None = None
    progress: bool = False
    logger: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    resume: bool = False
    warn: Callable[[str], None] = _no_warning


def perform(task: Task) -> Run:
    """Do it.

    Raises:
        Problem: spec, recipe and data do not fit each other; the folder holds something else.
        Interrupted: Ctrl-C.
    """
    data = _data(task)
    task = replace(task, recipe=_settled(task))
    about = About(data.name, data.classes)
    if task.folder is not None and not task.resume:
        start(task.folder, task.documents, task.graph, task.recipe, about)
    elif task.folder is not None:
        settle(task.folder, task.recipe, about)
    run = train(
        task.graph,
        task.recipe,
        data,
        folder=task.folder,
        resume=task.resume,
        watch=_watch(task),
        options=task.options,
    )
    if task.folder is not None:
        save_module(task.folder, run.module)
        settle(task.folder, run.recipe, about._replace(finished=True))
    return run


def _data(task: Task) -> Data:
    asked = task.data if task.data is not None else task.recipe.data or _DEFAULT
    return asked if isinstance(asked, Data) else open_data(asked, task.graph, target=task.recipe.target)


def _settled(task: Task) -> Recipe:
    """The recipe with the source of data that was named."""
    named = task.data if isinstance(task.data, str) else None if task.data is not None else task.recipe.data or _DEFAULT
    return task.recipe.model_copy(update={"data": named})


def _watch(task: Task) -> Watch:
    if not task.progress:
        return Watch(warn=task.warn, logger=task.logger)
    return Watch(
        epoch=lambda epoch: tell(line(epoch, task.recipe.epochs)),
        warn=task.warn,
        bar=sys.stderr.isatty(),
        logger=task.logger,
    )
