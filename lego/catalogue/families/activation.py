"""Activations: functions of each element, and of all elements along a dim."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from lego.catalogue.arguments import (
    Expected,
    Flag,
    Integer,
    NonNegative,
    Positive,
    PositiveReal,
    Real,
    argument,
)
from lego.catalogue.layer import Layer, Result, Slot
from lego.catalogue.rules import axis, divided, need_dims, need_rank, with_shape
from lego.diagnostics import Problem
from lego.shapes import TensorType


def _inplace() -> Any:
    return argument(False, "overwrite the input, which saves memory")


class _Activation(Layer):
    formula = "[*] -> [*]"
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        return Result((input,))


class _Plain(_Activation):
    """Without arguments of its own."""

    inplace: Flag = _inplace()


class ReLU(_Plain):
    """y = max(x, 0)."""


class ReLU6(_Plain):
    """y = min(max(x, 0), 6)."""


class SELU(_Plain):
    """y = 1.0507 · (x where x > 0, else 1.6733 · (exp(x) - 1)), which keeps mean 0 and variance 1."""


class SiLU(_Plain):
    """y = x · sigmoid(x), also known as swish."""


class Mish(_Plain):
    """y = x · tanh(softplus(x))."""


class Hardswish(_Plain):
    """y = x · min(max(x + 3, 0), 6) / 6."""


class Hardsigmoid(_Plain):
    """y = min(max(x + 3, 0), 6) / 6."""


class Sigmoid(_Activation):
    """y = 1 / (1 + exp(-x))."""


class LogSigmoid(_Activation):
    """y = log(1 / (1 + exp(-x)))."""


class Tanh(_Activation):
    """y = tanh(x)."""


class Tanhshrink(_Activation):
    """y = x - tanh(x)."""


class Softsign(_Activation):
    """y = x / (1 + |x|)."""


class GELU(_Activation):
    """y = x · Φ(x), where Φ is the distribution function of the normal distribution."""

    approximate: Annotated[Literal["none", "tanh"], Expected("none or tanh")] = argument(
        "none", "tanh: the approximation by that function"
    )


class ELU(_Activation):
    """y = x where x > 0, else alpha · (exp(x) - 1)."""

    alpha: Real = argument(1.0, "the limit for small x is -alpha")
    inplace: Flag = _inplace()


class CELU(_Activation):
    """y = x where x > 0, else alpha · (exp(x / alpha) - 1)."""

    alpha: Real = argument(1.0, "the limit for small x is -alpha")
    inplace: Flag = _inplace()

    @model_validator(mode="after")
    def _alpha_divides(self) -> Self:
        if self.alpha == 0:
            raise ValueError("alpha must not be 0, for x is divided by it")
        return self


class LeakyReLU(_Activation):
    """y = x where x > 0, else negative_slope · x."""

    negative_slope: Real = argument(0.01, "the slope for x < 0")
    inplace: Flag = _inplace()


class PReLU(_Activation):
    """y = x where x > 0, else weight · x with a learned weight."""

    num_parameters: Positive = argument(1, "one weight for all, or one for each channel of the input")
    init: Real = argument(0.25, "the weight at the start")

    slots = (Slot("input", "weights"),)
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        if self.num_parameters > 1:
            need_dims(input, "[N, C, *]", 2)
            if input.shape[1] != self.num_parameters:
                raise Problem(
                    "shape-mismatch",
                    f"num_parameters must be 1 or the number of channels, "
                    f"but it is {self.num_parameters} for {input.shape[1]} channels",
                    help="write `PReLU: $channels` for a weight for each channel",
                )
        return Result((input,))

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.num_parameters,)}


class RReLU(_Activation):
    """y = x where x > 0, else a · x with random a from lower to upper; their mean in evaluation."""

    lower: Real = argument(1 / 8, "the smallest slope")
    upper: Real = argument(1 / 3, "the largest slope")
    inplace: Flag = _inplace()

    in_time = "bound"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lower > self.upper:
            raise ValueError(f"lower must not exceed upper, but {self.lower} > {self.upper}")
        return self


class Hardtanh(_Activation):
    """y = min(max(x, min_val), max_val)."""

    min_val: Real = argument(-1.0, "the least y")
    max_val: Real = argument(1.0, "the largest y")
    inplace: Flag = _inplace()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_val >= self.max_val:
            raise ValueError(f"min_val must be below max_val, but {self.min_val} ≥ {self.max_val}")
        return self


class Threshold(_Activation):
    """y = x where x > threshold, else value."""

    threshold: Real = argument(help="what x must exceed")
    value: Real = argument(help="y where it does not")
    inplace: Flag = _inplace()


class Softplus(_Activation):
    """y = log(1 + exp(beta · x)) / beta."""

    beta: PositiveReal = argument(1.0, "larger is closer to ReLU")
    threshold: Real = argument(20.0, "y = x where beta · x exceeds it, for numerical stability")


class Hardshrink(_Activation):
    """y = x where |x| > lambd, else 0."""

    lambd: Real = argument(0.5, "the threshold")


class Softshrink(_Activation):
    """y = x moved towards 0 by lambd; 0 where |x| ≤ lambd."""

    lambd: NonNegative = argument(0.5, "the threshold")


class GLU(_Activation):
    """y = a · sigmoid(b), where a and b are the halves of the input along a dim."""

    dim: Integer = argument(-1, "the dim that is halved")

    formula = "[*, 2 n, *] -> [*, n, *]"
    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        at = axis(self.dim, len(input.shape))
        half = divided(input.shape[at], 2, f"dim {self.dim}")
        return Result((with_shape(input, (*input.shape[:at], half, *input.shape[at + 1 :])),))


class _Normalised(_Activation):
    """Along one dim."""

    dim: Integer = argument(help="the dim along which it runs: 1 for the channels, -1 for the last")

    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        axis(self.dim, len(input.shape))
        return Result((input,))


class Softmax(_Normalised):
    """y = exp(x) / Σ exp(x) along a dim: positive, with sum 1."""


class Softmin(_Normalised):
    """y = exp(-x) / Σ exp(-x) along a dim."""


class LogSoftmax(_Normalised):
    """y = log(exp(x) / Σ exp(x)) along a dim."""


class Softmax2d(_Activation):
    """Softmax over the channels, at each position."""

    formula = "[N, C, H, W] -> [N, C, H, W]"
    in_time = "bound"

    def infer(self, input: TensorType) -> Result:
        need_rank(input, "[N, C, H, W]", 4, 3)
        return Result((input,))
