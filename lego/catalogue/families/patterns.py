"""einops patterns: `b c (h p) (w q) -> b (h w) (p q c)`, sizes of axes as further arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, model_validator

from lego.catalogue.arguments import Expected, Inferred, Natural, Text, argument, inferred
from lego.catalogue.layer import Operation, Result, Sizes, Slot
from lego.catalogue.pattern import Pattern, Verb, check, methods, output_shape, parse, rank_problem, sizes
from lego.catalogue.rules import moved
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, is_floating


class _Einops(Operation):
    model_config = ConfigDict(extra="allow")

    verb: ClassVar[Verb]

    if TYPE_CHECKING:  # fields of the subclasses, in their order
        pattern: str
        rank: int | None

    slots = (Slot("input", "any"),)

    @property
    def given(self) -> Mapping[str, Any]:
        """Sizes of axes."""
        return self.model_extra or {}

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for name, size in self.given.items():
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
                raise ValueError(f"the size of the axis `{name}` must be a positive integer, found {size}")
        check(self.verb, parse(self.pattern), self.given)
        return self

    def infer(self, input: TensorType) -> Result:
        pattern = parse(self.pattern)
        rank = len(input.shape)
        if not pattern.takes(rank):
            raise rank_problem(pattern, self.pattern, input.shape)
        pattern = pattern.at_rank(rank)
        shape = output_shape(pattern, sizes(pattern, input.shape, self.given))
        return Result((self.changed(moved(input, shape), pattern),), {"rank": rank})

    def changed(self, output: TensorType, pattern: Pattern) -> TensorType:
        """The type of the output, whose shape is right."""
        return output

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        assert self.rank is not None
        return f"{inputs[0]}{methods(parse(self.pattern).at_rank(self.rank), self.given, self.reduced_by())}"

    def reduced_by(self) -> str:
        """How axes that are missing on the right are reduced."""
        return ""


class Rearrange(_Einops):
    """Dims cut, reordered and merged, as the pattern shows it: `b (h p) c -> b h (p c)` with `p: 4`."""

    pattern: Text = argument(help="dims before and after: `b c h w -> b (h w) c`")
    rank: Inferred[Natural] = inferred("number of dims of the input")

    verb = "Rearrange"
    view = True
    formula = "as the pattern"
    page = "https://einops.rocks/api/rearrange/"


class Reduce(_Einops):
    """As Rearrange, and axes that are missing on the right are reduced: `b c (h 2) (w 2) -> b c h w` pools."""

    pattern: Text = argument(help="dims before and after: `b c h w -> b c`")
    reduction: Annotated[
        Literal["mean", "sum", "max", "min", "prod", "any", "all"], Expected("mean, sum, max, min, prod, any or all")
    ] = argument(help="how values become one")
    rank: Inferred[Natural] = inferred("number of dims of the input")

    verb = "Reduce"
    formula = "as the pattern"
    page = "https://einops.rocks/api/reduce/"

    def reduced_by(self) -> str:
        return self.reduction

    def changed(self, output: TensorType, pattern: Pattern) -> TensorType:
        dtype = output.dtype
        if self.reduction == "mean" and not is_floating(dtype):
            help = "put `Cast: float32` before it"
            raise Problem("dtype-mismatch", f"a mean needs floating point, but the input is {dtype}", help=help)
        if self.reduction in ("any", "all") and dtype != "bool":
            help = "`sum`, `max`, … reduce numbers; `Cast: bool` makes booleans of them"
            raise Problem("dtype-mismatch", f"`{self.reduction}` needs booleans, but the input is {dtype}", help=help)
        if not pattern.gone:
            return output
        adds = self.reduction in ("sum", "prod") and not is_floating(dtype) and not dtype.startswith("complex")
        kept = output.range if self.reduction in ("max", "min") else None
        return TensorType(Shape(output.shape), "int64" if adds else dtype, kept)


class Repeat(_Einops):
    """As Rearrange, and axes that are new on the right are repeated: `b c -> b t c` with `t: 8`."""

    pattern: Text = argument(help="dims before and after: `b c h w -> b c (h 2) (w 2)`")
    rank: Inferred[Natural] = inferred("number of dims of the input")

    verb = "Repeat"
    formula = "as the pattern"
    page = "https://einops.rocks/api/repeat/"
