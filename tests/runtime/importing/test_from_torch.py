"""`lego.from_torch` on models written here: what their specs say, and what cannot be said."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import lego


def _held(module: nn.Module, spec: lego.Spec, *inputs: torch.Tensor) -> torch.nn.Module:
    """The spec's module with the weights of the other, after both were held against each other."""
    net = lego.build(spec).eval()
    net.load_state_dict(module.state_dict())
    torch.testing.assert_close(net(*inputs), module.eval()(*inputs), rtol=0, atol=0)
    return net


class Language(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(10, 4)
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(4, 2, 8, batch_first=True) for _ in range(3))
        self.norm = nn.LayerNorm(4)
        self.alias = self.norm
        self.head = nn.Linear(4, 10, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, tokens: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x)
        return {"logits": self.head(self.norm(x)), "norm": self.norm(x + 1)}


def test_tied_shared_and_repeated() -> None:
    module = Language().eval()
    spec = lego.from_torch(module, tokens={"shape": ["N", "T"], "dtype": "int64", "range": [0, 10]})
    assert spec.name == "Language"
    text = spec.to_yaml()
    assert "blocks: {TransformerEncoderLayer: {nhead: 2, dim_feedforward: 8, batch_first: true}, repeat: 3}" in text
    assert "norm_1: {share: norm}" in text
    assert "head.weight: embed.weight" in text
    net = lego.build(spec).eval()
    net.load_state_dict(module.state_dict())
    assert net.get_parameter("head.weight") is net.get_parameter("embed.weight")
    tokens = torch.randint(0, 10, (2, 5))
    with torch.no_grad():
        torch.testing.assert_close(net(tokens), module(tokens))


class Several(nn.Module):
    def forward(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        z = x + y
        return z, x, z


def test_outputs_as_they_are_returned() -> None:
    spec = lego.from_torch(Several(), x=["N", 3], y=["N", 3], name="several")
    assert spec.to_yaml().endswith("outputs: [add, identity, add]\n")
    _held(Several(), spec, torch.randn(2, 3), torch.randn(2, 3))


class Iterated(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3), nn.ReLU())
        self.unused = nn.Linear(2, 2)
        self.scale = nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.features:
            x = layer(x)
        return x * self.scale


def test_a_sequential_that_is_iterated_and_weights_that_nothing_reads() -> None:
    module = Iterated().eval()
    spec = lego.from_torch(module, x=["N", 3])
    assert "features: [{Linear: 3}, ReLU, {Linear: 3}, ReLU]" in spec.to_yaml()
    _held(module, spec, torch.randn(2, 3))


class Dashed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleDict({"stage-1": nn.Linear(3, 3), "stage-2": nn.Linear(3, 3)})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for stage in self.stages.values():
            x = x + stage(x)
        return x


def test_names_with_dashes() -> None:
    module = Dashed().eval()
    _held(module, lego.from_torch(module, x=["N", 3]), torch.randn(2, 3))


class Turns(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Linear(3, 3) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(3) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = norm(conv(x))
        return x


def test_what_takes_turns_is_told_at_its_line() -> None:
    with pytest.raises(lego.SpecError) as error:
        lego.from_torch(Turns(), x=["N", 3])
    [one] = error.value.diagnostics
    assert one.code == "not-importable"
    assert "`convs` and `norms` take turns" in one.message
    assert one.file.endswith("test_from_torch.py")
    assert "norm(conv(x))" in one.span.source.line(one.line)


def test_the_model_stays_as_it_is() -> None:
    module = Iterated()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    lego.from_torch(module, x=["N", 3])
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
