"""How well a trained net does, and what it answers. Nothing is dropped out, nothing learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lego.train.data import Batches, Samples
from lego.train.engine import classification, lightning, quiet
from lego.train.fit.learner import Learner
from lego.train.fit.objective import Objective
from lego.train.fit.ports import ports_of
from lego.train.fit.run import Run, objective_of
from lego.train.fit.trainer import quiet_arguments

_AT_ONCE = 256


@dataclass(frozen=True)
class Evaluation:
    """How well a net does.

    Attributes:
        samples: How many there were.
        loss: The mean, without weights of classes and `l2`.
        error: The share of wrong classes, or the mean absolute error.
        confusion: How many samples of each class (row) were taken for each class (column); None for numbers.
        classes: Their names, or their numbers; None for numbers.
    """

    samples: int
    loss: float
    error: float
    confusion: list[list[int]] | None = None
    classes: tuple[str, ...] | None = None

    @property
    def accuracy(self) -> float | None:
        """The share of right classes; None where numbers were learned."""
        return None if self.confusion is None else 1 - self.error

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        learned = {"accuracy": self.accuracy, "confusion": self.confusion, "classes": self.classes}
        numbers = {"mean_absolute_error": self.error}
        return {"samples": self.samples, "loss": self.loss, **(numbers if self.confusion is None else learned)}


@dataclass(frozen=True)
class Predictions:
    """What a net answers, sample by sample.

    Attributes:
        answers: Numbers of classes, or values.
        probabilities: Of the classes, along the last dim; None where the output stands for none.
        classes: Names of the classes; None where there are none.
    """

    answers: Tensor
    probabilities: Tensor | None = None
    classes: tuple[str, ...] | None = None


class _Counted(Learner):
    """Counts which class was taken for which, too."""

    def __init__(self, run: Run, objective: Objective) -> None:
        super().__init__(run.module, ports_of(run.graph), objective, run.recipe, 0)
        classes = objective.classes
        self.confusion: Any = None if classes is None else classification.MulticlassConfusionMatrix(classes)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        super().validation_step(batch, batch_idx)
        if self.confusion is not None:
            answer, target = self.validation_meter.last
            kept = target >= 0
            self.confusion.update(answer.flatten()[kept.flatten()], target[kept])


def evaluate(run: Run, samples: Samples) -> Evaluation:
    """How well a trained net does on samples.

    Raises:
        Problem: they do not fit what it has learned.
    """
    plain = run.recipe.model_copy(update={"class_weights": None})
    learner = _Counted(run, objective_of(run.module, run.graph, plain, samples))
    with quiet():
        trainer = _trainer(run)
        (found,) = trainer.validate(learner, Batches(samples, _AT_ONCE), verbose=False)
    confusion: list[list[int]] | None = None if learner.confusion is None else learner.confusion.compute().tolist()
    names = None if confusion is None else run.classes or tuple(map(str, range(len(confusion))))
    return Evaluation(len(samples), found["validation_loss"], found["validation_error"], confusion, names)


def predict(run: Run, samples: Samples) -> Predictions:
    """What a trained net answers."""
    objective = run.objective
    learner = Learner(run.module, ports_of(run.graph), objective, run.recipe, 0)
    with quiet():
        found: Any = _trainer(run).predict(learner, Batches(samples, _AT_ONCE))
    output = torch.cat([one.cpu() for one in found])
    return Predictions(objective.answer(output), objective.probabilities(output), run.classes)


def _trainer(run: Run) -> lightning.Trainer:
    return lightning.Trainer(
        precision=run.recipe.precision,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        **quiet_arguments(),
    )
