"""Many values to one: along dims, or over the whole tensor."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from lego.catalogue.arguments import Axes, Flag, Integer, Number, Positive, argument
from lego.catalogue.layer import Operation, Result, Sizes, Slot
from lego.catalogue.literals import call_arguments
from lego.catalogue.rules import Size, at_least, axis, distinct_axes
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, is_floating


def reduced(shape: Shape, dims: int | tuple[int, ...] | None, keepdim: bool) -> Shape:
    """The shape without these dims (None: all), or with 1 in their place.

    Raises:
        Problem: there is no such dim, or one is named twice.
    """
    rank = len(shape)
    gone = range(rank) if dims is None else distinct_axes(dims, rank)
    kept: list[Size] = []
    for at, size in enumerate(shape):
        if at not in gone:
            kept.append(size)
        elif keepdim:
            kept.append(1)
    return Shape(kept)


def _counted(dtype: str) -> str:
    """Integers and booleans add up to int64."""
    return dtype if is_floating(dtype) or dtype.startswith("complex") else "int64"


def _indices(shape: Shape, size: Size) -> TensorType:
    """Positions in a dim."""
    return TensorType(shape, "int64", (0, size) if isinstance(size, int) else None)


class _Reduction(Operation):
    dim: Axes | None = argument(None, "the dim or dims that are reduced; none: all")
    keepdim: Flag = argument(False, "they stay, with size 1")

    formula = "[*, A, *] -> [*, *]"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        return Result((TensorType(reduced(input.shape, self.dim, self.keepdim), _counted(input.dtype)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        method = type(self).__name__.lower()
        if self.keepdim:
            return f"{inputs[0]}.{method}(dim={self.dim}, keepdim=True)"
        return f"{inputs[0]}.{method}({call_arguments(dim=self.dim)})"


class Mean(_Reduction):
    """The arithmetic mean."""

    slots = (Slot("input", "floating"),)
    page = "torch.mean"


class Sum(_Reduction):
    """The sum; of integers and booleans in int64."""

    slots = (Slot("input", "any"),)
    page = "torch.sum"


class _Spread(_Reduction):
    correction: Integer = argument(1, "what the number of values is lessened by before it divides")

    slots = (Slot("input", "floating"),)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        method = type(self).__name__.lower()
        correction = None if self.correction == 1 else self.correction
        keywords = call_arguments(dim=self.dim, correction=correction, keepdim=self.keepdim or None)
        return f"{inputs[0]}.{method}({keywords})"


class Std(_Spread):
    """The standard deviation, the square root of the variance."""

    page = "torch.std"


class Var(_Spread):
    """The variance: the mean of squared distances to the mean, over the number of values less `correction`."""

    page = "torch.var"


class LogSumExp(Operation):
    """The logarithm of the summed exponentials, log Σ exp(x), which does not overflow where the sum would."""

    dim: Axes = argument(help="the dim or dims that are reduced")
    keepdim: Flag = argument(False, "they stay, with size 1")

    slots = (Slot("input", "floating"),)
    formula = "[*, A, *] -> [*, *]"
    page = "torch.logsumexp"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        return Result((TensorType(reduced(input.shape, self.dim, self.keepdim), input.dtype),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.logsumexp({call_arguments(dim=self.dim, keepdim=self.keepdim or None)})"


class Norm(Operation):
    """The norm (Σ |x|^ord)^(1/ord) of vectors along dims; `ord` may be infinite: the largest absolute value."""

    ord: Number = argument(2, "which norm")
    dim: Axes | None = argument(None, "the dim or dims that are reduced; none: all")
    keepdim: Flag = argument(False, "they stay, with size 1")

    slots = (Slot("input", "floating"),)
    formula = "[*, A, *] -> [*, *]"
    page = "torch.linalg.vector_norm"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        return Result((TensorType(reduced(input.shape, self.dim, self.keepdim), input.dtype),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        order = None if self.ord == 2 else self.ord
        keywords = call_arguments(ord=order, dim=self.dim, keepdim=self.keepdim or None)
        return f"torch.linalg.vector_norm({inputs[0]}{', ' if keywords else ''}{keywords})"


class _Position(Operation):
    """Along one dim, or over all."""

    dim: Integer | None = argument(None, "the dim that is reduced; none: all")
    keepdim: Flag = argument(False, "it stays, with size 1")

    slots = (Slot("input", "real"),)
    in_time = "leading"
    axes = ("dim",)

    @model_validator(mode="after")
    def _keeps_a_dim(self) -> Self:
        if self.keepdim and self.dim is None:
            raise ValueError("keepdim needs a `dim`")
        return self

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        method = type(self).__name__.lower()
        return f"{inputs[0]}.{method}({call_arguments(dim=self.dim, keepdim=self.keepdim or None)})"


class _Extreme(_Position):
    formula = "[*, A, *] -> values [*, *], indices [*, *] int64; without dim: [*] -> []"

    def output_names(self) -> tuple[str, ...]:
        return ("output",) if self.dim is None else ("values", "indices")

    def infer(self, input: TensorType) -> Result:
        shape = reduced(input.shape, self.dim, self.keepdim)
        values = TensorType(shape, input.dtype, input.range)
        if self.dim is None:
            return Result((values,))
        return Result((values, _indices(shape, input.shape[self.dim])))


class Max(_Extreme):
    """The largest value; with `dim` along it, and where it stands: outputs values, indices."""

    page = "torch.max"


class Min(_Extreme):
    """The smallest value; with `dim` along it, and where it stands: outputs values, indices."""

    page = "torch.min"


class ArgMax(_Position):
    """Where the largest value stands along a dim; without `dim`, in the flattened input."""

    formula = "[*, A, *] -> [*, *] int64; without dim: [*] -> []"
    page = "torch.argmax"

    def infer(self, input: TensorType) -> Result:
        shape = reduced(input.shape, self.dim, self.keepdim)
        return Result((_indices(shape, input.shape.numel if self.dim is None else input.shape[self.dim]),))


class Prod(_Position):
    """The product along a dim; of integers and booleans in int64. Without `dim`, that of all."""

    slots = (Slot("input", "any"),)
    formula = "[*, A, *] -> [*, *]; without dim: [*] -> []"
    page = "torch.prod"

    def infer(self, input: TensorType) -> Result:
        return Result((TensorType(reduced(input.shape, self.dim, self.keepdim), _counted(input.dtype)),))


class CumSum(Operation):
    """The sum of all elements up to each one along a dim; of integers and booleans in int64."""

    dim: Integer = argument(help="the dim that is summed along")

    slots = (Slot("input", "any"),)
    formula = "[*] -> [*]"
    page = "torch.cumsum"
    in_time = "leading"
    axes = ("dim",)

    def infer(self, input: TensorType) -> Result:
        axis(self.dim, len(input.shape))
        return Result((TensorType(input.shape, _counted(input.dtype)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.cumsum(dim={self.dim})"


class TopK(Operation):
    """The `k` largest values along a dim and where they stand: outputs values, indices."""

    k: Positive = argument(help="number of values")
    dim: Integer = argument(-1, "the dim along which they are sought")
    largest: Flag = argument(True, "the largest ones; else the smallest")
    sorted: Flag = argument(True, "in order")

    slots = (Slot("input", "real"),)
    formula = "[*, A, *] -> values [*, k, *], indices [*, k, *] int64"
    page = "torch.topk"
    in_time = "leading"
    axes = ("dim",)

    def output_names(self) -> tuple[str, ...]:
        return ("values", "indices")

    def infer(self, input: TensorType) -> Result:
        dim = axis(self.dim, len(input.shape))
        size = input.shape[dim]
        requires = at_least(size, self.k, Problem("bad-value", f"k is {self.k}, but dim {self.dim} has size {size}"))
        shape = Shape((*input.shape[:dim], self.k, *input.shape[dim + 1 :]))
        return Result((TensorType(shape, input.dtype, input.range), _indices(shape, size)), requires=requires)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        given = {name: self.__dict__[name] for name in ("largest", "sorted") if not self.__dict__[name]}
        return f"{inputs[0]}.topk({call_arguments(self.k, dim=self.dim, **given)})"
