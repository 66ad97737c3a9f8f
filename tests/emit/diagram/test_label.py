"""What is written on boxes."""

from __future__ import annotations

import pytest

from lego.emit.diagram import picture
from tests.emit.diagram.specs import net


@pytest.mark.parametrize(
    ("node", "lines"),
    [
        ("{Conv2d: {out_channels: 64, kernel_size: 3, padding: 1}}", ("Conv2d 3×3, 64",)),
        ("{Conv2d: {out_channels: 64, kernel_size: 7, stride: 2, bias: false}}", ("Conv2d 7×7, 64, /2",)),
        ("{Conv2d: {out_channels: 8, kernel_size: [1, 7], stride: [1, 2]}}", ("Conv2d 1×7, 8, /1×2",)),
        ("{Conv2d: {out_channels: 4, kernel_size: 3, groups: 4}}", ("Conv2d 3×3, 4, depthwise",)),
        ("{Conv2d: {out_channels: 4, kernel_size: 3, groups: 2}}", ("Conv2d 3×3, 4, 2 groups",)),
        ("{Conv2d: {out_channels: 4, kernel_size: 3, dilation: 2}}", ("Conv2d 3×3, 4, dilation 2",)),
        ("{ConvTranspose2d: {out_channels: 4, kernel_size: 2, stride: 2}}", ("ConvTranspose2d 2×2, 4, stride 2",)),
        ("{MaxPool2d: 2}", ("MaxPool2d 2×2, /2",)),
        ("{MaxPool2d: {kernel_size: 3, stride: 1, padding: 1}}", ("MaxPool2d 3×3",)),
        ("{AdaptiveAvgPool2d: 1}", ("AdaptiveAvgPool2d 1×1",)),
        ("BatchNorm2d", ("BatchNorm2d",)),
        ("{Dropout: 0.25}", ("Dropout 0.25",)),
        ("{LeakyReLU: 0.2}", ("LeakyReLU negative_slope 0.2",)),
        ("{LeakyReLU: 0.01}", ("LeakyReLU",)),
        ("{Mul: 0.5}", ("Mul 0.5",)),
        ("{Linear: 10}", ("Linear 10",)),
        ("{Rearrange: 'n c h w -> n (h w) c'}", ("Rearrange n c h w -> n (h w) c",)),
        (
            "{Rearrange: {pattern: 'n c (h two) w -> n (two h w) c', two: 2}}",
            ("Rearrange", "n c (h two) w -> n (two h w) c"),
        ),
    ],
)
def test_kinds_with_their_telling_arguments(node: str, lines: tuple[str, ...]) -> None:
    drawn = picture(net(f"node: {node}", inputs="{x: [N, 4, 32, 32]}"))
    assert drawn.boxes[1].lines == lines


def test_a_layer_among_the_arguments_is_told_of_in_short() -> None:
    layer = "{TransformerEncoderLayer: {nhead: 2, dim_feedforward: 8, batch_first: true}}"
    node = f"{{TransformerEncoder: {{encoder_layer: {layer}, num_layers: 3, norm: LayerNorm}}}}"
    box = picture(net(f"node: {node}", inputs="{x: [N, T, 4]}")).boxes[1]
    assert box.lines == ("TransformerEncoder", "2 heads, dim_feedforward 8, 3 layers, LayerNorm")
    assert "norm: {LayerNorm: {normalized_shape: 4}}" in box.tooltip


def test_a_tooltip_has_all_arguments_and_costs() -> None:
    drawn = picture(net("fc: {Linear: 10, doc: the classifier}"))
    assert drawn.boxes[1].tooltip == (
        "fc",
        "Linear",
        "in_features: 16",
        "out_features: 10",
        "bias: true",
        "output: [N, 10]",
        "parameters: 170",
        "MACs: 160*N",
        "the classifier",
    )


def test_the_caption() -> None:
    drawn = picture(net("fc: {Linear: 10}\nact: ReLU", name="tiny"))
    assert drawn.name == "tiny"
    assert drawn.caption == ("x [N, 16] → act [N, 10]", "170 parameters · depth 1 · 2 nodes")
