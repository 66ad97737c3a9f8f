"""Dropout: random zeros in training, nothing in evaluation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from lego.catalogue.arguments import Expected, Flag, Probability, argument
from lego.catalogue.layer import Layer, Result
from lego.catalogue.rules import need_dims, need_rank
from lego.shapes import TensorType


class _Dropout(Layer):
    p: Probability = argument(0.5, "probability of a zero")
    inplace: Flag = argument(False, "overwrite the input, which saves memory")

    view = True
    formula = "[*] -> [*]"

    def infer(self, input: TensorType) -> Result:
        return Result((input,))


class Dropout(_Dropout):
    """Each element is zero with probability p; the others are divided by 1 - p."""


class AlphaDropout(_Dropout):
    """Each element takes SELU's lowest value with probability p; mean and variance are kept."""


class _ChannelDropout(_Dropout):
    layout: ClassVar[str]
    ranks: ClassVar[tuple[int, ...]]

    def infer(self, input: TensorType) -> Result:
        need_rank(input, self.layout, *self.ranks)
        return Result((input,))


class Dropout1d(_ChannelDropout):
    """Each channel of each sample is zero with probability p; the others are divided by 1 - p."""

    layout = "[N, C, L]"
    ranks = (3, 2)
    formula = "[N, C, L] -> [N, C, L]"


class Dropout2d(_ChannelDropout):
    """Each channel of each sample is zero with probability p; the others are divided by 1 - p."""

    layout = "[N, C, H, W]"
    ranks = (4, 3)
    formula = "[N, C, H, W] -> [N, C, H, W]"


class Dropout3d(_ChannelDropout):
    """Each channel of each sample is zero with probability p; the others are divided by 1 - p."""

    layout = "[N, C, D, H, W]"
    ranks = (5, 4)
    formula = "[N, C, D, H, W] -> [N, C, D, H, W]"


class FeatureAlphaDropout(_Dropout):
    """Each channel of each sample takes SELU's lowest value with probability p; mean and variance are kept."""

    formula = "[N, C, *] -> [N, C, *]"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, C, *]", 2)
        return Result((input,))


class StochasticDepth(Layer):
    """Each sample, or the whole batch, is zero with probability p; the others are divided by 1 - p.

    It stands at the end of the body of a skip (Huang et al. 2016).
    """

    p: Probability = argument(help="probability of a zero")
    mode: Annotated[Literal["row", "batch"], Expected("row or batch")] = argument(
        "row", "row: each sample by itself; batch: all or none"
    )

    torch_name = "StochasticDepth"
    page = "torchvision.ops.StochasticDepth"
    view = True
    formula = "[N, *] -> [N, *]"
    helper = '''\
class StochasticDepth(nn.Module):
    """Zeroes each sample ("row") or the whole batch ("batch") with probability p, in training."""

    def __init__(self, p: float, mode: str = "row") -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not self.training or self.p == 0.0:
            return input
        rows = input.shape[0] if self.mode == "row" else 1
        kept = input.new_empty([rows] + [1] * (input.ndim - 1)).bernoulli_(1.0 - self.p)
        if self.p < 1.0:
            kept.div_(1.0 - self.p)
        return input * kept

    def extra_repr(self) -> str:
        return f"p={self.p}, mode={self.mode}"
'''

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[N, *]", 1)
        return Result((input,))
