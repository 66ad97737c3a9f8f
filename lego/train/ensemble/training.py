"""Members learn, together or one after another, and become one net."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import vmap

from lego.graph import Graph
from lego.runtime import build
from lego.spec.recipe import Ensemble, Recipe
from lego.train.data import Data, Samples
from lego.train.ensemble.feed import LockstepFeed
from lego.train.ensemble.learner import StackedLearner
from lego.train.ensemble.members import parts_of, recipes_of
from lego.train.ensemble.plan import Plan, obstacle, plan_ensemble
from lego.train.ensemble.stacked import Stacked
from lego.train.fit import Objective, Run, Watch, begin, fit, learn, parted, ports_of
from lego.train.fit.trainer import LAST
from lego.train.fit.training import CHECKPOINTS
from lego.train.runs import METRICS, Epoch, history_csv, write_whole

MEMBERS = "members"
_FEW = 4


@dataclass(frozen=True)
class Group:
    """Members before they learn.

    Attributes:
        runs: Of each.
        recipe: Of the ensemble.
        samples: What they learn from.
        parts: The numbers of the samples of each, [members, n].
        validation: What is held back from all.
        folder: Of the ensemble.
        resume: Go on with what is in the folder.
    """

    runs: tuple[Run, ...]
    recipe: Recipe
    samples: Samples
    parts: Tensor
    validation: Samples | None
    folder: Path | None = None
    resume: bool = False

    @property
    def graph(self) -> Graph:
        """Of a member."""
        return self.runs[0].graph

    @property
    def objective(self) -> Objective:
        """What each learns."""
        return self.runs[0].objective

    @property
    def modules(self) -> tuple[nn.Module, ...]:
        """Their nets."""
        return tuple(run.module for run in self.runs)


def group_of(
    graph: Graph,
    recipe: Recipe,
    ensemble: Ensemble,
    data: Data,
    objective: Objective,
    *,
    folder: Path | None = None,
    resume: bool = False,
) -> Group:
    """The members of an ensemble, each with a start of its own.

    Raises:
        Problem: net, recipe and data do not fit each other.
    """
    samples, validation = parted(data, recipe)
    parts = parts_of(samples, ensemble, recipe.seed)
    members = (
        Run(build(graph, seed=own.seed), (), own, graph, objective, data.classes)
        for own in recipes_of(recipe, ensemble)
    )
    return Group(tuple(members), recipe, samples, parts, validation, folder, resume)


def plan_of(group: Group, options: Mapping[str, Any]) -> Plan:
    """How the group learns, and why; what torch cannot do to all at once is tried."""
    found = obstacle(group.recipe, options)
    if found is not None:
        return Plan(False, found)
    count = min(group.recipe.batch_size, group.parts.shape[1])
    inputs, target = group.samples[group.parts[0, :_FEW]]
    sizes = {name: (count, *value.shape[1:]) for name, value in inputs.items()}
    plan = plan_ensemble(group.graph, len(group.runs), sizes)
    if not plan.together:
        return plan
    found = _trial(group, inputs, target)
    return plan if found is None else Plan(False, found)


def _trial(group: Group, inputs: dict[str, Tensor], target: Tensor) -> str | None:
    """Why two members cannot do a step together; None: they can."""
    stacked = _stacked(group, group.modules[:2])
    both = {name: value.expand(2, *value.shape) for name, value in inputs.items()}
    ports = ports_of(group.graph)
    try:
        with torch.random.fork_rng(), warnings.catch_warnings():  # pyright: ignore[reportUnknownMemberType]
            warnings.simplefilter("ignore")
            output = ports.answer_of(stacked.train(), both)
            vmap(group.objective.loss)(output, target.expand(2, *target.shape)).sum().backward()  # pyright: ignore[reportUnknownMemberType]
    except (RuntimeError, NotImplementedError) as error:
        return f"torch cannot run them together: {str(error).strip().partition(chr(10))[0]}"
    return None


def _stacked(group: Group, modules: Sequence[nn.Module]) -> Stacked:
    return Stacked(build(group.graph, device="meta"), [one.train() for one in modules])


def train_together(group: Group, watch: Watch, options: Mapping[str, Any]) -> tuple[Epoch, ...]:
    """Train all members at once: stacked weights, one step for all.

    Each comes to what it would come to alone, up to rounding. What is told are means over the members.
    """
    recipe, seeds = group.recipe, tuple(run.recipe.seed for run in group.runs)
    for run in group.runs:
        _begin(group, run, group.folder)
    stacked = _stacked(group, group.modules)
    feed = LockstepFeed(group.samples, group.parts, group.validation, recipe.batch_size, seeds)
    learner = StackedLearner(
        stacked, group.modules[0], ports_of(group.graph), group.objective, recipe, seeds, feed.batches
    )
    unwatched = recipe.model_copy(update={"early_stopping": None})  # members stop each by itself
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "There is a performance drop")
            learn(learner, feed, unwatched, folder=group.folder, resume=group.resume, watch=watch, options=options)
        if learner.stopping is not None:
            learner.stopping.restore(stacked.values())
    finally:
        stacked.unstack(group.modules)
        for module in group.modules:
            module.eval()
    return tuple(learner.history)


def train_in_turn(group: Group, watch: Watch, options: Mapping[str, Any]) -> tuple[Epoch, ...]:
    """Train one member after another; in a folder, each has its own under `members/`."""
    done: list[tuple[Epoch, ...]] = []
    for number, run in enumerate(group.runs):
        folder = None if group.folder is None else group.folder / MEMBERS / str(number)
        _begin(group, run, folder)
        done.append(
            fit(
                run.module,
                ports_of(run.graph),
                run.objective,
                run.recipe,
                group.samples.subset(group.parts[number]),
                group.validation,
                folder=folder,
                resume=group.resume,
                watch=watch,
                options=options,
            )
        )
    history = tuple(_means(done))
    if group.folder is not None:
        write_whole(group.folder / METRICS, history_csv(history).encode())
    return history


def _begin(group: Group, run: Run, folder: Path | None) -> None:
    """Start a member on its data, unless it goes on from a checkpoint."""
    if not (group.resume and folder is not None and (folder / CHECKPOINTS / LAST).exists()):
        begin(run, group.samples)


def _means(histories: Sequence[tuple[Epoch, ...]]) -> Iterable[Epoch]:
    """What members came to in the mean, epoch by epoch, of those that were still learning; their seconds in all."""
    for number in range(max(map(len, histories))):
        rows = [history[number] for history in histories if number < len(history)]
        yield Epoch(
            number + 1,
            fmean(row.train_loss for row in rows),
            fmean(row.train_error for row in rows),
            _mean([row.validation_loss for row in rows]),
            _mean([row.validation_error for row in rows]),
            rows[0].lr,
            sum(row.seconds for row in rows),
        )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
