"""XOR learned by an ordinary torch loop: what lego builds is a module like any other."""

from __future__ import annotations

from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy

import lego

XOR = Path(__file__).parents[1] / "specs" / "xor.yaml"

BITS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = torch.tensor([[0.0], [1.0], [1.0], [0.0]])


def main(steps: int = 500) -> float:
    """Train, print what came out, and give the last loss."""
    module = lego.build(XOR, seed=0)
    optimizer = torch.optim.Adam(module.parameters(), lr=0.05)
    loss = torch.tensor(0.0)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = binary_cross_entropy(module(BITS), TARGETS)
        loss.backward()
        optimizer.step()
    for bits, probability in zip(BITS.tolist(), module(BITS).tolist(), strict=True):
        print(f"{bits} -> {probability[0]:.3f}")
    return loss.item()


if __name__ == "__main__":
    main()
