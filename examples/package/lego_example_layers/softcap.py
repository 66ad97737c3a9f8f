"""A tensor operation: its shape rule and its expression are all there is to it, and torch is not imported."""

from __future__ import annotations

from lego.catalogue import Operation, Real, Result, argument
from lego.shapes import TensorType


class Softcap(Operation):
    """y = cap · tanh(x / cap): values stay within ± cap. Used on logits by Gemma 2 (2024), section 2."""

    cap: Real = argument(30.0, "no value is larger")

    formula = "[*] -> [*]"

    def infer(self, input: TensorType) -> Result:
        return Result((input,))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: object) -> str:
        return f"{self.cap} * torch.tanh({inputs[0]} / {self.cap})"
