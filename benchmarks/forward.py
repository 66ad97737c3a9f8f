"""Forward of built modules beside hand-written ones, torch.fx, nn.Sequential and Keras.

python benchmarks/forward.py [--keras]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch
from measure import report, side_by_side
from torch import fx, nn

import lego

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


class Mlp(nn.Module):
    """200 layers of width 16, an attribute a layer, as people write it."""

    def __init__(self, layers: int, width: int) -> None:
        super().__init__()
        self.depth = layers
        for index in range(layers):
            setattr(self, f"fc{index}", nn.Linear(width, width))
            setattr(self, f"act{index}", nn.ReLU())


def hand_written(layers: int, width: int) -> nn.Module:
    """The same with a forward of one line a layer."""
    lines = "".join(f"    x = self.fc{index}(x)\n    x = self.act{index}(x)\n" for index in range(layers))
    names: dict[str, object] = {}
    exec(f"def forward(self, x):\n{lines}    return x\n", names)
    return type("HandWritten", (Mlp,), {"forward": names["forward"]})(layers, width)


def mlp_spec(layers: int, width: int) -> str:
    """The same as a spec."""
    nodes = "".join(f"  fc{index}: {{Linear: {width}}}\n  act{index}: ReLU\n" for index in range(layers))
    return f"lego: 1\nname: mlp\ninputs:\n  x: [N, {width}]\ngraph:\n{nodes}"


def mlp() -> None:
    """The 200-layer perceptron, batch 1."""
    x = torch.randn(1, 16)
    hand = hand_written(200, 16).eval()
    candidates = {
        "hand-written": hand,
        "lego": lego.build(lego.parse(mlp_spec(200, 16))).eval(),
        "torch.fx": fx.symbolic_trace(hand),
        "nn.Sequential": nn.Sequential(*(layer for _ in range(200) for layer in (nn.Linear(16, 16), nn.ReLU()))).eval(),
    }
    if "--keras" in sys.argv:
        candidates["Keras"] = _keras_mlp()
    _compare("200-layer MLP, width 16, batch 1", candidates, x, "hand-written", rounds=60, repeat=5)


def resnet18() -> None:
    """ResNet-18, batch 1, 32 × 32, and torchvision's twice: identical twins show the noise."""
    from tests.vision import torchvision

    x = torch.randn(1, 3, 32, 32)
    candidates = {
        "torchvision": torchvision.models.resnet18().eval(),
        "torchvision's twin": torchvision.models.resnet18().eval(),
        "lego": lego.build(lego.load(ROOT / "specs" / "resnet18.yaml")).eval(),
        "torch.fx": fx.symbolic_trace(torchvision.models.resnet18()).eval(),
    }
    _compare("ResNet-18, batch 1, 32 × 32", candidates, x, "torchvision", rounds=100, repeat=3)


def _compare(title: str, modules: dict[str, object], x: torch.Tensor, base: str, rounds: int, repeat: int) -> None:
    with torch.inference_mode():
        runs = {name: (lambda module=module: module(x)) for name, module in modules.items()}
        report(title, side_by_side(runs, rounds, repeat), base)


def _keras_mlp() -> object:
    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    inputs = keras.Input((16,))
    x = inputs
    for _ in range(200):
        x = keras.layers.Dense(16, activation="relu")(x)
    return keras.Model(inputs, x)


if __name__ == "__main__":
    torch.set_num_threads(1)
    mlp()
    resnet18()
