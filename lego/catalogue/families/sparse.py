"""Vectors looked up by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import model_validator

from lego.catalogue.arguments import Expected, Flag, Integer, Positive, PositiveReal, Real, argument
from lego.catalogue.layer import Layer, Result, Slot
from lego.catalogue.rules import Size, need_rank
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType


class _Table(Layer):
    """Learned vectors by number; subclasses declare the fields in torch's order."""

    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        num_embeddings: int
        embedding_dim: int
        padding_idx: int | None

    @model_validator(mode="after")
    def _padding_exists(self) -> Self:
        if self.padding_idx is not None and not -self.num_embeddings <= self.padding_idx < self.num_embeddings:
            raise ValueError(
                f"padding_idx must be one of the {self.num_embeddings} vectors, "
                f"{-self.num_embeddings} … {self.num_embeddings - 1}, found {self.padding_idx}"
            )
        return self

    def check_dtype(self, name: str, tensor: TensorType) -> None:
        """Raise `dtype-mismatch` unless these are integers that torch counts with."""
        if tensor.dtype not in ("int32", "int64"):
            raise Problem(
                "dtype-mismatch",
                f"{type(self).__name__} takes int32 or int64, but {name} is {tensor.dtype}",
                help="put `Cast: int64` before it",
            )

    def check_numbers(self, input: TensorType) -> None:
        """Raise a Problem unless there is a vector for each number."""
        self.check_dtype("input", input)
        low, end = input.range or (0, 0)
        if low < 0 or end > self.num_embeddings:
            larger = f"set num_embeddings to {end}, or " if low >= 0 else ""
            raise Problem(
                "bad-value",
                f"the input has values that {type(self).__name__} has no vector for",
                notes=[Note("input", f"{low} … {end - 1}"), Note("vectors", f"0 … {self.num_embeddings - 1}")],
                help=f"{larger}correct the range of the input",
            )

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}


class Embedding(_Table):
    """y = weight[x]: a learned vector for each integer from 0 to num_embeddings - 1."""

    num_embeddings: Positive = argument(help="number of vectors, the size of a vocabulary")
    embedding_dim: Positive = argument(help="size of a vector")
    padding_idx: Integer | None = argument(None, "the vector that starts at zero and is not trained")
    max_norm: PositiveReal | None = argument(None, "vectors of a larger norm are scaled down to it")
    norm_type: Real = argument(2.0, "the p of that norm")
    scale_grad_by_freq: Flag = argument(False, "divide gradients by how often a vector is looked up in the batch")
    sparse: Flag = argument(False, "the gradient of the weight is a sparse tensor")

    slots = (Slot("input", "integer"),)
    formula = "[*] int64 or int32 -> [*, embedding_dim]"
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        self.check_numbers(input)
        return Result((TensorType(Shape((*input.shape, self.embedding_dim))),))


class EmbeddingBag(_Table):
    """The sum, mean or maximum of the vectors of each bag of integers.

    The bags are the rows of [N, T]; or parts of [T] that begin at `offsets`.
    """

    num_embeddings: Positive = argument(help="number of vectors, the size of a vocabulary")
    embedding_dim: Positive = argument(help="size of a vector")
    max_norm: PositiveReal | None = argument(None, "vectors of a larger norm are scaled down to it")
    norm_type: Real = argument(2.0, "the p of that norm")
    scale_grad_by_freq: Flag = argument(False, "divide gradients by how often a vector is looked up in the batch")
    mode: Annotated[Literal["sum", "mean", "max"], Expected("sum, mean or max")] = argument("mean", "what of a bag")
    sparse: Flag = argument(False, "the gradient of the weight is a sparse tensor")
    include_last_offset: Flag = argument(False, "offsets end with the length of the input")
    padding_idx: Integer | None = argument(None, "the vector that counts in no bag and is not trained")

    @model_validator(mode="after")
    def _maxima_count_nothing(self) -> Self:
        for name in ("scale_grad_by_freq", "sparse"):
            if self.mode == "max" and self.__dict__[name]:
                raise ValueError(f"{name} is for the modes sum and mean, but the mode is max")
        return self

    slots = (
        Slot("input", "integer"),
        Slot("offsets", "integer", optional=True),
        Slot("per_sample_weights", "weights", optional=True),
    )
    formula = "[N, T] int64 or int32 -> [N, embedding_dim]; [T], [N] -> [N, embedding_dim]"

    def infer(
        self, input: TensorType, offsets: TensorType | None = None, per_sample_weights: TensorType | None = None
    ) -> Result:
        self.check_numbers(input)
        self._check_sample_weights(input, per_sample_weights)
        if offsets is None:
            need_rank(input, "[N, T], or [T] with offsets", 2)
            return self._bags(input.shape[0])
        need_rank(input, "[T] where there are offsets", 1)
        need_rank(offsets, "[N] as offsets", 1)
        self.check_dtype("offsets", offsets)
        return self._bags(offsets.shape[0] - int(self.include_last_offset))

    def _bags(self, bags: Size) -> Result:
        return Result((TensorType(Shape((bags, self.embedding_dim))),))

    def _check_sample_weights(self, input: TensorType, weights: TensorType | None) -> None:
        if weights is not None and self.mode != "sum":
            raise Problem("bad-value", f"per_sample_weights are for the mode sum, but the mode is {self.mode}")
        if weights is not None and weights.shape != input.shape:
            notes = [Note("input", str(input.shape)), Note("per_sample_weights", str(weights.shape))]
            raise Problem("shape-mismatch", "per_sample_weights must have the shape of the input", notes=notes)
