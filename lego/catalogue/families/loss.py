"""Losses that compare an input with a target of its shape, element by element."""

from __future__ import annotations

from typing import Annotated, Literal

from lego.catalogue.arguments import Expected, Flag, NonNegative, PositiveReal, argument
from lego.catalogue.elementwise import stretched
from lego.catalogue.layer import Result, Slot
from lego.catalogue.losses import OF_A_LOSS, Loss, NestedNumbers, Reduction, equal_shapes
from lego.catalogue.nested import Nested, shape_of
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType


class _Elementwise(Loss):
    formula = "[*], [*] -> [], or [*] where reduction is none"

    def infer(self, input: TensorType, target: TensorType) -> Result:
        return self.reduced(input, equal_shapes(self, input, target))


class L1Loss(_Elementwise):
    """The absolute error: l = |input - target|."""

    reduction: Reduction = argument("mean", OF_A_LOSS)


class MSELoss(_Elementwise):
    """The squared error: l = (input - target)²."""

    reduction: Reduction = argument("mean", OF_A_LOSS)


class SmoothL1Loss(_Elementwise):
    """Squared near 0, absolute beyond: l = d² / (2 beta) where d = |input - target| < beta, else d - beta / 2."""

    reduction: Reduction = argument("mean", OF_A_LOSS)
    beta: NonNegative = argument(1.0, "where it goes over from squared to absolute; 0 is L1Loss")


class HuberLoss(_Elementwise):
    """Squared near 0, absolute beyond: l = d² / 2 where d = |input - target| < delta, else delta (d - delta / 2)."""

    reduction: Reduction = argument("mean", OF_A_LOSS)
    delta: PositiveReal = argument(1.0, "where it goes over from squared to absolute")


class SoftMarginLoss(_Elementwise):
    """The logistic loss of targets 1 and -1: l = log(1 + exp(-target · input))."""

    reduction: Reduction = argument("mean", OF_A_LOSS)


class KLDivLoss(_Elementwise):
    """The Kullback-Leibler divergence of log-probabilities: l = target (log target - input)."""

    reduction: Annotated[Literal["none", "mean", "sum", "batchmean"], Expected("none, mean, sum or batchmean")] = (
        argument("mean", f"{OF_A_LOSS}; batchmean: the sum over the size of the batch, which is the divergence")
    )
    log_target: Flag = argument(False, "the target, too, is made of log-probabilities")


class PoissonNLLLoss(_Elementwise):
    """The negative log-likelihood of counts: l = exp(x) - target · x, or x - target · log(x + eps)."""

    log_input: Flag = argument(True, "the input is the logarithm of the rate; else the rate itself")
    full: Flag = argument(False, "add Stirling's approximation of log target!")
    eps: NonNegative = argument(1e-8, "added to a rate, so that its logarithm exists")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    slots = (Slot("log_input"), Slot("target"))

    def infer(self, log_input: TensorType, target: TensorType) -> Result:  # pyright: ignore[reportIncompatibleMethodOverride] - torch's name
        return super().infer(log_input, target)


class GaussianNLLLoss(Loss):
    """The negative log-likelihood of a normal distribution: l = (log var + (input - target)² / var) / 2.

    One variance may stand for all of the last dim: `var` is then [*], or [*, 1].
    """

    full: Flag = argument(False, "add the constant log(2 π) / 2")
    eps: NonNegative = argument(1e-6, "the least variance")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    slots = (Slot("input"), Slot("target"), Slot("var"))
    formula = "[*], [*], [*] -> [], or [*] where reduction is none"

    def infer(self, input: TensorType, target: TensorType, var: TensorType) -> Result:
        shape = equal_shapes(self, input, target)
        if tuple(var.shape) not in (shape, shape[:-1]) and not _one_size_is_1(var.shape, shape):
            raise Problem(
                "shape-mismatch",
                f"var must be {shape}, {Shape(shape[:-1])}, or have one size of 1, found {var.shape}",
                help="give a variance for each element, or one for all of the last dim",
            )
        return self.reduced(input, shape)


def _one_size_is_1(shape: Shape, wanted: Shape) -> bool:
    apart = [size for size, other in zip(shape, wanted, strict=False) if size != other]
    return len(shape) == len(wanted) and apart == [1]


class _BinaryCrossEntropy(_Elementwise):
    def infer(self, input: TensorType, target: TensorType) -> Result:
        self.check_dtype(input)
        result = super().infer(input, target)
        for name, value in self.given_tensors().items():
            _check_stretches(name, value, input.shape)
        return result


def _check_stretches(name: str, value: Nested, shape: Shape) -> None:
    found = Shape(shape_of(value))
    if stretched([shape, found]) != shape:
        raise Problem(
            "shape-mismatch",
            f"{name} has the shape {found}, which does not stretch to the input {shape}",
            notes=[Note(name, "a list counts along the last dim, a list of lists along the last two")],
            help="for channels [N, C, H, W] write each number as `[[1.0]]`, which gives [C, 1, 1]"
            if len(shape) == 4
            else f"give {shape[-1]} numbers, one for each place of the last dim"
            if shape
            else f"leave {name} out",
        )


class BCELoss(_BinaryCrossEntropy):
    """The cross entropy of probabilities: l = -(target · log input + (1 - target) · log(1 - input))."""

    weight: NestedNumbers | None = argument(None, "how much each element counts; stretched to the shape of the input")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    tensors = ("weight",)


class BCEWithLogitsLoss(_BinaryCrossEntropy):
    """The cross entropy of σ(input): l = -(pos_weight · target · log σ(input) + (1 - target) · log(1 - σ(input)))."""

    weight: NestedNumbers | None = argument(None, "how much each element counts; stretched to the shape of the input")
    reduction: Reduction = argument("mean", OF_A_LOSS)
    pos_weight: NestedNumbers | None = argument(
        None, "how much targets of 1 count; stretched to the shape of the input"
    )

    tensors = ("weight", "pos_weight")
