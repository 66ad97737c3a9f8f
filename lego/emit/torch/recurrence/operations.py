"""What stands in a source beside the layers of a cell, for all steps at once."""

from __future__ import annotations

from typing import ClassVar

from lego.catalogue import Layer, Sizes


class _Operation(Layer):
    torch_name: ClassVar[str | None] = ""


class Fold(_Operation):
    """Steps and rows become rows."""

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.flatten(0, 1)"


class Unfold(_Operation):
    """Rows become steps and rows; `source` is what had both."""

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]}.unflatten(0, {inputs[1]}.shape[:2])"


class JoinedLinear(_Operation):
    """Several Linears of one value as one product, with the names of their joined weights."""

    weight: str
    bias: str | None
    widths: tuple[int, ...]

    def output_names(self) -> tuple[str, ...]:
        return ()

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        bias = f", {self.bias}" if self.bias else ""
        return f"F.linear({inputs[0]}, {self.weight}{bias}).split({list(self.widths)}, -1)"
