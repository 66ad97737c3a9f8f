"""From a spec, a recipe and data to a trained net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from lego.diagnostics import Problem
from lego.graph import Graph
from lego.runtime import build
from lego.spec.recipe import LOSSES, Recipe
from lego.train.data import Data, Samples, split
from lego.train.fit.choice import Ends, choose, doubts, last_layer
from lego.train.fit.learner import arranged, evaluating, first
from lego.train.fit.objective import Objective
from lego.train.fit.training import Watch, fit
from lego.train.runs import Epoch


@dataclass(frozen=True)
class Run:
    """A training that has been done.

    Attributes:
        module: The net, in evaluation mode: as of the best epoch where the recipe's early stopping restores it, else as
            of the last.
        metrics: What the epochs came to.
        recipe: How it was trained, the loss that was chosen included.
        graph: Of the spec.
        classes: Names of the classes; None where numbers were learned, or classes have none.
        folder: Where all is written; None: nowhere.
    """

    module: nn.Module
    metrics: tuple[Epoch, ...]
    recipe: Recipe
    graph: Graph
    classes: tuple[str, ...] | None = None
    folder: Path | None = None


def train(
    graph: Graph,
    recipe: Recipe,
    data: Data,
    *,
    folder: Path | None = None,
    resume: bool = False,
    watch: Watch | None = None,
    options: Mapping[str, Any] | None = None,
) -> Run:
    """Train the net of a graph on data.

    Args:
        graph: Of a spec.
        recipe: How; a part of the training samples is held back as it says.
        data: What is learned.
        folder: Of the run.
        resume: Go on with the run that is there.
        watch: What is seen of it.
        options: Further arguments of Lightning's Trainer.

    Raises:
        Interrupted: Ctrl-C.
        Problem: recipe, net and data do not fit each other.
    """
    watch = watch or Watch()
    training, validation = parted(data, recipe)
    module = build(graph, seed=recipe.seed)
    objective = objective_of(module, graph, recipe, training)
    doubt = doubts(objective, last_layer(graph))
    if doubt is not None:
        watch.warn(doubt)
    recipe = settled(recipe, objective)
    if recipe.pretrain is not None and not resume:
        _pretrain(module, graph, recipe, training)
    history = fit(
        module,
        tuple(graph.inputs),
        objective,
        recipe,
        training,
        validation,
        folder=folder,
        resume=resume,
        watch=watch,
        options=options,
    )
    return Run(module, history, recipe, graph, data.classes, folder)


def parted(data: Data, recipe: Recipe) -> tuple[Samples, Samples | None]:
    """What is learned from, and what is held back; None where the recipe's share comes to nothing."""
    training, validation = split(data.training, recipe.validation, recipe.seed)
    if not len(training):
        raise Problem("data", "there is no sample to learn from", help="give `validation` a smaller share")
    return training, validation if len(validation) else None


def objective_of(module: nn.Module, graph: Graph, recipe: Recipe, samples: Samples) -> Objective:
    """What the net learns, seen from what it gives for a few samples."""
    import torch

    few = torch.arange(min(2, len(samples)))
    inputs, target = samples[few]
    with evaluating(module):
        output = first(module(*arranged(inputs, tuple(graph.inputs))))
    return choose(recipe, Ends(output, target, samples.target, last_layer(graph)))


def settled(recipe: Recipe, objective: Objective) -> Recipe:
    """The recipe with the loss that was chosen."""
    if recipe.loss is not None:
        return recipe
    loss = next(kind for kind in LOSSES if kind.__name__ == objective.name)
    return recipe.model_copy(update={"loss": loss()})


def _pretrain(module: nn.Module, graph: Graph, recipe: Recipe, training: Samples) -> None:
    import torch

    from lego.train.pretrain import pretrain

    assert recipe.pretrain is not None
    inputs, _ = training[torch.arange(len(training))]
    pretrain(module, graph, next(iter(inputs.values())), recipe.pretrain.dbn, seed=recipe.seed)
