"""Models of torchvision and timm as specs that do bit by bit what they do; many more in the sweep, by night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.importing.sweep import came_in
from tests.runtime.importing.zoo import imported

SMALL = (
    "timm/test_byobnet",
    "timm/test_convnext",
    "timm/test_convnext2",
    "timm/test_convnext3",
    "timm/test_efficientnet",
    "timm/test_efficientnet_gn",
    "timm/test_efficientnet_ln",
    "timm/test_mambaout",
    "timm/test_resnet",
    "timm/test_vit",
    "timm/test_vit2",
    "timm/test_vit3",
    "timm/test_vit4",
    "timm/test_vit_relpos",
    "torchvision/mobilenet_v3_small",
    "torchvision/resnet18",
    "torchvision/shufflenet_v2_x0_5",
    "torchvision/squeezenet1_1",
)

LINES = {
    "torchvision/resnet18": 40,
    "torchvision/resnet50": 120,
    "torchvision/vgg16": 60,
    "torchvision/densenet121": 800,
    "torchvision/googlenet": 250,
    "torchvision/inception_v3": 200,
    "torchvision/mobilenet_v2": 120,
    "torchvision/mobilenet_v3_large": 120,
    "torchvision/efficientnet_b0": 120,
    "torchvision/mnasnet0_5": 120,
    "torchvision/regnet_y_400mf": 120,
    "torchvision/convnext_tiny": 100,
    "torchvision/vit_b_16": 80,
    "torchvision/swin_t": 450,
    "torchvision/swin_v2_t": 600,
    "torchvision/maxvit_t": 450,
}
"""How long the specs of some may be."""


@pytest.mark.parametrize("name", SMALL)
def test_values_are_the_same(name: str) -> None:
    size = 64 if name.startswith("torchvision/") else None
    assert imported(name, size)[1]


@pytest.mark.nightly
@pytest.mark.parametrize("name", LINES)
def test_specs_are_short(name: str) -> None:
    spec, exact = imported(name)
    assert exact
    assert len(spec.to_yaml().splitlines()) <= LINES[name]


@pytest.mark.nightly
@pytest.mark.parametrize("name", came_in(Path("docs/imported.md")))
def test_they_still_come_in(name: str) -> None:
    imported(name)
