"""torchvision, also where its compiled operators do not load (beside a torch for the CPU only).

Without them its import fails, because it registers rules for two operators that nobody has declared. Declared they
are never called: the models do not use them. Import torchvision from here: `from tests.vision import torchvision`.
"""

from __future__ import annotations

import torch

try:
    import torchvision as torchvision
except RuntimeError:
    _OPERATORS = torch.library.Library("torchvision", "DEF")  # takes its declarations with it when it is let go
    _OPERATORS.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _OPERATORS.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision as torchvision
