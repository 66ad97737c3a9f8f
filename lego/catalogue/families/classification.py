"""Losses of scores for classes, with a target that numbers them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from annotated_types import Interval
from pydantic import Strict, model_validator

from lego.catalogue.arguments import (
    Expected,
    Flag,
    Inferred,
    Integer,
    Integers,
    Natural,
    Positive,
    PositiveReal,
    Probability,
    Real,
    argument,
    inferred,
)
from lego.catalogue.layer import Layer, Result, Slot
from lego.catalogue.losses import (
    EACH_CLASS,
    OF_A_LOSS,
    Loss,
    Numbers,
    Reduction,
    check_numbers,
    check_range,
    check_target,
    check_weight,
    equal_shapes,
)
from lego.catalogue.rules import Size, at_least, need_dims, need_rank, product, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import Dim, Shape, TensorType, is_floating

Positives = Annotated[tuple[Positive, ...], Expected("a list of positive integers")]


def _without_classes(scores: Shape) -> tuple[Size, ...]:
    """[N, *] of scores [N, C, *], or [] of one sample [C]."""
    return () if len(scores) == 1 else (scores[0], *scores[2:])


def _advice(scores: Shape, target: TensorType) -> str | None:
    """What to do where a target has a number for each score, or fits scores with their classes in the last dim."""
    if target.shape == scores:
        return f"if it is one-hot, put `ArgMax: {min(len(scores) - 1, 1)}` before it"
    if len(scores) < 3 or target.shape != scores[:-1]:
        return None
    order = [0, len(scores) - 1, *range(1, len(scores) - 1)]
    return f"classes are dim 1 of the input: put `Permute: {order}` before the input"


class _OfClasses(Loss):
    """With scores [N, C, *] or [C]; subclasses declare the fields in torch's order."""

    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        weight: tuple[float, ...] | None
        label_smoothing: float

    slots = (Slot("input"), Slot("target", "any"))
    mixed = True
    tensors = ("weight",)
    scores: ClassVar[str] = "input"
    """What messages call the scores."""

    def with_numbers(self, scores: TensorType, target: TensorType, ignored: int | None = None) -> Result:
        """The loss of a target that numbers classes."""
        shape = scores.shape
        classes = shape[0 if len(shape) == 1 else 1]
        check_weight(self, self.weight, classes)
        requires = check_numbers(self, target, classes, ignored=ignored)
        given = f"{self.scores} {shape}"
        check_target(_without_classes(shape), "target", target, given, _advice(shape, target))
        return self.reduced(scores, _without_classes(shape), requires)

    def with_probabilities(self, scores: TensorType, target: TensorType, ignored: int | None) -> Result:
        """The loss of a target that has a probability for each class."""
        shape = scores.shape
        check_weight(self, self.weight, shape[0 if len(shape) == 1 else 1])
        if target.dtype != scores.dtype:
            notes = [Note("input", scores.dtype), Note("target", target.dtype)]
            message = f"{type(self).__name__} needs probabilities of the dtype of the input"
            raise Problem("dtype-mismatch", message, notes=notes, help=f"put `Cast: {scores.dtype}` before the target")
        if ignored is not None:
            message = f"ignore_index is {ignored}, but a target of probabilities, {target.dtype}, has no such number"
            raise Problem("bad-value", message, help="leave ignore_index out, or number the classes: `Cast: int64`")
        numbers = "if it numbers the classes, put `Cast: int64` before the target"
        help = numbers if target.shape == _without_classes(shape) else None
        check_target(shape, "target of probabilities", target, f"{self.scores} {shape}", help)
        return self.reduced(scores, _without_classes(shape))


class CrossEntropyLoss(_OfClasses):
    """The cross entropy of scores: l = -log softmax(input)[target], or -Σ target · log softmax(input).

    Classes are dim 1 of the input, or dim 0 of one sample. The target numbers them (int64), or has a probability
    for each (float32).
    """

    weight: Numbers | None = argument(None, EACH_CLASS)
    ignore_index: Integer = argument(-100, "a number in the target that counts for nothing")
    reduction: Reduction = argument("mean", OF_A_LOSS)
    label_smoothing: Probability = argument(0.0, "the part of each target that goes to all classes alike")

    formula = "[N, C, *], [N, *] int64 or [N, C, *] -> [], or [N, *] where reduction is none; [C], [] or [C] -> []"

    def infer(self, input: TensorType, target: TensorType) -> Result:
        need_dims(input, "[N, C, *], or one sample [C]", 1)
        self.check_dtype(input)
        if is_floating(target.dtype):
            return self.with_probabilities(input, target, self.ignore_index if self.ignore_index >= 0 else None)
        return self.with_numbers(input, target, self.ignore_index)


class NLLLoss(_OfClasses):
    """The negative log-likelihood of log-probabilities (LogSoftmax): l = -input[target].

    Classes are dim 1 of the input, or dim 0 of one sample.
    """

    weight: Numbers | None = argument(None, EACH_CLASS)
    ignore_index: Integer = argument(-100, "a number in the target that counts for nothing")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    formula = "[N, C, *], [N, *] int64 -> [], or [N, *] where reduction is none; [C], [] int64 -> []"

    def infer(self, input: TensorType, target: TensorType) -> Result:
        need_dims(input, "[N, C, *], or one sample [C]", 1)
        self.check_dtype(input)
        return self.with_numbers(input, target, self.ignore_index)


