"""A spec checked, measured, drawn and built; then a mistake, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import torch

import lego

RESNET = Path(__file__).parents[1] / "specs" / "resnet18.yaml"

WRONG = """
lego: 1
name: wrong
inputs: {image: [N, 3, H, W]}
graph:
  conv: {Conv2d: {out_channels: 16, kernel_size: 3, padding: 1}}
  body:
    skip:
      - Conv2d: {out_channels: 32, kernel_size: 3, stride: 2, padding: 1}
      - ReLU
  pool: {AdaptiveAvgPool2d: 1}
  flatten: Flatten
  head: {Linear: 10}
"""


def main() -> None:
    """What the README shows, in one go."""
    spec = lego.load(RESNET, classes=10)
    print(spec.graph.outputs)  # symbols as they stand: any batch, any image
    print(lego.summary(spec, image=[1, 3, 224, 224]))
    print(lego.draw(spec, "resnet18.svg"))

    module = lego.build(spec, seed=0).eval()
    with torch.no_grad():
        print(module(torch.randn(2, 3, 64, 64)).shape)

    try:
        lego.parse(WRONG, "wrong.yaml")
    except lego.SpecError as error:
        print(error)


if __name__ == "__main__":
    main()
