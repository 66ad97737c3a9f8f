"""Affine maps of the last dim."""

from __future__ import annotations

from lego.catalogue.arguments import Flag, Inferred, Positive, argument, inferred
from lego.catalogue.layer import Layer, Operation, Result, Slot
from lego.catalogue.rules import Size, need_dims, need_rank, product, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import TensorType


class Identity(Operation):
    """The input, unchanged."""

    view = True
    page = "torch.nn.Identity"
    formula = "[*] -> [*]"
    slots = (Slot("input", "any"),)
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        return Result((input,))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: object) -> str:
        return str(inputs[0])


class Linear(Layer):
    """y = x Wᵀ + b over the last dim; the other dims are positions."""

    in_features: Inferred[Positive] = inferred("size of the last dim of the input")
    out_features: Positive = argument(help="size of the last dim of the output")
    bias: Flag = argument(True, "add a learned b")

    slots = (Slot("input", "weights"),)
    formula = "[*, in_features] -> [*, out_features]"
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        if not input.shape:
            raise Problem("rank-mismatch", "needs an input [*, in_features], found a single number")
        output = with_shape(input, (*input.shape[:-1], self.out_features))
        return Result((output,), {"in_features": input.shape[-1]})

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.in_features is not None
        weight = {"weight": (self.out_features, self.in_features)}
        return weight | ({"bias": (self.out_features,)} if self.bias else {})

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        return product(outputs[0].shape) * (self.in_features or 0)


class Bilinear(Layer):
    """y = x₁ᵀ A x₂ + b over the last dims of two inputs."""

    in1_features: Inferred[Positive] = inferred("size of the last dim of input1")
    in2_features: Inferred[Positive] = inferred("size of the last dim of input2")
    out_features: Positive = argument(help="size of the last dim of the output")
    bias: Flag = argument(True, "add a learned b")

    slots = (Slot("input1", "weights"), Slot("input2", "weights"))
    formula = "[*, in1_features], [*, in2_features] -> [*, out_features]"
    in_time = "leading"

    def infer(self, input1: TensorType, input2: TensorType) -> Result:
        need_dims(input1, "[*, in1_features]", 1)
        need_rank(input2, f"of rank {len(input1.shape)}, like input1", len(input1.shape))
        if input1.shape[:-1] != input2.shape[:-1]:
            raise Problem(
                "shape-mismatch",
                "Bilinear needs inputs that differ in the last dim only",
                notes=[Note("input1", str(input1.shape)), Note("input2", str(input2.shape))],
            )
        output = with_shape(input1, (*input1.shape[:-1], self.out_features))
        return Result((output,), {"in1_features": input1.shape[-1], "in2_features": input2.shape[-1]})

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.in1_features is not None and self.in2_features is not None
        weight = {"weight": (self.out_features, self.in1_features, self.in2_features)}
        return weight | ({"bias": (self.out_features,)} if self.bias else {})

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """x₁ᵀ A, then its product with x₂."""
        assert self.in1_features is not None and self.in2_features is not None
        return product(outputs[0].shape) * (self.in1_features * self.in2_features + self.in2_features)
