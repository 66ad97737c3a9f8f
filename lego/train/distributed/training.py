"""A training on several devices: of a net that each of them has, or whose weights are parted over them."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.distributed.tensor import DTensor

from lego.diagnostics import Problem
from lego.graph import Graph, started_on_data
from lego.spec.recipe import Recipe
from lego.train.data import Data, Samples
from lego.train.distributed.deferred import Deferred, defer
from lego.train.distributed.sharding import shard
from lego.train.distributed.strategies import Strategy
from lego.train.fit.feed import Feed
from lego.train.fit.learner import Learner
from lego.train.fit.objective import Objective
from lego.train.fit.penalty import penalised, penalty
from lego.train.fit.ports import ports_of
from lego.train.fit.run import Run, objective_of, parted, settled, train
from lego.train.fit.training import Watch, learn


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
    if strategy.name == "ddp":
        return train(graph, recipe, data, folder=folder, resume=resume, watch=watch, options=strategy.options())
    _check_nothing_needs_the_whole(graph, recipe)
    training, validation = parted(data, recipe)
    deferred = defer(graph, seed=recipe.seed)
    objective = objective_of(deferred.module, graph, recipe, training)
    recipe = settled(recipe, objective)
    learner = ShardedLearner(deferred, graph, objective, recipe, ceil(len(training) / recipe.batch_size))
    feed = _feed(training, validation, recipe)
    learn(learner, feed, recipe, folder=folder, resume=resume, watch=watch, options=strategy.options())
    return Run(learner.module, tuple(learner.history), recipe, graph, objective, data.classes, folder)


def _feed(training: Samples, validation: Samples | None, recipe: Recipe) -> Feed:
    return Feed(training, validation, recipe.batch_size, recipe.seed)


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
