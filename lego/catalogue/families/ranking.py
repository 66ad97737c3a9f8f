"""Losses that say which of two inputs should be larger, or nearer."""

from __future__ import annotations

from lego.catalogue.arguments import Flag, PositiveReal, Real, argument
from lego.catalogue.layer import Result, Slot
from lego.catalogue.losses import OF_A_LOSS, Loss, Reduction, check_target, equal_shapes
from lego.catalogue.rules import need_dims, need_rank
from lego.shapes import TensorType


class HingeEmbeddingLoss(Loss):
    """The loss of a distance: l = input where the target is 1, max(0, margin - input) where it is -1."""

    margin: Real = argument(1.0, "distance from which on unequal things cost nothing")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    formula = "[*], [*] -> [], or [*] where reduction is none"

    def infer(self, input: TensorType, target: TensorType) -> Result:
        return self.reduced(input, equal_shapes(self, input, target))


class MarginRankingLoss(Loss):
    """The loss of an order: l = max(0, -target · (input1 - input2) + margin); target 1: input1 should be larger."""

    margin: Real = argument(0.0, "by how much it should be larger")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    slots = (Slot("input1"), Slot("input2"), Slot("target"))
    formula = "[*], [*], [*] -> [], or [*] where reduction is none"

    def infer(self, input1: TensorType, input2: TensorType, target: TensorType) -> Result:
        return self.reduced(input1, equal_shapes(self, input1, input2, target))


class CosineEmbeddingLoss(Loss):
    """The loss of an angle: l = 1 - cos(input1, input2) where the target is 1, max(0, cos - margin) where it is -1."""

    margin: Real = argument(0.0, "cosine up to which unequal things cost nothing; 0 … 0.5 are usual")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    slots = (Slot("input1"), Slot("input2"), Slot("target"))
    formula = "[N, D], [N, D], [N] -> [], or [N] where reduction is none; [D], [D], [] -> []"

    def infer(self, input1: TensorType, input2: TensorType, target: TensorType) -> Result:
        need_rank(input1, "[N, D], or one sample [D]", 1, 2)
        shape = equal_shapes(self, input1, input2)
        check_target(shape[:-1], "target", target, f"input1 {shape}")
        return self.reduced(input1, shape[:-1])


class TripletMarginLoss(Loss):
    """The positive should be nearer to the anchor than the negative: l = max(0, ‖a - p‖ - ‖a - n‖ + margin)."""

    margin: PositiveReal = argument(1.0, "by how much it should be nearer")
    p: Real = argument(2.0, "the p of the norm")
    eps: Real = argument(1e-6, "added to the differences, so that the gradient exists")
    swap: Flag = argument(False, "take ‖p - n‖ where it is smaller than ‖a - n‖")
    reduction: Reduction = argument("mean", OF_A_LOSS)

    slots = (Slot("anchor"), Slot("positive"), Slot("negative"))
    formula = "[*, D], [*, D], [*, D] -> [], or [*] where reduction is none"

    def infer(self, anchor: TensorType, positive: TensorType, negative: TensorType) -> Result:
        need_dims(anchor, "[*, D]", 1)
        return self.reduced(anchor, equal_shapes(self, anchor, positive, negative)[:-1])
