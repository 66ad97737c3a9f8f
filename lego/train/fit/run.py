"""From a spec, a recipe and data to a trained net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lego.diagnostics import Note, Problem
from lego.graph import Graph, check_package
from lego.runtime import Given, build, build_loaded
from lego.spec import load_package
from lego.spec.recipe import LOSSES, Recipe
from lego.train.data import Data, Samples, split
from lego.train.fit.choice import Ends, choose, doubts, last_layer, recalled
from lego.train.fit.learner import evaluating
from lego.train.fit.objective import Objective
from lego.train.fit.ports import ports_of
from lego.train.fit.training import Watch, fit
from lego.train.initial import start_on_data
from lego.train.runs import METRICS, SPEC, WEIGHTS, Epoch, about, need_run, read_history, recipe_of


@dataclass(frozen=True)
class Run:
    """A training that has been done.

    Attributes:
        module: The net, in evaluation mode: as of the best epoch where the recipe's early stopping restores it, else as
            of the last.
        metrics: What the epochs came to.
        recipe: How it was trained, the loss that was chosen included.
        graph: Of the spec.
        objective: What it learned.
        classes: Names of the classes; None where numbers were learned, or classes have none.
        folder: Where all is written; None: nowhere.
    """

    module: nn.Module
    metrics: tuple[Epoch, ...]
    recipe: Recipe
    graph: Graph
    objective: Objective
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
    """Train the net of a graph on data; what `prepared` and `trained` do, one after the other.

    Raises:
        KeyboardInterrupt: Ctrl-C; in a folder, all that was learned is saved.
        Problem: recipe, net and data do not fit each other.
    """
    watch = watch or Watch()
    run = replace(prepared(graph, recipe, data, watch), folder=folder)
    return trained(run, data, resume=resume, watch=watch, options=options)


def prepared(graph: Graph, recipe: Recipe, data: Data, watch: Watch | None = None) -> Run:
    """A net that has not learned yet, and what it is to learn.

    Args:
        graph: Of a spec.
        recipe: How it learns.
        data: What is learned.
        watch: Who hears of what is worth a warning.

    Raises:
        Problem: recipe, net and data do not fit each other.
    """
    training, _ = parted(data, recipe)
    module = build(graph, seed=recipe.seed)
    start_on_data(module, graph, training, seed=recipe.seed)
    objective = objective_of(module, graph, recipe, training)
    doubt = doubts(objective, _last(graph))
    if doubt is not None and watch is not None:
        watch.warn(doubt)
    return Run(module.eval(), (), settled(recipe, objective), graph, objective, data.classes)


def trained(
    run: Run,
    data: Data,
    *,
    resume: bool = False,
    watch: Watch | None = None,
    options: Mapping[str, Any] | None = None,
) -> Run:
    """The run of a net once it has learned; its module is the same.

    Args:
        run: What `prepared` gave; with a folder, the training is written there.
        data: What is learned.
        resume: Go on from the last checkpoint in the folder.
        watch: What is seen of it.
        options: Further arguments of Lightning's Trainer.

    Raises:
        KeyboardInterrupt: Ctrl-C; in a folder, all that was learned is saved.
        Problem: recipe, net and data do not fit each other.
    """
    training, validation = parted(data, run.recipe)
    if not resume:
        begin(run, training)
    history = fit(
        run.module,
        ports_of(run.graph),
        run.objective,
        run.recipe,
        training,
        validation,
        folder=run.folder,
        resume=resume,
        watch=watch,
        options=options,
    )
    return replace(run, metrics=history)


def begin(run: Run, training: Samples) -> None:
    """Start a net's weights on what it is to learn: layers of unit variance, and what the recipe trains before."""
    start_on_data(run.module, run.graph, training, seed=run.recipe.seed)
    _pretrain(run.module, run.graph, run.recipe, training)


def parted(data: Data, recipe: Recipe) -> tuple[Samples, Samples | None]:
    """What is learned from, and what is held back: by the source, or as the recipe says; None where nothing is."""
    if data.validation is not None:
        return data.training, data.validation
    training, validation = split(data.training, recipe.validation, recipe.seed)
    if not len(training):
        raise Problem("data", "there is no sample to learn from", help="give `validation` a smaller share")
    return training, validation if len(validation) else None


def objective_of(module: nn.Module, graph: Graph, recipe: Recipe, samples: Samples) -> Objective:
    """What the net learns, seen from what it gives for a few samples."""
    inputs, target = samples[torch.arange(min(2, len(samples)))]
    _check_names(inputs, graph)
    with evaluating(module):
        output = ports_of(graph).answer_of(module, alike(inputs, module))
    return choose(recipe, Ends(output, target, samples.target, _last(graph)))


def _check_names(inputs: Mapping[str, Tensor], graph: Graph) -> None:
    missing = [name for name in graph.inputs if name not in inputs]
    if missing:
        notes = [Note("samples", ", ".join(inputs)), Note("net", ", ".join(graph.inputs))]
        raise Problem(
            "data", f"the samples have no input `{missing[0]}`", notes=notes, help="name them as the net does"
        )


def alike(inputs: dict[str, Tensor], module: nn.Module) -> dict[str, Tensor]:
    """Inputs on a module's device, floats in its dtype."""
    own = next(module.parameters(), torch.zeros(()))
    return {name: one.to(own if one.is_floating_point() else own.device) for name, one in inputs.items()}


def _last(graph: Graph) -> str:
    ports = ports_of(graph)
    return last_layer(graph, ports.outputs[ports.answer])


def settled(recipe: Recipe, objective: Objective) -> Recipe:
    """The recipe with the loss that was chosen."""
    if recipe.loss is not None:
        return recipe
    loss = next(kind for kind in LOSSES if kind.__name__ == objective.name)
    return recipe.model_copy(update={"loss": loss()})


def _pretrain(module: nn.Module, graph: Graph, recipe: Recipe, training: Samples) -> None:
    from lego.train.pretrain import pretrain

    if recipe.pretrain is None:
        return
    inputs, _ = training[torch.arange(len(training))]
    pretrain(module, graph, next(iter(inputs.values())), recipe.pretrain.dbn, seed=recipe.seed)


def load_run(folder: Path) -> Run:
    """The run in a folder, as `train` gave it.

    Raises:
        Problem: there is none, or it has not learned yet.
    """
    need_run(folder)
    graph = check_package(load_package(folder / SPEC), {})
    recipe, known = recipe_of(folder), about(folder)
    if graph is None or not (folder / WEIGHTS).is_file():
        help = f"go on with it: lego train --resume -o {folder}"
        raise Problem("not-found", f"the run in `{folder}` has no weights yet", help=help)
    module, _ = build_loaded(graph, Given(folder / WEIGHTS, True, ()))
    objective = recalled(recipe, known.objective, _last(graph))
    return Run(module.eval(), read_history(folder / METRICS), recipe, graph, objective, known.classes, folder)


def class_names(run: Run) -> tuple[str, ...] | None:
    """The classes that other data must have; none of them where numbers were learned, None where they have no names."""
    return () if run.objective.classes is None else run.classes
