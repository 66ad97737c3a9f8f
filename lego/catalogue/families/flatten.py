"""Merging neighbouring dims, and splitting one."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from lego.catalogue.arguments import Integer, ShapeOf, argument
from lego.catalogue.layer import Construct, Layer, Result, Sizes, Slot
from lego.catalogue.rules import Size, axis, moved, product
from lego.diagnostics import Problem
from lego.shapes import Dim, TensorType


class Flatten(Layer):
    """Dims from start_dim to end_dim become one; the first, the batch, stays by default."""

    start_dim: Integer = argument(1, "the first dim to merge")
    end_dim: Integer = argument(-1, "the last dim to merge")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[N, A, B, …] -> [N, A · B · …]"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        rank = len(input.shape)
        start, end = axis(self.start_dim, rank, "start_dim"), axis(self.end_dim, rank, "end_dim")
        if start > end:
            raise Problem(
                "bad-value",
                f"start_dim must not come after end_dim, but of {rank} dims they are {start} and {end}",
            )
        merged = product(input.shape[start : end + 1])
        return Result((moved(input, (*input.shape[:start], merged, *input.shape[end + 1 :])),))


class Unflatten(Layer):
    """One dim becomes several, the inverse of Flatten."""

    dim: Integer = argument(help="the dim to split")
    unflattened_size: ShapeOf = argument(help="what it becomes; one size may be -1, which is then what is left")

    view = True
    slots = (Slot("input", "any"),)
    formula = "[*, A · B · …, *] -> [*, A, B, …, *]"
    in_time = "rows"

    @model_validator(mode="after")
    def _sizes_are_positive(self) -> Self:
        sizes = [size for size in self.unflattened_size if isinstance(size, int)]
        if not self.unflattened_size or any(size < 1 and size != -1 for size in sizes) or sizes.count(-1) > 1:
            raise ValueError("unflattened_size must be a list of positive sizes, of which one may be -1")
        return self

    def infer(self, input: TensorType) -> Result:
        at = axis(self.dim, len(input.shape))
        return Result((moved(input, (*input.shape[:at], *self._split(input.shape[at]), *input.shape[at + 1 :])),))

    def _split(self, size: Size) -> tuple[Size, ...]:
        wanted = self.unflattened_size
        known = product([part for part in wanted if part != -1])
        if -1 in wanted and size % known == 0:
            return tuple(size // known if part == -1 else part for part in wanted)
        if size != known or -1 in wanted:
            parts = f"[{', '.join(map(str, wanted))}]"
            need = f"a multiple of {known}" if -1 in wanted else str(known)
            raise Problem("shape-mismatch", f"dim {self.dim} is {size}, but {parts} needs {need}")
        return wanted

    def _symbolic(self) -> bool:
        return any(isinstance(size, Dim) for size in self.unflattened_size)

    def construct(self) -> Construct | None:
        """A module where the sizes are numbers; else an operation, for they are read off the input."""
        return None if self._symbolic() else super().construct()

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        if not self._symbolic():
            return super().call(module, inputs, sizes)
        parts = ", ".join(map(sizes.size, self.unflattened_size))
        return f"{inputs[0]}.unflatten({self.dim}, ({parts},))"
