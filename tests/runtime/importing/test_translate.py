"""What a forward pass becomes: weights, tables, diagnostics."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import lego
from lego.runtime.importing.tracing.trace import trace
from lego.runtime.importing.translating.translate import translate


class Weighted(nn.Module):
    """Functions with weights of its own, a table, a parameter, and weights that nothing reads."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Module()
        self.inner.weight = nn.Parameter(torch.randn(4, 3, 3, 3), requires_grad=False)
        self.scale = nn.Parameter(torch.randn(4, 1, 1))
        self.register_buffer("index", torch.arange(100) % 8)
        self.register_buffer("ramp", torch.arange(8.0), persistent=False)
        self.unread = nn.Parameter(torch.randn(5))
        self.norm = nn.BatchNorm2d(4)

    def forward(self, image: Tensor) -> Tensor:
        x = F.conv2d(image, self.inner.weight, padding=1) * self.scale
        n = self.norm
        x = F.batch_norm(x, n.running_mean, n.running_var, n.weight, n.bias, False, n.momentum, n.eps)
        return (x * self.ramp)[..., self.index]


def steps(model: nn.Module) -> list[tuple[str, dict[str, object], str]]:
    found = translate(trace(model, {"image": ["N", 3, 8, 8]})).steps
    return [(step.layer, step.arguments, step.path) for step in found]


def test_weights_are_those_of_the_layer_that_has_them():
    found = steps(Weighted().eval())
    assert found[0] == ("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1, "bias": False}, "inner")
    assert ("Parameter", {"shape": [4, 1, 1]}, "scale") in found
    assert ("BatchNorm2d", {}, "norm") in found
    assert ("Constant", {"shape": [8], "value": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]}, "") in found
    assert [path for layer, _, path in found if layer == "Buffer"] == ["index"]
    assert found[-1] == ("Parameter", {"shape": [5]}, "unread")


def test_what_has_no_gradient_is_frozen():
    found = translate(trace(Weighted().eval(), {"image": ["N", 3, 8, 8]})).steps
    assert [step.path for step in found if step.frozen] == ["inner"]


def test_the_state_is_the_same():
    model = Weighted().eval()
    built = lego.build(lego.from_torch(model, image=["N", 3, 8, 8])).eval()
    built.load_state_dict(model.state_dict(), strict=True)
    image = torch.randn(2, 3, 8, 8)
    assert torch.equal(built(image), model(image))


class Wrong(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 4, 3, 3))

    def forward(self, image: Tensor) -> Tensor:
        x = torch.fft.rfft2(image).abs()
        y = F.conv_transpose2d(image, self.weight / self.weight.norm())
        return x.mean() + y.mean()


class Normalised(nn.Module):
    """Weights that are computed, as in weight standardisation."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.matrix = nn.Parameter(torch.randn(5, 4))
        self.bias = nn.Parameter(torch.randn(5))

    def forward(self, image: Tensor) -> Tensor:
        x = F.conv2d(image, self.weight / self.weight.norm(), stride=2, padding=1)
        return F.linear(x.mean((2, 3)), self.matrix.tanh(), self.bias)


def test_weights_that_are_computed():
    model = Normalised().eval()
    spec = lego.from_torch(model, image=["N", 3, "H", "W"])
    built = lego.build(spec).eval()
    built.load_state_dict(model.state_dict(), strict=True)
    image = torch.randn(2, 3, 9, 8)
    assert torch.equal(built(image), model(image))


def test_all_that_cannot_be_carried_over_is_told_at_once():
    with pytest.raises(lego.SpecError) as error:
        lego.from_torch(Wrong().eval(), image=["N", 3, 8, 8])
    told = [(one.message, one.span.source.line(one.line).strip().partition(" ")[0]) for one in error.value.diagnostics]
    assert told[0] == ("torch.fft.rfft2 cannot be carried over: the catalogue has no layer for it", "x")
    assert told[1][0].startswith("F.conv_transpose2d cannot be carried over: its weights are computed")
    assert len(told) == 2
    assert {one.code for one in error.value.diagnostics} == {"not-importable"}
