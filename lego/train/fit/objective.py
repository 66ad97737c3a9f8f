"""What is learned: how an output is held against its target, and what it says in the data's own terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lego.train.engine import classification, torchmetrics
from lego.train.fit.loss import OF_LOGITS, OF_NUMBERS_OF_CLASSES, one_hot, signs

LEFT_OUT = -100
"""The target that torch's losses of classes leave out."""


class Objective(Protocol):
    """A loss, and what is counted as an error beside it."""

    @property
    def name(self) -> str:
        """The loss, by torch's name."""
        ...

    @property
    def module(self) -> nn.Module:
        """The loss, as torch computes it."""
        ...

    @property
    def classes(self) -> int | None:
        """How many classes there are; None where numbers are learned."""
        ...

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of a batch: one number."""
        ...

    def answer(self, output: Tensor) -> Tensor:
        """The numbers of the classes, or the values, that an output stands for; of the target's shape."""
        ...

    def probabilities(self, output: Tensor) -> Tensor | None:
        """The probabilities of the classes, which come last; None where an output stands for none."""
        ...

    def error(self) -> torchmetrics.Metric:
        """Of answers and targets: the share of wrong classes, or the mean absolute error."""
        ...


class Misclassified(classification.MulticlassAccuracy):
    """The share of samples whose class is wrong."""

    higher_is_better = False

    def __init__(self, classes: int, left_out: int) -> None:
        super().__init__(classes, average="micro", ignore_index=left_out, validate_args=False)

    def compute(self) -> Tensor:
        return 1 - super().compute()


@dataclass(frozen=True)
class Classes:
    """One of several classes, each of which has a number in the output along `dim`: the last, or 1 as torch has it."""

    module: nn.Module
    classes: int
    dim: int
    ends_in: str = ""
    left_out: int = field(default=LEFT_OUT)

    @property
    def name(self) -> str:
        return type(self.module).__name__

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        if self.name not in OF_NUMBERS_OF_CLASSES:
            return self.module(output, one_hot(self.name, target, output, self.dim))
        if self.dim == -1 and output.dim() > 2:
            return self.module(output.flatten(0, -2), target.flatten())
        return self.module(output, target)

    def answer(self, output: Tensor) -> Tensor:
        return output.argmax(self.dim)

    def probabilities(self, output: Tensor) -> Tensor | None:
        values = output.movedim(self.dim, -1)
        if self.ends_in == "Softmax":
            return values
        if self.name == "CrossEntropyLoss":
            return values.softmax(-1)
        return values.exp() if self.name == "NLLLoss" else None

    def error(self) -> torchmetrics.Metric:
        return Misclassified(self.classes, self.left_out)


@dataclass(frozen=True)
class Binary:
    """One of two classes, by one number: a logit, or the probability of the second."""

    module: nn.Module
    weights: tuple[float, float] | None = None
    classes: int = 2

    @property
    def name(self) -> str:
        return type(self.module).__name__

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        ones = target.view_as(output).to(output.dtype)
        if self.weights is None:
            return self.module(output, signs(self.name, ones))
        first, second = self.weights
        of_each = torch.where(ones > 0.5, second, first)
        kind = F.binary_cross_entropy_with_logits if self.name in OF_LOGITS else F.binary_cross_entropy
        return kind(output, ones, of_each, reduction=str(self.module.reduction))

    def answer(self, output: Tensor) -> Tensor:
        chosen = output > (0 if self.name in OF_LOGITS else 0.5)
        return chosen.long().flatten()

    def probabilities(self, output: Tensor) -> Tensor | None:
        second = (output.sigmoid() if self.name in OF_LOGITS else output).flatten()
        return torch.stack([1 - second, second], -1)

    def error(self) -> torchmetrics.Metric:
        return Misclassified(2, LEFT_OUT)


@dataclass(frozen=True)
class Numbers:
    """Real numbers, as many as the output has."""

    module: nn.Module
    classes: None = None

    @property
    def name(self) -> str:
        return type(self.module).__name__

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        return self.module(output, target.view_as(output).to(output.dtype))

    def answer(self, output: Tensor) -> Tensor:
        return output

    def probabilities(self, output: Tensor) -> Tensor | None:
        return None

    def error(self) -> torchmetrics.Metric:
        return torchmetrics.MeanAbsoluteError()
