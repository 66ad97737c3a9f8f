"""Vectors looked up by number."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from lego.catalogue.arguments import Flag, Integer, Positive, PositiveReal, Real, argument
from lego.catalogue.layer import Layer, Result, Slot
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType


class Embedding(Layer):
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

    @model_validator(mode="after")
    def _padding_exists(self) -> Self:
        if self.padding_idx is not None and not -self.num_embeddings <= self.padding_idx < self.num_embeddings:
            raise ValueError(
                f"padding_idx must be one of the {self.num_embeddings} vectors, "
                f"{-self.num_embeddings} … {self.num_embeddings - 1}, found {self.padding_idx}"
            )
        return self

    def infer(self, input: TensorType) -> Result:
        if input.dtype not in ("int32", "int64"):
            raise Problem(
                "dtype-mismatch",
                f"Embedding takes int32 or int64, but input is {input.dtype}",
                help="put `Cast: int64` before it",
            )
        if input.range is not None:
            self._check_range(*input.range)
        return Result((TensorType(Shape((*input.shape, self.embedding_dim))),))

    def _check_range(self, low: int, end: int) -> None:
        if low < 0 or end > self.num_embeddings:
            larger = f"set num_embeddings to {end}, or " if low >= 0 else ""
            raise Problem(
                "bad-value",
                "the input has values that Embedding has no vector for",
                notes=[Note("input", f"{low} … {end - 1}"), Note("vectors", f"0 … {self.num_embeddings - 1}")],
                help=f"{larger}correct the range of the input",
            )

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}
