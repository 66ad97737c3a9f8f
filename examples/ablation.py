"""One document, many networks: the parameters of a spec varied, layers among them.

With a sigmoid after every layer the gradients vanish on their way down; with ReLU they arrive.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy

import lego

DEEP = Path(__file__).parents[1] / "specs" / "xor_deep.yaml"


def gradient_ratio(**params: object) -> float:
    """How much smaller the gradient of the first layer is than that of the last."""
    module = lego.build(DEEP, seed=0, **params)
    bits = torch.randint(2, (64, 2), generator=torch.Generator().manual_seed(0)).float()
    targets = (bits[:, :1] != bits[:, 1:]).float()
    binary_cross_entropy(module(bits), targets).backward()
    norms = [weight.grad.norm().item() for name, weight in module.named_parameters() if name.endswith("weight")]
    return norms[0] / norms[-1]


def main() -> None:
    """A table: activations down, depths across."""
    depths = (2, 4, 8, 16)
    print(f"{'':24}" + "".join(f"{f'depth {depth}':>12}" for depth in depths))
    for act in ("Sigmoid", "Tanh", "ReLU", {"LeakyReLU": 0.1}):
        ratios = [gradient_ratio(act=act, depth=depth, width=32) for depth in depths]
        print(f"{act!s:24}" + "".join(f"{ratio:12.1e}" for ratio in ratios))


if __name__ == "__main__":
    main()
