"""Normalisations: mean 0 and variance 1 over some of the dims, then a learned scale and shift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import model_validator

from lego.catalogue.arguments import (
    Expected,
    Flag,
    Inferred,
    NonNegative,
    Positive,
    PositiveReal,
    Real,
    argument,
    inferred,
)
from lego.catalogue.layer import Layer, Result, Slot, Stored
from lego.catalogue.rules import Size, at_least, divided, need_dims, need_rank, product, spatial
from lego.diagnostics import Problem
from lego.shapes import TensorType

Momentum = Annotated[Real | None, Expected("a number, or null for the plain average")]
TrailingDims = Annotated[Positive | tuple[Positive, ...], Expected("a positive integer or a list of them")]


class _Norm(Layer):
    slots = (Slot("input", "weights"),)
    normalises = True


class _RunningNorm(_Norm):
    """Normalises each channel and may keep running statistics; subclasses declare the fields in torch's order."""

    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        num_features: int | None
        affine: bool
        track_running_stats: bool
        bias: bool

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.num_features is not None
        names = ["weight", "bias"] if self.bias else ["weight"]
        return {name: (self.num_features,) for name in names if self.affine}

    def buffers(self) -> dict[str, tuple[int, ...]]:
        assert self.num_features is not None
        if not self.track_running_stats:
            return {}
        channels = (self.num_features,)
        return {"running_mean": channels, "running_var": channels, "num_batches_tracked": ()}

    def state(self) -> dict[str, Stored]:
        counter = {"num_batches_tracked": Stored((), "int64")} if self.track_running_stats else {}
        return super().state() | counter


class _BatchNorm(_RunningNorm):
    num_features: Inferred[Positive] = inferred("channels of the input")
    eps: PositiveReal = argument(1e-5, "added to the variance, so that it is never zero")
    momentum: Momentum = argument(0.1, "weight of the newest batch in the running statistics")
    affine: Flag = argument(True, "learn a scale for each channel, and a shift")
    track_running_stats: Flag = argument(True, "keep running statistics, and use them in evaluation")
    bias: Flag = argument(True, "learn a shift; needs affine")

    layout: ClassVar[str]
    ranks: ClassVar[tuple[int, ...]]

    def infer(self, input: TensorType) -> Result:
        need_rank(input, self.layout, *self.ranks)
        return self.of_batch(input)

    def of_batch(self, input: TensorType) -> Result:
        """The shape rule; running statistics, which evaluation uses, make do with one value in each channel."""
        batch, channels, *positions = input.shape
        single = Problem(
            "shape-mismatch",
            f"{type(self).__name__} without running statistics needs more than one value in each channel, "
            f"found {input.shape}",
            help="the only value of a channel would become 0: leave track_running_stats out, or use LayerNorm",
        )
        requires = () if self.track_running_stats else at_least(product([batch, *positions]), 2, single)
        return Result((input,), {"num_features": channels}, requires)


class BatchNorm1d(_BatchNorm):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each channel over the batch and the length."""

    layout = "[N, C] or [N, C, L]"
    ranks = (2, 3)
    formula = "[N, C] -> [N, C], [N, C, L] -> [N, C, L]"


class BatchNorm2d(_BatchNorm):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each channel over the batch and all positions."""

    layout = "[N, C, H, W]"
    ranks = (4,)
    formula = "[N, C, H, W] -> [N, C, H, W]"


class BatchNorm3d(_BatchNorm):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each channel over the batch and all positions."""

    layout = "[N, C, D, H, W]"
    ranks = (5,)
    formula = "[N, C, D, H, W] -> [N, C, D, H, W]"


class SyncBatchNorm(_BatchNorm):
    """BatchNorm over the batches of all processes that train together (on GPUs); in one process, BatchNorm itself."""

    formula = "[N, C, *] -> [N, C, *]"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, C, *]", 2)
        return self.of_batch(input)


class _InstanceNorm(_RunningNorm):
    num_features: Inferred[Positive] = inferred("channels of the input")
    eps: NonNegative = argument(1e-5, "added to the variance, so that it is never zero")
    momentum: Momentum = argument(0.1, "weight of the newest batch in the running statistics")
    affine: Flag = argument(False, "learn a scale for each channel, and a shift")
    track_running_stats: Flag = argument(False, "keep running statistics, and use them in evaluation")
    bias: Flag = argument(True, "learn a shift; needs affine")

    dims: ClassVar[int]

    def infer(self, input: TensorType) -> Result:
        positions = product(spatial(input, self.dims))
        single = Problem(
            "shape-mismatch",
            f"{type(self).__name__} needs more than one position in each channel, found {input.shape}",
            help="the only value of a channel would become 0: normalise earlier, or over the channels (LayerNorm)",
        )
        requires = at_least(positions, 2, single)
        return Result((input,), {"num_features": input.shape[-self.dims - 1]}, requires)


class InstanceNorm1d(_InstanceNorm):
    """y = (x - E[x]) / √(Var[x] + eps), for each channel of each sample over the length."""

    dims = 1
    formula = "[N, C, L] -> [N, C, L]"


class InstanceNorm2d(_InstanceNorm):
    """y = (x - E[x]) / √(Var[x] + eps), for each channel of each sample over its positions."""

    dims = 2
    formula = "[N, C, H, W] -> [N, C, H, W]"


class InstanceNorm3d(_InstanceNorm):
    """y = (x - E[x]) / √(Var[x] + eps), for each channel of each sample over its positions."""

    dims = 3
    formula = "[N, C, D, H, W] -> [N, C, D, H, W]"


class GroupNorm(_Norm):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each sample over each group of channels."""

    num_groups: Positive = argument(help="groups of channels; 1 is all of them, num_channels is each by itself")
    num_channels: Inferred[Positive] = inferred("channels of the input")
    eps: NonNegative = argument(1e-5, "added to the variance, so that it is never zero")
    affine: Flag = argument(True, "learn a scale for each channel, and a shift")
    bias: Flag = argument(True, "learn a shift; needs affine")

    formula = "[N, C, *] -> [N, C, *]"
    in_time = "rows"

    @model_validator(mode="after")
    def _groups_divide(self) -> Self:
        if self.num_channels is not None and self.num_channels % self.num_groups:
            raise ValueError(
                f"num_groups must divide num_channels, but {self.num_channels} is not a multiple of {self.num_groups}"
            )
        return self

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, C, *]", 2)
        batch, channels, *positions = input.shape
        each = divided(channels, self.num_groups, "the number of channels", "num_groups")
        single = Problem("shape-mismatch", f"GroupNorm needs more than one value in each group, found {input.shape}")
        requires = at_least(product([batch, each, *positions]), 2, single)
        return Result((input,), {"num_channels": channels}, requires)

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.num_channels is not None
        names = ["weight", "bias"] if self.bias else ["weight"]
        return {name: (self.num_channels,) for name in names if self.affine}


