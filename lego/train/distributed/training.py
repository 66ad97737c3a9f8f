"""A training on several devices: of a net that each of them has, or whose weights are parted over them."""

from __future__ import annotations

import warnings
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.distributed.tensor import DTensor

from lego.diagnostics import Problem
from lego.graph import Graph, started_on_data
from lego.spec.recipe import Recipe
from lego.train.data import Data
from lego.train.distributed.deferred import Deferred, defer
from lego.train.distributed.sharding import save_sharded, shard
from lego.train.distributed.strategies import Strategy
from lego.train.engine import is_first
from lego.train.fit.feed import Feed
from lego.train.fit.learner import Learner
from lego.train.fit.objective import Objective
from lego.train.fit.penalty import penalised, penalty
from lego.train.fit.ports import ports_of
from lego.train.fit.run import Run, objective_of, parted, prepared, settled, train, trained
from lego.train.fit.task import Task, carried_out, data_of, named, watch_of
from lego.train.fit.training import Watch, learn
from lego.train.runs import WEIGHTS, need_free


class ShardedLearner(Learner):
    """A net that is on the meta device until Lightning has joined the processes; then each makes its shards."""

    def __init__(self, deferred: Deferred, graph: Graph, objective: Objective, recipe: Recipe, batches: int) -> None:
        super().__init__(deferred.module, ports_of(graph), objective, recipe, batches)
        self._deferred: Deferred | None = deferred

    def configure_model(self) -> None:
        """Shard the net over the processes and make its weights, once."""
        if self._deferred is None:
            return
        mesh: Any = self.device_mesh
        shard(self._deferred, mesh["data_parallel"], self.trainer.strategy.root_device)
        self._penalised = penalised(self.recipe.l2, self.module)
        self._deferred = None

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self._counted(batch, self.training_meter)
        if self.recipe.l2 is None or not self._penalised:
            return loss
        shards = [one.to_local() for one in self._penalised if isinstance(one, DTensor)]  # each has its own gradient
        return loss + penalty(self.recipe.l2.strength, shards)


def train_distributed(
    graph: Graph,
    recipe: Recipe,
    data: Data,
    strategy: Strategy,
    *,
    folder: Path | None = None,
    resume: bool = False,
    watch: Watch | None = None,
) -> Run:
    """Train the net of a graph on several devices. Every process calls it, or Lightning starts the others.

    Args:
        graph: Of a spec.
        recipe: How.
        data: What is learned; each process reads its own part.
        strategy: How it is spread.
        folder: Of the run, for checkpoints and metrics.
        resume: Go on with the run in the folder.
        watch: What is seen of it.

    Returns:
        The run. With `fsdp` the weights of its module are DTensors, parted over the processes as they were: write them
        with `save_sharded`.

    Raises:
        Problem: recipe, net and data do not fit each other; what the recipe asks for needs the whole net, and its
            weights are parted.
    """
    options = strategy.options()
    if strategy.name == "ddp":
        return train(graph, recipe, data, folder=folder, resume=resume, watch=watch, options=options)
    run, deferred = _prepared(graph, recipe, data)
    return _trained(replace(run, folder=folder), deferred, data, resume=resume, watch=watch, options=options)


def perform_distributed(task: Task, strategy: Strategy) -> Run:
    """Do a task on several devices; the first process alone writes in the folder.

    Raises:
        Problem: spec, recipe and data do not fit each other; the folder holds something else; see `train_distributed`.
        KeyboardInterrupt: Ctrl-C.
    """
    if is_first() and task.folder is not None and not task.resume:
        need_free(task.folder)
    recipe = named(task)
    data, watch = data_of(task.data, task.graph, recipe), watch_of(task)
    common: dict[str, Any] = {"resume": task.resume, "watch": watch, "options": {**strategy.options(), **task.options}}
    if strategy.name == "ddp":
        run, deferred = prepared(task.graph, recipe, data, watch), None
    else:
        run, deferred = _prepared(task.graph, recipe, data)

    def learned(run: Run) -> Run:
        if deferred is None:
            return trained(run, data, **common)
        run = _trained(run, deferred, data, **common)
        if run.folder is not None:
            save_sharded(run.module, run.folder / WEIGHTS)
        return run

    return carried_out(task, run, data, learned) if is_first() else learned(replace(run, folder=task.folder))


def _prepared(graph: Graph, recipe: Recipe, data: Data) -> tuple[Run, Deferred]:
    """A net that has not learned yet, on the meta device."""
    _check_nothing_needs_the_whole(graph, recipe)
    training, _ = parted(data, recipe)
    deferred = defer(graph, seed=recipe.seed)
    objective = objective_of(deferred.module, graph, recipe, training)
    return Run(deferred.module, (), settled(recipe, objective), graph, objective, data.classes), deferred


def _trained(run: Run, deferred: Deferred, data: Data, **common: Any) -> Run:
    """The run of a net once it has learned; its module is the same, sharded."""
    training, validation = parted(data, run.recipe)
    size = run.recipe.batch_size
    learner = ShardedLearner(deferred, run.graph, run.objective, run.recipe, ceil(len(training) / size))
    feed = Feed(training, validation, size, run.recipe.seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Detected an existing checkpoint")  # the last one is to be written over
        learn(learner, feed, run.recipe, folder=run.folder, **common)
    return replace(run, metrics=tuple(learner.history))


def _check_nothing_needs_the_whole(graph: Graph, recipe: Recipe) -> None:
    stopping = recipe.early_stopping
    asked = {
        "`pretrain`": recipe.pretrain is not None,
        "`init: lsuv`": bool(started_on_data(graph)),
        "`early_stopping` with `restore`": stopping is not None and stopping.restore,
    }
    for what, wanted in asked.items():
        if wanted:
            message = f"{what} needs the whole net in one process, and with fsdp no process has it"
            raise Problem("bad-value", message, help="leave it out, or train with ddp")
