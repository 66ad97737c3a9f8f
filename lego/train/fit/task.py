"""A training from its data to its folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch.distributed.tensor import DTensor

from lego.graph import Graph
from lego.spec.recipe import Recipe
from lego.train.data import Data, open_data
from lego.train.fit.choice import described
from lego.train.fit.progress import line, tell
from lego.train.fit.run import Run, prepared, trained
from lego.train.fit.training import Watch
from lego.train.runs import METRICS, About, need_free, read_history, save_module, settle, start, write_report

if TYPE_CHECKING:
    from lightning import LightningDataModule

    from lego.train.distributed import Strategy

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
    strategy: Strategy | None = None
    warn: Callable[[str], None] = _no_warning


def perform(task: Task) -> Run:
    """Do it.

    Raises:
        Problem: spec, recipe and data do not fit each other; the folder holds something else.
        KeyboardInterrupt: Ctrl-C.
    """
    if task.folder is not None and not task.resume:
        need_free(task.folder)  # before data is read, which may take long
    data, watch = data_of(task.data, task.graph, task.recipe), watch_of(task)
    run = prepared(task.graph, named(task), data, watch)
    return carried_out(
        task, run, data, lambda run: trained(run, data, resume=task.resume, watch=watch, options=task.options)
    )


def carried_out(task: Task, run: Run, data: Data, learn: Callable[[Run], Run]) -> Run:
    """Let a prepared net learn, with all that is written in the folder before and after.

    Raises:
        Problem: the folder holds something else; what `learn` raises.
        KeyboardInterrupt: Ctrl-C.
    """
    run = replace(run, folder=task.folder)
    about = About(data.name, data.classes, described(run.objective))
    if task.folder is not None and not task.resume:
        start(task.folder, task.documents, run.graph, run.recipe, about)
    elif task.folder is not None:
        settle(task.folder, run.recipe, about)
    try:
        run = learn(run)
    except KeyboardInterrupt:
        if run.folder is not None:
            _finish(run.folder, run, about)
        raise
    if run.folder is not None:
        _finish(run.folder, run, about._replace(finished=True))
    return run


def _finish(folder: Path, run: Run, about: About) -> None:
    """Write what there is of a run once it has stopped."""
    if not any(isinstance(one, DTensor) for one in run.module.parameters()):  # else each process has written its part
        save_module(folder, run.module)
    settle(folder, run.recipe, about)
    history = run.metrics or (read_history(folder / METRICS) if (folder / METRICS).is_file() else ())
    if history:
        write_report(folder, run.graph, run.recipe, history, about)


def data_of(asked: str | Data | LightningDataModule | None, graph: Graph, recipe: Recipe) -> Data:
    """The data that is asked for, or that the recipe names, or digits; as the spec wants it.

    Raises:
        Problem: there is none such, or it does not fit the spec.
    """
    source = asked if asked is not None else recipe.data or _DEFAULT
    return source if isinstance(source, Data) else open_data(source, graph, target=recipe.target)


def named(task: Task) -> Recipe:
    """The recipe with the source of data that was named."""
    named = task.data if isinstance(task.data, str) else None if task.data is not None else task.recipe.data or _DEFAULT
    return task.recipe.model_copy(update={"data": named})


def watch_of(task: Task) -> Watch:
    """What is seen of it."""
    if not task.progress:
        return Watch(warn=task.warn, logger=task.logger)
    return Watch(
        epoch=lambda epoch: tell(line(epoch, task.recipe.epochs)),
        warn=task.warn,
        bar=sys.stderr.isatty(),
        logger=task.logger,
    )
