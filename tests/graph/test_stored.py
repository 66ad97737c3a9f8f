"""What `state_dict` holds is known without building: equal to what torch's own holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

import lego
from lego.catalogue import outside
from lego.graph import place_of, state_shapes

ROOT = Path(__file__).parents[2]
SPECS = [
    *sorted((ROOT / "specs").glob("*.yaml")),
    *(ROOT / "tests" / folder for folder in ("data/everything.yaml", "graph/everything.yaml", "graph/recurrent.yaml")),
]


class Twice(nn.Module):
    """One weight under two keys, a counter, and a buffer that is not saved."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.first = nn.Linear(size, size)
        self.second = self.first
        self.register_buffer("count", torch.zeros((), dtype=torch.int32))
        self.register_buffer("scratch", torch.zeros(size), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x))


def of_torch(spec: lego.Spec) -> dict[str, tuple[tuple[int, ...], str]]:
    state = lego.build(spec, device="meta").state_dict()
    return {key: (tuple(one.shape), str(one.dtype).removeprefix("torch.")) for key, one in state.items()}


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_equals_the_state_of_the_module(path: Path) -> None:
    spec = lego.load(path)
    assert state_shapes(spec.graph) == of_torch(spec)


def test_dtypes_and_second_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_registered", {})
    lego.register(infer="meta")(Twice)
    nodes = "{twice: {Twice: 4}, bn: BatchNorm1d, loss: {CrossEntropyLoss: {weight: [1, 2, 3, 4]}, from: [bn, y]}}"
    inputs = "{x: [N, 4], y: {shape: [N], dtype: int64, range: [0, 4]}}"
    spec = lego.parse(f"lego: 1\ninputs: {inputs}\ngraph: {nodes}\n")
    found = state_shapes(spec.graph)
    assert found == of_torch(spec)
    assert found["twice.second.weight"] == ((4, 4), "float32") and found["twice.count"] == ((), "int32")
    assert found["bn.num_batches_tracked"] == ((), "int64") and "twice.scratch" not in found


def test_the_place_of_a_key() -> None:
    spec = lego.load(ROOT / "specs" / "resnet18.yaml")
    path, span = place_of(spec.graph, "layer2.0.bn1.running_mean")
    assert path == "layer2.0.bn1"
    assert span.source.line(span.line).strip().startswith("bn1: BatchNorm2d")
    assert place_of(spec.graph, "nowhere.weight").path == ""
