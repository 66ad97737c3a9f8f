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
    """Several Linears of one value as one product, with the names of their joined weights.

    A second input is added to it. Without `widths` it is not taken apart.
    """

    weight: str
    bias: str | None
    widths: tuple[int, ...]

    def output_names(self) -> tuple[str, ...]:
        return () if self.widths else ("output",)

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        bias = f", {self.bias}" if self.bias else ""
        text = f"F.linear({inputs[0]}, {self.weight}{bias})"
        if len(inputs) > 1:
            text = f"({inputs[1]} + {text})"
        return f"{text}.split({list(self.widths)}, -1)" if self.widths else text
