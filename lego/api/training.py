"""Nets that learn."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lego.api.loading import check_loaded, load, loaded
from lego.api.spec import Spec
from lego.diagnostics import Problem, Source
from lego.spec import edited_package
from lego.train import Recipe, changed_recipe, load_recipe

if TYPE_CHECKING:
    from lightning import LightningDataModule

    from lego.train.data import Data, Samples
    from lego.train.distributed import Strategy
    from lego.train.fit import Evaluation, Predictions, Run, Task


def train(
    spec: Spec | str | Path | None = None,
    /,
    data: str | Data | LightningDataModule | None = None,
    recipe: Recipe | Mapping[str, Any] | str | Path | None = None,
    *,
    folder: str | Path | None = None,
    resume: bool = False,
    progress: bool = True,
    logger: str | None = None,
    trainer: Mapping[str, Any] | None = None,
    strategy: str | None = None,
    devices: int = 1,
    nodes: int = 1,
    **changes: Any,
) -> Run:
    """Train the net of a spec; the same seed gives the same weights.

    Args:
        spec: A spec, or its path; may be left out where a run goes on.
        data: What it learns: `digits`, `idx:DIR`, `npz:FILE`, `csv:FILE`, `parquet:FILE`, `folder:DIR`, `text:FILE`, a
            `LightningDataModule`, or samples in memory. Unless given, what the recipe says, else `digits`.
        recipe: How: a file, or what a document has under `train`; unless given, what the spec's document has there.
        folder: Of the run: spec, recipe, metrics, checkpoints, curves and a report go there. None: it leaves no files.
        resume: Go on with the run in `folder`, to the same numbers as if it had never been broken.
        progress: Tell each epoch on stderr, with a bar where that is a terminal.
        logger: `csv` or `tensorboard`: Lightning's, in the folder besides.
        trainer: Further arguments of Lightning's Trainer.
        strategy: How the training is spread over several devices: `ddp` (each has the whole net) or `fsdp` (its weights
            are parted); ddp, where there are several. The other processes are started by Lightning, or by torchrun.
        devices: How many of each machine learn.
        nodes: How many machines.
        changes: Arguments in place of the recipe's: `epochs=3, optimizer={"SGD": 0.1}`.

    Raises:
        SpecError: the spec is wrong, or the file of the recipe.
        Problem: the recipe is wrong; spec, recipe and data do not fit each other; the folder holds something else.
        KeyboardInterrupt: Ctrl-C; what was learned is in the folder, if there is one.
    """
    from lego.train.fit import Task

    where = None if folder is None else Path(folder)
    spread = _strategy(strategy, devices, nodes)
    if resume:
        return _resumed(spec, data, recipe, where, progress, logger, trainer, spread, changes)
    if spec is None:
        raise TypeError("a spec is needed, unless a run goes on")
    found = loaded(spec)
    chosen = changed_recipe(chosen_recipe(found, recipe), changes)
    task = Task(found.graph, found.files(), chosen, data, where, progress, logger, trainer or {}, False, spread, _warn)
    return _performed(task, found)


def _resumed(
    spec: Spec | str | Path | None,
    data: Any,
    recipe: Any,
    folder: Path | None,
    progress: bool,
    logger: str | None,
    trainer: Mapping[str, Any] | None,
    strategy: Strategy | None,
    changes: Mapping[str, Any],
) -> Run:
    from lego.train.fit import Task
    from lego.train.runs import need_run, recipe_of

    if folder is None:
        raise TypeError("resume goes on with the run in a folder: give the folder")
    need_run(folder)
    found = _trained(folder)
    if spec is not None and loaded(spec).digest() != found.digest():
        message = f"the run in `{folder}` is of another spec"
        raise Problem("bad-value", message, help="leave the spec out to go on, or name a new folder")
    if recipe is not None:
        message = "a run goes on with its own recipe"
        raise Problem("bad-value", message, help="leave the recipe out; more epochs are asked for with `epochs`")
    chosen = changed_recipe(recipe_of(folder), changes)
    task = Task(found.graph, {}, chosen, data, folder, progress, logger, trainer or {}, True, strategy, _warn)
    return _performed(task, found)


def _strategy(name: str | None, devices: int, nodes: int) -> Strategy | None:
    """How a training is spread; None on one device, unless a strategy is named."""
    if (name, devices, nodes) == (None, 1, 1):
        return None
    from lego.train.distributed import Strategy

    return Strategy(name or "ddp", devices, nodes)


def _performed(task: Task, spec: Spec) -> Run:
    """What comes of a task: of one net, on one device or several, or of an ensemble."""
    if task.strategy is None:
        from lego.train.fit import perform

        return perform(task) if task.recipe.ensemble is None else _ensemble(task, spec)
    from lego.train.distributed import perform_distributed

    if task.recipe.ensemble is not None:
        message = "the members of an ensemble learn on one device, together or one after the other"
        raise Problem("bad-value", message, help="leave the strategy out, or train without `ensemble`")
    return perform_distributed(task, task.strategy)


def _ensemble(task: Task, member: Spec) -> Run:
    """The run of as many nets as the recipe says; its folder has the spec of all together."""
    from lego.train.ensemble import perform_ensemble

    text = Source(member.name, member.to_yaml())
    return perform_ensemble(task, edited_package(member.package, text))


def _trained(folder: Path) -> Spec:
    """The spec that learns in a run's folder: of an ensemble, that of its member."""
    from lego.train.ensemble import net_of
    from lego.train.runs import recipe_of

    found = load(folder / "spec.yaml")
    return found if recipe_of(folder).ensemble is None else check_loaded(net_of(found.package), {})


