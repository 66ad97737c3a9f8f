"""Linear maps and convolutions whose weights are inputs: computed, shared in part, or made by another network.

torch has them as functions. Where the weights are simply learned, Linear and Conv2d have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from lego.catalogue.arguments import Pair, Positive, Single, Triple, argument
from lego.catalogue.families.convolution import Conv1d, Conv2d, Conv3d, PairPadding, SinglePadding, TriplePadding
from lego.catalogue.layer import Operation, Result, Sizes, Slot
from lego.catalogue.literals import literal
from lego.catalogue.rules import Size, need_dims, product, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType

_SLOTS = (Slot("input", "weights"), Slot("weight", "weights"), Slot("bias", "weights", optional=True))


class _Functional(Operation):
    """What both have: a weight whose first dim counts the outputs, and perhaps a bias."""

    slots = _SLOTS
    alike = False

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        weight = inputs[1]
        assert weight is not None
        return product(outputs[0].shape) * product(weight.shape[1:])

    def _check(self, name: str, found: tuple[Size, ...], expected: tuple[Size, ...], why: str) -> None:
        if found != expected:
            notes = [Note("expected", f"{Shape(expected)}", why), Note("found", f"{Shape(found)}")]
            raise Problem("shape-mismatch", f"{name} does not fit the input", notes=notes)


class FunctionalLinear(_Functional):
    """y = x Wᵀ + b over the last dim, with W and b from around."""

    formula = "[*, in], [out, in], [out] -> [*, out]"
    page = "torch.nn.functional.linear"

    def infer(self, input: TensorType, weight: TensorType, bias: TensorType | None = None) -> Result:
        need_dims(input, "[*, in]", 1)
        _need_weight(weight, "[out, in]", 2)
        features = weight.shape[0]
        self._check("weight", tuple(weight.shape), (features, input.shape[-1]), "the last dim of the input")
        if bias is not None:
            self._check("bias", tuple(bias.shape), (features,), "the first dim of the weight")
        return Result((with_shape(input, (*input.shape[:-1], features)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"F.linear({', '.join(name for name in inputs if name)})"


class _FunctionalConv(_Functional):
    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        stride: Any
        padding: Any
        dilation: Any
        groups: int

    layer: ClassVar[type[Conv1d] | type[Conv2d] | type[Conv3d]]

    def infer(self, input: TensorType, weight: TensorType, bias: TensorType | None = None) -> Result:
        dims = self.layer.dims
        _need_weight(weight, f"[out, in, {', '.join(['points'] * dims)}]", dims + 2)
        given = {name: self.__dict__[name] for name in ("stride", "padding", "dilation", "groups")}
        channels, inner, *kernel = _integers(weight)
        if channels % self.groups:
            raise Problem("bad-value", f"groups must divide the first dim of the weight, but it is {channels}")
        conv = self.layer.model_validate({"out_channels": channels, "kernel_size": tuple(kernel), **given})
        found = conv.infer(input)
        expected = (channels, input.shape[-dims - 1] // self.groups, *kernel)
        self._check("weight", (channels, inner, *kernel), expected, "the channels of the input, over groups")
        if bias is not None:
            self._check("bias", tuple(bias.shape), (channels,), "the first dim of the weight")
        return Result(found.outputs, {}, found.requires)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        fields = type(self).model_fields.items()
        options = [f"{name}={literal(vars(self)[name])}" for name, info in fields if vars(self)[name] != info.default]
        return f"F.conv{self.layer.dims}d({', '.join([*filter(None, inputs), *options])})"


def _need_weight(weight: TensorType, layout: str, rank: int) -> None:
    if len(weight.shape) != rank:
        raise Problem("rank-mismatch", f"the weight must be {layout}, found {weight.shape}")


def _integers(weight: TensorType) -> tuple[int, ...]:
    found = tuple(size for size in weight.shape if isinstance(size, int))
    if len(found) < len(weight.shape):
        message = f"the size of a filter must be known, but the weight is {weight.shape}"
        raise Problem("unresolved-dim", message, help="give its symbols a number in the inputs")
    return found


class FunctionalConv1d(_FunctionalConv):
    """Cross-correlation of [N, C, L] with kernels from around: those of a normalised weight, say."""

    stride: Single = argument(1, "step of the filter")
    padding: SinglePadding = argument(0, "zeros added on both sides")
    dilation: Single = argument(1, "distance between the points of a filter")
    groups: Positive = argument(1, "blocks of channels that do not mix")

    layer = Conv1d
    formula = "[N, C, L], [out, C // groups, K], [out] -> [N, out, L'] as Conv1d"
    page = "torch.nn.functional.conv1d"


class FunctionalConv2d(_FunctionalConv):
    """Cross-correlation of [N, C, H, W] with kernels from around: those of a normalised weight, say."""

    stride: Pair = argument(1, "step of the filter")
    padding: PairPadding = argument(0, "zeros added on both sides")
    dilation: Pair = argument(1, "distance between the points of a filter")
    groups: Positive = argument(1, "blocks of channels that do not mix")

    layer = Conv2d
    formula = "[N, C, H, W], [out, C // groups, K, K'], [out] -> [N, out, H', W'] as Conv2d"
    page = "torch.nn.functional.conv2d"


class FunctionalConv3d(_FunctionalConv):
    """Cross-correlation of [N, C, D, H, W] with kernels from around."""

    stride: Triple = argument(1, "step of the filter")
    padding: TriplePadding = argument(0, "zeros added on both sides")
    dilation: Triple = argument(1, "distance between the points of a filter")
    groups: Positive = argument(1, "blocks of channels that do not mix")

    layer = Conv3d
    formula = "[N, C, D, H, W], [out, C // groups, K, K', K''], [out] -> [N, out, D', H', W'] as Conv3d"
    page = "torch.nn.functional.conv3d"
