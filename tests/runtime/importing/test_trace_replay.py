"""The calls of a trace, made again with numbers, give what the model gives."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lego.runtime.importing.calls import Data, Trace, Value, Weight
from lego.runtime.importing.tracing.inputs import InputLike
from lego.runtime.importing.tracing.structure import leaves, mapped
from lego.runtime.importing.tracing.trace import trace
from lego.shapes import Dim, evaluate
from tests.vision import torchvision

QUICK = ("squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x0_5")
SLOW = frozenset(torchvision.models.list_models(torchvision.models)) - {*QUICK}


def replayed(trace: Trace, sizes: dict[str, int], inputs: dict[str, Tensor]) -> Any:
    """What the calls give; every value stays what it is, whatever is written into its copy."""
    values = {trace.inputs[name]: tensor for name, tensor in inputs.items()}

    def number(leaf: Any) -> Any:
        if isinstance(leaf, Weight | Data):
            return leaf.tensor.clone()
        if isinstance(leaf, Value):
            return values[leaf].clone()
        return evaluate(leaf, sizes) if isinstance(leaf, Dim) else leaf

    for call in trace.calls:
        arguments, keywords = mapped((call.arguments, dict(call.keywords)), number)
        result = call.target(*arguments, **keywords)
        tensors = [one for one in leaves(arguments[0] if result is None else result) if isinstance(one, Tensor)]
        found = [one for one in leaves(call.result) if isinstance(one, Value)]
        for value, tensor in zip(found, tensors, strict=True):
            assert [evaluate(size, sizes) for size in value.type.shape] == list(tensor.shape)
            assert value.type.dtype == str(tensor.dtype).removeprefix("torch.")
            values[value] = tensor
    return mapped(trace.output, number)


def check(model: nn.Module, shape: InputLike, sizes: dict[str, int], **inputs: Tensor) -> None:
    model.eval()
    found = trace(model, dict.fromkeys(inputs, shape))
    with torch.no_grad():
        torch.testing.assert_close(replayed(found, sizes, inputs), model(*inputs.values()), rtol=0, atol=0)


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.nightly) for name in sorted(SLOW))])
def test_models_of_torchvision(name: str) -> None:
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    size = 64 if name in QUICK else 224
    size = 299 if name == "inception_v3" else size
    model = torchvision.models.get_model(name, weights=None, **options)
    check(model, ["N", 3, size, size], {"N": 4}, x=torch.rand(4, 3, size, size))


def test_a_model_of_any_height_and_width() -> None:
    model = torchvision.models.mobilenet_v3_small()
    check(model, ["N", 3, "H", "W"], {"N": 1, "H": 77, "W": 45}, x=torch.rand(1, 3, 77, 45))


class Writes(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        total = torch.zeros(x.shape[0], 3, x.shape[1])
        total[:, 0] = x.cumsum(1)
        part = total[:, 1:]
        part[:, 0].add_(2)
        part[:, 1, ::2] = 7
        F.relu(part, inplace=True)
        left, right = total.clone().chunk(2, 2)
        left.mul_(3)
        rows = torch.arange(x.shape[1], device=x.device).float()
        rows[1:] += 2
        return left.amax(2, keepdim=True) * right.amin() + total.clamp_(max=5) * rows


def test_a_model_that_writes_into_its_tensors() -> None:
    check(Writes(), ["N", "2*t"], {"N": 2, "t": 3}, x=torch.randn(2, 6))