class _TrailingNorm(_Norm):
    """Normalises over the last dims; subclasses declare the fields in torch's order."""

    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        normalized_shape: int | tuple[int, ...] | None
        elementwise_affine: bool

    formula = "[*, normalized_shape] -> [*, normalized_shape]"
    in_time = "leading"

    def normalise(self, input: TensorType) -> Result:
        """The shape rule; torch gives the input different names."""
        given = self.normalized_shape
        dims = len(given) if isinstance(given, tuple) else 1
        need_dims(input, "[*, features]" if dims == 1 else f"of at least {dims} dims", dims)
        found: Size | tuple[Size, ...] = input.shape[-dims:] if isinstance(given, tuple) else input.shape[-1]
        return Result((input,), {"normalized_shape": found})

    def shape(self) -> tuple[int, ...]:
        """The normalised dims."""
        assert self.normalized_shape is not None
        return self.normalized_shape if isinstance(self.normalized_shape, tuple) else (self.normalized_shape,)


class LayerNorm(_TrailingNorm):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias over the last dim, or over the last few."""

    normalized_shape: Inferred[TrailingDims] = inferred("the last dim of the input; give a list to normalise over more")
    eps: NonNegative = argument(1e-5, "added to the variance, so that it is never zero")
    elementwise_affine: Flag = argument(True, "learn a scale for each element, and a shift")
    bias: Flag = argument(True, "learn a shift; needs elementwise_affine")

    def infer(self, input: TensorType) -> Result:
        return self.normalise(input)

    def weights(self) -> dict[str, tuple[int, ...]]:
        names = ["weight", "bias"] if self.bias else ["weight"]
        return {name: self.shape() for name in names if self.elementwise_affine}


class RMSNorm(_TrailingNorm):
    """y = x / √(E[x²] + eps) · weight over the last dim, or over the last few."""

    normalized_shape: Inferred[TrailingDims] = inferred("the last dim of the input; give a list to normalise over more")
    eps: NonNegative | None = argument(None, "added to the mean of squares; null: the smallest step of the dtype")
    elementwise_affine: Flag = argument(True, "learn a scale for each element")

    slots = (Slot("x", "weights"),)

    def infer(self, x: TensorType) -> Result:
        return self.normalise(x)

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {"weight": self.shape()} if self.elementwise_affine else {}


class LocalResponseNorm(_Norm):
    """y = x / (k + alpha · mean of x² over `size` neighbouring channels) ^ beta."""

    size: Positive = argument(help="number of neighbouring channels")
    alpha: Real = argument(1e-4, "weight of the neighbours")
    beta: Real = argument(0.75, "exponent")
    k: Real = argument(1.0, "what is added to them")

    slots = (Slot("input", "floating"),)
    formula = "[N, C, *] -> [N, C, *]"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, C, *]", 3)
        return Result((input,))


class CrossMapLRN2d(_Norm):
    """y = x / (k + alpha · mean of x² over `size` neighbouring channels) ^ beta, of images.

    An older form of LocalResponseNorm, which takes inputs of any rank, and which torch.compile takes: prefer that.
    """

    size: Positive = argument(help="number of neighbouring channels")
    alpha: Real = argument(1e-4, "weight of the neighbours")
    beta: Real = argument(0.75, "exponent")
    k: Real = argument(1, "what is added to them")

    slots = (Slot("input", "floating"),)
    formula = "[N, C, H, W] -> [N, C, H, W]"

    def infer(self, input: TensorType) -> Result:
        need_rank(input, "[N, C, H, W]", 4)
        return Result((input,))