def chosen_recipe(spec: Spec, recipe: Recipe | Mapping[str, Any] | str | Path | None) -> Recipe:
    """A recipe as `train` takes it; unless given, that of the spec's document, or the default."""
    if recipe is None:
        own = spec.document.train
        return own if isinstance(own, Recipe) else Recipe()
    if isinstance(recipe, Recipe):
        return recipe
    return load_recipe(recipe) if isinstance(recipe, str | Path) else changed_recipe(Recipe(), recipe)


def _warn(text: str) -> None:
    warnings.warn(text, stacklevel=2)


def evaluate(run: Run | str | Path, data: str | Data | LightningDataModule | None = None, /) -> Evaluation:
    """How well a trained net does.

    Args:
        run: What `train` gave, or the folder of a run.
        data: As `train` takes it: what the source holds out for tests, if it does, else all. Unless given, the source
            that was learned from.

    Raises:
        Problem: there is no such run; the data does not fit what was learned.
    """
    from lego.train.fit import evaluate

    run = opened(run)
    return evaluate(run, _samples(run, data, labelled=True))


def predict(run: Run | str | Path, data: str | Data | LightningDataModule | None = None, /) -> Predictions:
    """What a trained net answers, with probabilities; see `evaluate`, but the data needs no target."""
    from lego.train.fit import predict

    run = opened(run)
    return predict(run, _samples(run, data, labelled=False))


def opened(run: Run | str | Path) -> Run:
    """A run as it is, or the one in a folder."""
    from lego.train.fit import load_run

    return load_run(Path(run)) if isinstance(run, str | Path) else run


def _samples(run: Run, data: Any, labelled: bool) -> Samples:
    from lego.train.data import Data, open_data
    from lego.train.fit import class_names

    asked = data if data is not None else run.recipe.data
    if asked is None:
        raise Problem("data", "the run has learned from samples in memory", help="name the data")
    if not isinstance(asked, Data):
        named = class_names(run)
        asked = open_data(asked, run.graph, target=run.recipe.target, classes=named, labelled=labelled)
    return asked.test if asked.test is not None else asked.training
