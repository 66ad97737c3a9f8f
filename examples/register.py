"""Two layers of a script's own: one with a shape rule, one that torch's meta device measures."""

from __future__ import annotations

import torch
from torch import nn

import lego
from lego.catalogue import Operation, Positive, Result, argument
from lego.shapes import Shape, TensorType


@lego.register
class Tile(Operation):
    """y = x, `times` times in a row along the last dim."""

    times: Positive = argument(help="number of copies")

    formula = "[*, L] -> [*, times * L]"

    def infer(self, input: TensorType) -> Result:
        *first, last = input.shape
        return Result((TensorType(Shape((*first, last * self.times)), input.dtype),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: object) -> str:
        return f"torch.cat([{inputs[0]}] * {self.times}, dim=-1)"


@lego.register(infer="meta")
class GatedUnit(nn.Module):
    """y = (W x + b) · sigmoid(gate · (V x + c)): the input decides how much of itself passes."""

    def __init__(self, features: int, gate: float = 1.0) -> None:
        super().__init__()
        self.gate = gate
        self.both = nn.Linear(features, 2 * features)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        value, gate = self.both(input).chunk(2, dim=-1)
        return value * torch.sigmoid(self.gate * gate)


NET = """
lego: 1
name: gated
inputs: {x: [N, T, 8]}
graph: [{GatedUnit: 8}, {Tile: 3}, {GatedUnit: {features: 24, gate: 0.5}}]
"""


def main() -> None:
    """Check, print and run a document that names both."""
    spec = lego.parse(NET)
    print(spec.graph.outputs)  # T stays T
    print(lego.source(spec))
    print(lego.build(spec, seed=0)(torch.randn(2, 5, 8)).shape)


if __name__ == "__main__":
    main()