class LinearCrossEntropyLoss(_OfClasses):
    """A Linear for the scores of each class and their cross entropy: l = -log softmax(W x + b)[target].

    With `out_features` there are scores [N, num_classes, *out_features] for each sample.
    """

    in_features: Inferred[Positive] = inferred("features of the input, its last dim")
    num_classes: Positive = argument(help="number of classes")
    out_features: Positives = argument((), "further dims of the scores, each place with a target of its own")
    bias: Flag = argument(False, "add a learned bias to the scores")
    reduction: Reduction = argument("mean", OF_A_LOSS)
    weight: Numbers | None = argument(None, EACH_CLASS)
    ignore_index: Integer | None = argument(None, "a number in the target that counts for nothing; -100 unless given")
    label_smoothing: Probability = argument(0.0, "the part of each target that goes to all classes alike")

    slots = (Slot("input", "weights"), Slot("target", "any"))
    scores = "scores"
    formula = "[N, in_features], [N, *out_features] int64 or [N, C, *out_features] -> [], or [N, *out_features]"

    @model_validator(mode="after")
    def _a_weight_for_each_class(self) -> Self:
        if self.weight is not None and len(self.weight) != self.num_classes:
            raise ValueError(
                f"weight must have a number for each of the {self.num_classes} classes, found {len(self.weight)}"
            )
        return self

    def infer(self, input: TensorType, target: TensorType) -> Result:
        single = () if self.out_features else (1,)
        need_rank(
            input, "[N, features]" if self.out_features else "[N, features], or one sample [features]", 2, *single
        )
        scores = with_shape(input, (*input.shape[:-1], self.num_classes, *self.out_features))
        if is_floating(target.dtype):
            result = self.with_probabilities(scores, target, self.ignore_index)
        else:
            result = self.with_numbers(scores, target, -100 if self.ignore_index is None else self.ignore_index)
        return result._replace(arguments={"in_features": input.shape[-1]})

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.in_features is not None
        outputs = prod(self.out_features, start=self.num_classes)
        bias = {"linear.bias": (outputs,)} if self.bias else {}
        return {"linear.weight": (outputs, self.in_features), **bias}

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> int | Dim:
        assert inputs[0] is not None
        return product(inputs[0].shape) * prod(self.out_features, start=self.num_classes)


class MultiMarginLoss(_OfClasses):
    """The target's score should be the largest: l = Σ_i max(0, margin - input[target] + input[i])^p / C, i ≠ target."""

    p: Annotated[int, Strict(), Interval(ge=1, le=2), Expected("1 or 2")] = argument(1, "the exponent")
    margin: Real = argument(1.0, "by how much it should be the largest")
    weight: Numbers | None = argument(None, EACH_CLASS)
    reduction: Reduction = argument("mean", OF_A_LOSS)

    formula = "[N, C], [N] int64 -> [], or [N] where reduction is none; [C], [] int64 -> []"

    def infer(self, input: TensorType, target: TensorType) -> Result:
        need_rank(input, "[N, C], or one sample [C]", 1, 2)
        self.check_dtype(input)
        return self.with_numbers(input, target)


class MultiLabelMarginLoss(Loss):
    """Each target's score should be larger than the others': l = Σ_ij max(0, 1 - (input[target[j]] - input[i])) / C.

    A row of the target numbers the classes that are right, then -1 where there are no more.
    """

    reduction: Reduction = argument("mean", OF_A_LOSS)

    slots = (Slot("input"), Slot("target", "integer"))
    formula = "[N, C], [N, C] int64 -> [], or [N] where reduction is none; [C], [C] int64 -> []"

    def infer(self, input: TensorType, target: TensorType) -> Result:
        need_rank(input, "[N, C], or one sample [C]", 1, 2)
        shape = equal_shapes(self, input, target)
        return self.reduced(input, shape[:-1], check_numbers(self, target, shape[-1], least=-1))


class MultiLabelSoftMarginLoss(Loss):
    """The mean binary cross entropy of all classes: l = -Σ_c (y log σ(x) + (1 - y) log(1 - σ(x))) / C."""

    weight: Numbers | None = argument(None, EACH_CLASS)
    reduction: Reduction = argument("mean", OF_A_LOSS)

    tensors = ("weight",)
    formula = "[*, C], [*, C] -> [], or [*] where reduction is none"

    def infer(self, input: TensorType, target: TensorType) -> Result:
        need_dims(input, "[*, C]", 1)
        self.check_dtype(input)
        check_weight(self, self.weight, input.shape[-1])
        return self.reduced(input, equal_shapes(self, input, target)[:-1])


