"""A torch module as a layer: the generated source imports it from here."""

from __future__ import annotations

import torch
from torch import nn

import lego


@lego.register(infer="meta")
class PatchEmbedding(nn.Module):
    """A vector for each patch of an image, and a learned one before them. Vision Transformer (2020), equation 1."""

    def __init__(self, channels: int, width: int, patch_size: int = 16) -> None:
        super().__init__()
        self.project = nn.Conv2d(channels, width, patch_size, stride=patch_size)
        self.first = nn.Parameter(torch.zeros(1, 1, width))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[N, channels, H, W] -> [N, 1 + patches, width]."""
        patches = self.project(image).flatten(2).transpose(1, 2)
        return torch.cat([self.first.expand(len(patches), -1, -1), patches], dim=1)
