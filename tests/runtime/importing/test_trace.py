"""What a trace holds: the calls of a forward pass, the modules around them, and the sizes as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import einops
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations
from torch.utils.checkpoint import checkpoint

from lego.diagnostics import SpecError
from lego.runtime.importing.calls import Call, Data, Trace, Value, Weight
from lego.runtime.importing.tracing.inputs import InputLike
from lego.runtime.importing.tracing.trace import trace
from tests.vision import torchvision


def traced(forward: Any, **inputs: InputLike) -> Trace:
    """The trace of a module that does this alone."""

    class Lone(nn.Module):
        def forward(self, *args: Any) -> Any:
            return forward(*args)

    return trace(Lone(), inputs)


def names(trace: Trace) -> list[str]:
    return [call.path or getattr(call.target, "__name__", "") for call in trace.calls]


def shape(value: Any) -> str:
    assert isinstance(value, Value)
    return str(value.type)


def only(trace: Trace, name: str) -> Call:
    [call] = [call for call in trace.calls if (call.path or getattr(call.target, "__name__", "")) == name]
    return call


# -- modules -----------------------------------------------------------------------------------------------------------


def test_a_resnet_has_its_modules_as_calls_inside_the_frames_of_the_others() -> None:
    model = torchvision.models.resnet18()
    found = trace(model, {"image": ["N", 3, 224, 224]})
    assert names(found)[:9] == [
        *("conv1", "bn1", "relu", "maxpool", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu", "layer1.0.conv2"),
        "layer1.0.bn2",
    ]
    assert {frame.path for frame in found.frames} >= {"", "layer1", "layer1.0", "layer2.0.downsample"}
    assert shape(found.output) == "[N, 1000]"
    assert only(found, "layer4.1.bn2").frame.path == "layer4.1"
    assert not found.unread


def test_a_place_is_that_in_the_users_python() -> None:
    found = traced(lambda x: F.relu(x), x=["N", 4])
    [call] = found.calls
    assert call.span.source.name.endswith("test_trace.py")
    line = call.span.source.line(call.span.line)
    assert line[call.span.column - 1 :][: call.span.length] == "F.relu(x)"


def test_each_call_of_a_module_is_a_frame_of_its_own() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(nn.Linear(4, 4))
            self.alias = self.body

        def forward(self, x: Tensor) -> Tensor:
            return self.alias(self.body(x))

    found = trace(Twice(), {"x": ["N", 4]})
    assert [frame.path for frame in found.frames] == ["", "body", "body"]
    assert found.frames[2].inputs["input"] is found.frames[1].output


class Pair(NamedTuple):
    left: Tensor
    right: Tensor


@dataclass
class Batch:
    tokens: Tensor
    others: list[Tensor]


class Structured(nn.Module):
    def forward(self, batch: Batch, *, extra: Mapping[str, Tensor]) -> Pair:
        return Pair(batch.tokens + batch.others[1], extra["more"] * 2)


def test_frames_name_the_tensors_in_what_a_module_is_given() -> None:
    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Structured()

        def forward(self, x: Tensor, y: Tensor) -> dict[str, Any]:
            pair = self.inner(Batch(x, [x, y]), extra={"more": y})
            return {"pair": pair, "first": [pair.left]}

    found = trace(Outer(), {"x": ["N", 4], "y": ["N", 4]})
    inner = found.frames[1]
    assert list(inner.inputs) == ["batch_tokens", "batch_others_0", "batch_others_1", "extra_more"]
    assert inner.inputs["batch_others_1"] is found.inputs["y"]
    assert isinstance(inner.output, Pair)
    assert found.output["first"][0] is inner.output.left


class Shifted(nn.Conv2d):
    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input) + 1


class Padded(nn.Conv2d):
    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        return super()._conv_forward(F.pad(input, (1, 1)), weight, bias)


class Wider(nn.Conv2d):
    def __init__(self, channels: int) -> None:
        super().__init__(channels, 2 * channels, 1)


def hooked() -> nn.Module:
    module = nn.Conv2d(4, 4, 1)
    module.register_forward_hook(lambda module, args, output: output * 2)
    return module


@pytest.mark.parametrize(
    ("module", "calls"),
    [
        (Wider(4), ["0"]),
        (Shifted(4, 4, 1), ["conv2d", "add"]),
        (Padded(4, 4, 1), ["pad", "conv2d"]),
        (hooked(), ["conv2d", "mul"]),
    ],
)
def test_a_module_that_does_anything_else_than_its_layer_is_followed_inside(
    module: nn.Module, calls: list[str]
) -> None:
    assert names(trace(nn.Sequential(module), {"x": ["N", 4, 8, 8]})) == calls


def test_parametrized_weights_are_computed() -> None:
    model = nn.Sequential(parametrizations.weight_norm(nn.Linear(4, 4)))
    found = trace(model, {"x": ["N", 4]})
    assert names(found)[-1] == "linear"
    assert {one.path for call in found.calls for one in call.arguments if isinstance(one, Weight)} == {
        "0.parametrizations.weight.original0",
        "0.parametrizations.weight.original1",
        "0.bias",
    }


def test_recurrent_layers_and_attention_are_calls() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(8, 16, batch_first=True)
            self.attention = nn.MultiheadAttention(16, 2, batch_first=True)

        def forward(self, x: Tensor) -> Tensor:
            states, (last, _) = self.lstm(x)
            return self.attention(states, states, states, need_weights=False)[0] + last.transpose(0, 1)

    found = trace(Model(), {"x": ["N", "T", 8]})
    assert names(found) == ["lstm", "attention", "transpose", "add"]
    assert shape(found.output) == "[N, T, 16]"


# -- tensors -----------------------------------------------------------------------------------------------------------


def test_a_function_in_place_gives_a_new_value_for_the_same_tensor() -> None:
    def forward(x: Tensor) -> Tensor:
        y = x * 2
        F.relu(y, inplace=True)
        y[:, 0] = 1
        return y + x

    found = traced(forward, x=["N", 4])
    double, relu, written, total = found.calls
    assert relu.arguments[0] is double.result
    assert written.arguments[0] is relu.result
    assert total.arguments == (written.result, found.inputs["x"])


def test_what_is_written_into_a_part_is_in_the_whole() -> None:
    def forward(x: Tensor) -> Tensor:
        y = x.clone()
        y[:, 1:3].mul_(2)
        return y + 1

    found = traced(forward, x=["N", 4])
    assert names(found) == ["clone", "__getitem__", "mul_", "__setitem__", "add"]
    clone, _, double, put, total = found.calls
    assert put.arguments == (clone.result, (slice(None), slice(1, 3)), double.result)
    assert total.arguments[0] is put.result


def test_what_is_written_into_the_whole_is_in_a_part() -> None:
    def forward(x: Tensor) -> Tensor:
        y = x.clone()
        part = y[:, 1]
        y.mul_(2)
        return part + 1

    found = traced(forward, x=["N", 4])
    assert names(found) == ["clone", "__getitem__", "mul_", "__getitem__", "add"]
    assert found.calls[3].arguments[0] is found.calls[2].result


def test_parts_that_share_nothing_do_not_touch_each_other() -> None:
    def forward(x: Tensor) -> Tensor:
        left, right = x.clone().chunk(2, 1)
        left.mul_(2)
        return right + 1

    assert names(traced(forward, x=["N", 4])) == ["clone", "chunk", "mul_", "add"]


def test_writing_through_a_view_that_is_no_part_is_an_error() -> None:
    def forward(x: Tensor) -> Tensor:
        y = x.clone()
        y.t().mul_(2)
        return y + 1

    with pytest.raises(SpecError, match="changed through another tensor") as error:
        traced(forward, x=["N", 4])
    assert error.value.diagnostics[0].span.source.line(error.value.diagnostics[0].line).strip() == "return y + 1"


def test_what_comes_out_as_it_went_in_has_an_identity_of_its_own() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dropout = nn.Dropout(0.5)

        def forward(self, x: Tensor) -> Tensor:
            return x + self.dropout(x)

    found = trace(Model(), {"x": ["N", 4]})
    assert found.calls[1].arguments == (found.inputs["x"], found.calls[0].result)


def test_weights_and_data_are_told_apart() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(4))
            self.register_buffer("mean", torch.zeros(4))
            self.register_buffer("table", torch.arange(4.0), persistent=False)
            self.offset = torch.tensor([1.0, 2.0, 3.0, 4.0])

        def forward(self, x: Tensor) -> Tensor:
            mask = torch.ones(4, device=x.device).cumsum(0)
            mask[0] = 5
            return (x - self.mean) * self.scale + self.table + self.offset + mask

    model = Model()
    found = trace(model, {"x": ["N", 4]})
    assert names(found) == ["sub", "mul", "add", "add", "add"]
    mean, scale, table, offset, mask = (call.arguments[1] for call in found.calls)
    assert [(one.path, one.kind) for one in (mean, scale, table)] == [
        ("mean", "buffer"),
        ("scale", "parameter"),
        ("table", "constant"),
    ]
    assert scale.tensor is model.scale
    assert isinstance(offset, Data)
    assert mask.tensor.tolist() == [5, 2, 3, 4]


def test_data_whose_size_is_a_symbol_is_computed() -> None:
    def forward(x: Tensor) -> Tensor:
        positions = torch.arange(x.shape[1], device=x.device)
        torch.arange(7)
        return x + positions[None, :, None]

    found = traced(forward, x=["N", "T", 4])
    assert names(found) == ["arange", "__getitem__", "add"]
    assert str(found.calls[0].arguments) == "(T,)"
    assert shape(found.calls[0].result) == "[T] int64"


def test_writing_what_is_computed_into_data() -> None:
    def forward(x: Tensor) -> Tensor:
        out = torch.zeros(4, 4)
        out[0] = x.mean(0)
        return out + x.new_ones(4)

    found = traced(forward, x=["N", 4])
    assert names(found) == ["mean", "__setitem__", "add"]
    assert isinstance(found.calls[1].arguments[0], Data)
    assert isinstance(found.calls[2].arguments[1], Data)


def test_what_gets_in_the_way_of_other_tracers() -> None:
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.save_for_backward(x)
            return x * x

    def forward(x: Tensor) -> Tensor:
        torch._assert(x.shape[1] == 4, "four")
        torch._assert((x >= 0).all(), "positive")
        with torch.no_grad(), torch.autocast("cpu", enabled=False):
            x = checkpoint(torch.exp, x, use_reentrant=False)
            x = checkpoint(torch.exp, x, use_reentrant=True)
        for row in x.unbind(1):
            x = x + row[:, None]
        return einops.rearrange(Square.apply(x), "n (a b) -> n a b", a=2)

    assert shape(traced(forward, x=["N", 4]).output) == "[N, 2, 2]"


# -- sizes -------------------------------------------------------------------------------------------------------------


def test_sizes_are_formulas_of_the_symbols() -> None:
    def forward(x: Tensor) -> Tensor:
        x = F.max_pool2d(x, 3, 2, 1)
        n, c, h, w = x.shape
        return x.view(n, c, h * w).transpose(1, 2).reshape(n * h * w, c)

    found = traced(forward, x=["N", 3, "H", "W"])
    assert shape(found.calls[0].result) == "[N, 3, (H + 1)//2, (W + 1)//2]"
    assert str(only(found, "view").arguments[3]) == "((H + 1)//2)*((W + 1)//2)"
    assert shape(found.output) == "[N*((H + 1)//2)*((W + 1)//2), 3]"


def test_multiples_of_symbols() -> None:
    found = trace(torchvision.models.resnet18().layer2, {"x": ["N", 64, "32*h", "32*w"]})
    assert shape(found.output) == "[N, 128, 16*h, 16*w]"


def test_the_long_form() -> None:
    tokens = {"shape": ["N", "T"], "dtype": "int64", "range": [0, 10]}
    found = trace(nn.Sequential(nn.Embedding(10, 4)), {"tokens": tokens})
    assert found.inputs["tokens"].type.range == (0, 10)
    assert shape(found.output) == "[N, T, 4]"


@pytest.mark.parametrize(
    ("model", "example", "expected"),
    [
        (nn.Sequential(nn.Conv2d(3, 4, 3)), torch.zeros(1, 3, 32, 32), "[N, 4, H - 2, W - 2]"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(3600, 2)), torch.zeros(1, 3, 32, 32), "[N, 2]"),
        (nn.Sequential(nn.Embedding(10, 4)), torch.zeros(2, 7, dtype=torch.int64), "[N, T, 4]"),
        (nn.Sequential(nn.Linear(7, 4)), torch.zeros(2, 7), "[N, 4]"),
        (nn.Sequential(nn.Linear(7, 4)), torch.zeros(2, 5, 7), "[N, T, 4]"),
    ],
)
def test_sizes_of_examples_are_symbols_where_the_model_takes_others(
    model: nn.Module, example: Tensor, expected: str
) -> None:
    assert shape(trace(model, {"x": example}).output) == expected


def test_another_floating_dtype_is_that_of_documents() -> None:
    model = nn.Sequential(nn.Linear(4, 4)).to(torch.bfloat16)
    found = trace(model, {"x": ["N", 4]})
    assert shape(found.output) == "[N, 4]"
    assert next(model.parameters()).dtype == torch.bfloat16


# -- training ----------------------------------------------------------------------------------------------------------


class Auxiliary(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
        self.aux = nn.Sequential(nn.Linear(8, 8), nn.Dropout(), nn.Linear(8, 2))
        self.head = nn.Linear(8, 2)
        self.forgotten = nn.Linear(1, 1)

    def forward(self, x: Tensor) -> Any:
        x = self.stem(x)
        extra = self.aux(x) if self.training else None
        return (self.head(x), extra) if self.training else self.head(x)


def test_what_training_alone_reaches_is_grafted() -> None:
    found = trace(Auxiliary().eval(), {"x": ["N", 4]})
    assert names(found) == ["stem.0", "stem.1", "aux.0", "aux.1", "aux.2", "head"]
    assert found.calls[2].arguments[0] is found.calls[1].result
    assert found.calls[2].frame.path == "aux"
    assert found.calls[2].frame.parent is found.frames[0]
    assert shape(found.output) == "[N, 2]"
    assert list(found.unread) == ["forgotten.weight", "forgotten.bias"]


# -- the model afterwards ----------------------------------------------------------------------------------------------


class Caching(Auxiliary):
    def __init__(self, fails: bool) -> None:
        super().__init__()
        self.fails = fails
        self.cache: dict[str, Tensor] = {}

    def forward(self, x: Tensor) -> Any:
        self.cache["x"] = x * self.head.weight.sum()
        self.seen = x
        if self.fails:
            raise ValueError("on purpose")
        return super().forward(x)


@pytest.mark.parametrize("fails", [False, True])
def test_the_model_is_as_it_was(fails: bool) -> None:
    model = Caching(fails)
    model.aux.eval()
    before = {key: (id(value), value.clone()) for key, value in model.state_dict(keep_vars=True).items()}
    modes = [module.training for module in model.modules()]
    random = torch.get_rng_state()
    call = nn.Module.__call__
    try:
        trace(model, {"x": ["N", 4]})
    except SpecError as error:
        assert fails
        [diagnostic] = error.diagnostics
        assert diagnostic.notes[-1].text == "on purpose"
        assert diagnostic.span.source.line(diagnostic.line).strip() == 'raise ValueError("on purpose")'
    assert [module.training for module in model.modules()] == modes
    assert not model.cache and not hasattr(model, "seen")
    assert nn.Module.__call__ is call
    assert torch.equal(torch.get_rng_state(), random)
    for key, value in model.state_dict(keep_vars=True).items():
        assert before[key][0] == id(value) and torch.equal(before[key][1], value)


def test_data_is_written_into_through_any_view() -> None:
    def forward(x: Tensor) -> Tensor:
        table = torch.zeros(4)
        left, _ = table.chunk(2)
        left.fill_(1)
        return x + table

    [call] = traced(forward, x=["N", 4]).calls
    assert call.arguments[1].tensor.tolist() == [1, 1, 0, 0]


def test_a_view_of_data_that_is_computed_has_left_it() -> None:
    def forward(x: Tensor) -> Tensor:
        table = torch.zeros(4, 4)
        table[0].copy_(x.mean(0))
        return x + table[1]

    with pytest.raises(SpecError, match="changed through another tensor"):
        traced(forward, x=["N", 4])


def test_modules_made_in_passing_and_masks_that_are_data() -> None:
    def forward(x: Tensor) -> Tensor:
        return nn.ReLU()(x)[:, torch.tensor([True, False, True, True])].to("cuda")

    found = traced(forward, x=["N", 4])
    assert [call.path for call in found.calls] == ["", "", ""]
    assert isinstance(found.calls[0].target, nn.ReLU)
    assert shape(found.output) == "[N, 3]"