class CTCLoss(Loss):
    """The negative log-likelihood of a label sequence, summed over its alignments with log-probabilities (Graves 2006).

    Targets are rows [N, S], of which `target_lengths` count, or all rows one after the other, [S].
    """

    blank: Natural = argument(0, "the class that stands for no label")
    reduction: Reduction = argument("mean", f"{OF_A_LOSS}; mean first divides each by the length of its target")
    zero_infinity: Flag = argument(False, "infinite losses, of targets longer than their inputs, become 0")

    slots = (
        Slot("log_probs"),
        Slot("targets", "integer"),
        Slot("input_lengths", "integer"),
        Slot("target_lengths", "integer"),
    )
    formula = "[T, N, C], [N, S] or [S], [N], [N] -> [], or [N] where reduction is none; [T, C], [S], [], [] -> []"

    def infer(
        self, log_probs: TensorType, targets: TensorType, input_lengths: TensorType, target_lengths: TensorType
    ) -> Result:
        need_rank(log_probs, "[T, N, C], or one sample [T, C]", 2, 3)
        batch, classes = log_probs.shape[1:-1], log_probs.shape[-1]
        given = f"log_probs {log_probs.shape}"
        if batch and len(targets.shape) == 2:
            check_target((*batch, targets.shape[1]), "targets", targets, given, self._batch_first(log_probs, targets))
        else:
            need_rank(targets, "[N, S] or [S] as targets" if batch else "[S] as targets of one sample", 1)
        check_target(batch, "input_lengths", input_lengths, given)
        check_target(batch, "target_lengths", target_lengths, given)
        message = f"blank is {self.blank}, but there are {classes} classes: 0 … {classes - 1}"
        none = Problem("bad-value", message, help="name one of them, or give scores for one class more")
        requires = at_least(classes, self.blank + 1, none)
        return self.reduced(log_probs, batch, (*requires, *check_range(targets, "targets", classes)))

    def _batch_first(self, log_probs: TensorType, targets: TensorType) -> str | None:
        swapped = targets.shape[0] == log_probs.shape[0]
        return "log_probs are [T, N, C]: put `Permute: [1, 0, 2]` before them" if swapped else None


class AdaptiveLogSoftmaxWithLoss(Layer):
    """A softmax over many classes in clusters, the frequent ones first (Grave et al. 2017), and its loss.

    The first output is the log-probability of each target, the second the mean loss. Multiply-accumulates are those
    of the head: how often a tail is asked depends on the targets.
    """

    in_features: Inferred[Positive] = inferred("features of the input, its last dim")
    n_classes: Positive = argument(help="number of classes, sorted by how frequent they are")
    cutoffs: Integers = argument(help="the class at which each cluster but the first begins")
    div_value: PositiveReal = argument(4.0, "each cluster has so much fewer features than the one before")
    head_bias: Flag = argument(False, "add a learned bias to the scores of the head")

    slots = (Slot("input_", "weights"), Slot("target_", "integer"))
    formula = "[N, in_features], [N] int64 -> [N], []; [in_features], [] int64 -> [], []"

    @model_validator(mode="after")
    def _cutoffs_rise(self) -> Self:
        ends = (0, *self.cutoffs, self.n_classes)
        if not self.cutoffs or any(ends[at] >= ends[at + 1] for at in range(len(ends) - 1)):
            raise ValueError(
                f"cutoffs must rise, from 1 at least to {self.n_classes - 1} at most, found {list(self.cutoffs)}"
            )
        return self

    def infer(self, input_: TensorType, target_: TensorType) -> Result:
        need_rank(input_, "[N, features], or one sample [features]", 1, 2)
        requires = check_numbers(self, target_, self.n_classes)
        check_target(input_.shape[:-1], "target_", target_, f"input_ {input_.shape}")
        features = input_.shape[-1]
        self._check_tails(features)
        outputs = (with_shape(input_, input_.shape[:-1]), with_shape(input_, ()))
        return Result(outputs, {"in_features": features}, requires)

    def _check_tails(self, features: Size) -> None:
        if isinstance(features, int) and self._tail_features(features)[-1] < 1:
            message = (
                f"the last cluster would have no features: {features} / {self.div_value} ^ {len(self.cutoffs)} < 1"
            )
            raise Problem("shape-mismatch", message, help="give fewer cutoffs, a smaller div_value, or more features")

    def _tail_features(self, features: int) -> Sequence[int]:
        return [int(features // self.div_value ** (at + 1)) for at in range(len(self.cutoffs))]

    def output_names(self) -> tuple[str, ...]:
        return ("output", "loss")

    def _head_size(self) -> int:
        return self.cutoffs[0] + len(self.cutoffs)

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.in_features is not None
        found: dict[str, tuple[int, ...]] = {"head.weight": (self._head_size(), self.in_features)}
        if self.head_bias:
            found["head.bias"] = (self._head_size(),)
        ends = (*self.cutoffs, self.n_classes)
        for at, features in enumerate(self._tail_features(self.in_features)):
            found[f"tail.{at}.0.weight"] = (features, self.in_features)
            found[f"tail.{at}.1.weight"] = (ends[at + 1] - ends[at], features)
        return found

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> int | Dim:
        assert inputs[0] is not None
        return product(inputs[0].shape) * self._head_size()
