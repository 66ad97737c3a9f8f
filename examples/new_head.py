"""A model of torch comes in, gets another head, and keeps the weights of the rest."""

from __future__ import annotations

import torch
from torch import nn

import lego


class Stage(nn.Module):
    """Half the size, twice the channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(2 * channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[N, C, H, W] to [N, 2 C, H / 2, W / 2]."""
        return self.norm(self.conv(x)).relu_()


class Classifier(nn.Module):
    """A model as it may be found anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.stages = nn.Sequential(Stage(16), Stage(32), Stage(64))
        self.head = nn.Linear(128, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images to scores of 1000 classes."""
        return self.head(self.stages(self.stem(x)).mean((2, 3)))


def main() -> None:
    """In, varied, compared, built."""
    model = Classifier().eval()
    spec = lego.from_torch(model, image=["N", 3, "8*h", "8*w"])
    print(spec.to_yaml())

    head = {"Sequential": [{"Linear": 64}, "GELU", {"Dropout": 0.1}, {"Linear": 5}]}
    varied = spec.replace({"graph.head": head}, name="pets")
    print(lego.diff(spec, varied))

    module = lego.build(varied, seed=0, weights=model.state_dict(), strict=False).eval()
    image = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        kept = [nn.Sequential(one.get_submodule("stem"), one.get_submodule("stages")) for one in (model, module)]
        print(module(image).shape, torch.equal(kept[0](image), kept[1](image)))


if __name__ == "__main__":
    main()
