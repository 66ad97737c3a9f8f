"""What a function of torch gives, the steps that stand for it give, too: bit by bit, at several sizes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import lego

IMAGE = {"x": ["N", 6, 8, 12]}
ROWS = {"x": ["N", "T", 8]}
PAIR = {"x": ["N", 4, 6], "y": ["N", 4, 6]}
STRETCHED = {"x": ["N", 4, 6], "y": ["N", 1, 6]}
NUMBERS = {"x": {"shape": ["N", "T"], "dtype": "int64", "range": [0, 5]}}


class Of(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor, y: Tensor | None = None) -> Any:
        return self.function(x) if y is None else self.function(x, y)


def written(x: Tensor, index: Any, value: Any) -> Tensor:
    y = x.clone()
    y[index] = value
    return y


def shifted(x: Tensor) -> Tensor:
    """Channels moved in time, as Temporal Shift Modules do."""
    y = torch.zeros_like(x)
    y[:, :-1, :2] = x[:, 1:, :2]
    y[:, 1:, 2:4] = x[:, :-1, 2:4]
    y[:, :, 4:] = x[:, :, 4:]
    return y


CASES: dict[str, tuple[dict[str, Any], list[Callable[..., Any]]]] = {
    "arithmetic": (
        PAIR,
        [
            lambda x, y: x + y,
            lambda x, y: x - y,
            lambda x, y: x * y,
            lambda x, y: x / y,
            lambda x, y: torch.add(x, y, alpha=2),
            lambda x, y: x.sub(y, alpha=0.5),
            lambda x, y: torch.maximum(x, y),
            lambda x, y: torch.min(x, y),
            lambda x, y: torch.where(x > y, x, y),
            lambda x, y: torch.where(x > 0, 1.0, y),
            lambda x, y: x.masked_fill(y > 0, -1),
            lambda x, y: x.addcmul(x, y, value=3),
            lambda x, y: torch.lerp(x, y, 0.25),
            lambda x, y: torch.where(x < y, x, 0.0),
            lambda x, y: (x > y) & (y > 0) | ~(x == y),
            lambda x, y: (x != y).float(),
            lambda x, y: x.exp().add_(y).mul_(2),
        ],
    ),
    "stretched": (
        STRETCHED,
        [
            operator.add,
            operator.sub,
            operator.mul,
            operator.truediv,
            torch.maximum,
            operator.lt,
            lambda x, y: torch.where(y > 0, x, y),
            lambda x, y: y.expand_as(x),
            lambda x, y: torch.cat([x, y], 1),
            lambda x, y: x @ y.transpose(1, 2),
            lambda x, y: torch.cdist(x, y),
            lambda x, y: F.normalize(x, dim=-1) * y,
        ],
    ),
    "numbers": (
        ROWS,
        [
            lambda x: x + 1,
            lambda x: 1 - x,
            lambda x: 2 / (x.abs() + 1),
            lambda x: -x * 0.5,
            lambda x: x**2,
            lambda x: 2**x,
            lambda x: x.pow(3),
            lambda x: x.square().sqrt(),
            lambda x: (x * x + 1).rsqrt(),
            lambda x: x.clamp(-0.5, 0.5),
            lambda x: x.clamp(min=0),
            lambda x: x.clamp_max(1),
            lambda x: torch.exp(x).log(),
            lambda x: x.sin() + x.cos(),
            lambda x: x.reciprocal(),
            lambda x: x // 2,
            lambda x: torch.erf(x),
            lambda x: x.floor() + x.round(),
            lambda x: x.sign(),
            lambda x: x * torch.tensor(2.0),
            lambda x: x * torch.arange(8),
            lambda x: x * torch.linspace(0, 1, 8),
            lambda x: x > 0,
            lambda x: (x > 0).to(x.dtype),
            lambda x: x % 2,
            lambda x: x.half().float(),
            lambda x: x * torch.eye(8)[3],
        ],
    ),
    "activations": (
        ROWS,
        [
            F.relu,
            torch.relu,
            lambda x: x.relu_() * 2,
            F.relu6,
            F.gelu,
            lambda x: F.gelu(x, approximate="tanh"),
            F.silu,
            F.mish,
            F.hardswish,
            F.hardsigmoid,
            torch.sigmoid,
            torch.tanh,
            lambda x: F.leaky_relu(x, 0.2),
            lambda x: F.elu(x, 0.5),
            F.celu,
            F.selu,
            F.softplus,
            F.logsigmoid,
            lambda x: F.glu(x, -1),
            lambda x: x.softmax(-1),
            lambda x: F.log_softmax(x, 1),
            lambda x: F.dropout(x, 0.5, training=False),
            lambda x: F.hardtanh(x, -2, 2),
            lambda x: F.threshold(x, 0.1, 20),
            lambda x: torch.softmax(x, dim=2, dtype=torch.float32),
            F.tanhshrink,
            F.softsign,
            lambda x: F.dropout2d(x, 0.1, False),
        ],
    ),
    "shapes": (
        ROWS,
        [
            lambda x: x.flatten(1),
            lambda x: torch.flatten(x, 0, 1),
            lambda x: x.view(x.shape[0], -1),
            lambda x: x.reshape(-1, 8),
            lambda x: x.view(x.shape[0], x.shape[1], 2, 4),
            lambda x: x.reshape(x.size(0), -1, 4),
            lambda x: x.unflatten(-1, (2, 4)),
            lambda x: x.permute(0, 2, 1),
            lambda x: x.transpose(1, 2).contiguous(),
            lambda x: x.mT,
            lambda x: x.movedim(1, -1),
            lambda x: x.unsqueeze(1),
            lambda x: x.unsqueeze(-1).squeeze(-1),
            lambda x: x[:, None].expand(-1, 3, -1, -1),
            lambda x: x.repeat(1, 2, 1),
            lambda x: torch.tile(x, (2, 1, 1)),
            lambda x: x.unsqueeze(1).repeat(1, 3, 1, 1),
            lambda x: x.swapaxes(0, 1),
            lambda x: x.detach().clone(),
            lambda x: x.roll(1, 1),
            lambda x: torch.roll(x, (1, -1), dims=(1, 2)),
            lambda x: x.flip(1),
            lambda x: torch.flip(x, (1, 2)),
            lambda x: x.repeat_interleave(2, dim=1),
            lambda x: x.tril(),
            lambda x: x.triu(1),
        ],
    ),
    "images": (
        IMAGE,
        [
            lambda x: x.view(x.shape[0], 2, 3, 8, 12).transpose(1, 2).flatten(1, 2),
            lambda x: x.flatten(2).transpose(1, 2),
            lambda x: x.view(x.shape[0], 6, 2, 4, 3, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, 6),
            lambda x: F.pad(x, (1, 2, 0, 3)),
            lambda x: F.pad(x, (1, 1, 2, 0), mode="reflect"),
            lambda x: F.pad(x, (1, 1, 1, 1), value=2.0),
            lambda x: F.max_pool2d(x, 2),
            lambda x: F.max_pool2d(x, 3, stride=2, padding=1),
            lambda x: F.avg_pool2d(x, (2, 3)),
            lambda x: F.adaptive_avg_pool2d(x, 1),
            lambda x: F.adaptive_avg_pool2d(x, (2, 3)),
            lambda x: F.interpolate(x, scale_factor=2),
            lambda x: F.adaptive_max_pool2d(x, 2),
            lambda x: F.interpolate(x, size=(4, 4), mode="bilinear", align_corners=False),
            lambda x: F.pixel_shuffle(x[:, :4], 2),
            lambda x: F.interpolate(x, scale_factor=0.5, mode="bicubic", align_corners=True),
            lambda x: F.pixel_unshuffle(x, 2),
            lambda x: F.unfold(x, 3, padding=1),
            lambda x: F.channel_shuffle(x, 3),
            lambda x: x.mean((2, 3)),
            lambda x: x.mean([2, 3], keepdim=True),
            lambda x: F.lp_pool2d(x.abs(), 2, 2),
            lambda x: x.amax((2, 3)),
            lambda x: x.squeeze(),
            lambda x: x.mean(1, keepdim=True).squeeze(1),
            lambda x: F.group_norm(x, 2),
            lambda x: F.instance_norm(x),
            lambda x: F.layer_norm(x, (8, 12)),
            lambda x: F.local_response_norm(x, 3),
        ],
    ),
    "positions": (
        IMAGE,
        [
            lambda x: x[:, 0],
            lambda x: x[:, -1],
            lambda x: x[:, 1:3],
            lambda x: x[:, ::2],
            lambda x: x[..., 1:],
            lambda x: x[:, :, None, 2],
            lambda x: x[:, [0, 2, 1]],
            lambda x: x[:, :, ::2, 1::2],
            lambda x: x[..., -1, :],
            lambda x: x[:, 1:-1],
            lambda x: x.select(1, 2),
            lambda x: x.narrow(1, 1, 2),
            lambda x: x[:, torch.tensor([0, 1])],
            lambda x: x.index_select(1, torch.tensor([2, 0])),
            lambda x: x[:, :, torch.tensor([[0, 1], [2, 3]])],
            lambda x: written(x, (slice(None), 0), 0),
            lambda x: written(x, (slice(None), slice(1, 3)), x[:, :2] * 2),
            lambda x: written(x, (Ellipsis, -1), 1.0),
            lambda x: x[None, :, 0],
        ],
    ),
    "parts": (
        IMAGE,
        [
            lambda x: x.chunk(3, 1),
            lambda x: x.split(2, dim=1),
            lambda x: x.split([1, 2, 3], 1)[1],
            lambda x: x.unbind(1)[2],
            lambda x: torch.stack(x.unbind(1), 1),
            lambda x: torch.cat(x.tensor_split(4, 1)[:2], 1),
            lambda x: torch.cat([x, x[:, :0]], 1),
            lambda x: torch.stack([x, x], -1),
            lambda x: torch.cat((x, x * 2), dim=-1),
            lambda x: x.split(6, 1)[0],
        ],
    ),
    "reductions": (
        ROWS,
        [
            lambda x: x.mean(-1),
            lambda x: x.sum(1, keepdim=True),
            lambda x: x.max(-1),
            lambda x: x.max(-1).indices,
            lambda x: x.min(2)[0],
            lambda x: x.argmax(-1),
            lambda x: x.argmin(-1),
            lambda x: x.norm(dim=-1),
            lambda x: x.std(-1),
            lambda x: x.var(-1, unbiased=False),
            lambda x: torch.var_mean(x, -1, keepdim=True),
            lambda x: x.prod(-1),
            lambda x: x.cumsum(1),
            lambda x: x.logsumexp(-1),
            lambda x: x.topk(3),
            lambda x: x.amin(-1, keepdim=True),
            lambda x: torch.linalg.norm(x, dim=-1),
            lambda x: (x > 0).any(-1),
            lambda x: (x > 0).all(1),
            lambda x: x.sum(),
            lambda x: x.mean(),
            lambda x: x.std(dim=(1, 2), keepdim=True),
        ],
    ),
    "products": (
        PAIR,
        [
            lambda x, y: x @ y.mT,
            lambda x, y: torch.bmm(x, y.transpose(1, 2)),
            lambda x, y: torch.einsum("b i d, b j d -> b i j", x, y),
            lambda x, y: torch.baddbmm(x @ y.mT, x, y.mT, alpha=0.5),
            lambda x, y: F.scaled_dot_product_attention(x, y, y),
            lambda x, y: F.scaled_dot_product_attention(x, y, x, is_causal=True, scale=0.1),
            lambda x, y: F.cosine_similarity(x, y, dim=-1),
            lambda x, y: F.linear(x, y[0]),
            lambda x, y: F.pairwise_distance(x, y),
        ],
    ),
    "sizes": (
        ROWS,
        [
            lambda x: x + torch.arange(x.shape[1]).unsqueeze(-1),
            lambda x: x + torch.arange(2, x.shape[1] + 2)[:, None],
            lambda x: x.masked_fill(torch.ones(x.shape[1], x.shape[1]).triu(1).bool()[:, :1], 0),
            lambda x: x * torch.ones(x.shape[0], 1, 1),
            lambda x: (
                (x @ x.mT)
                .masked_fill(torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1), float("-inf"))
                .softmax(-1)
            ),
            lambda x: x @ x.mT + torch.full((x.shape[1], x.shape[1]), float("-inf")).triu(1),
            shifted,
            lambda x: x[:, : x.shape[1] // 2],
            lambda x: torch.zeros(x.shape[0], 1, 8),
            lambda x: torch.cat([x.new_zeros(x.shape[0], 1, 8), x], 1),
            lambda x: x.reshape(x.shape[1], x.shape[0], 8),
        ],
    ),
    "integers": (
        NUMBERS,
        [
            lambda x: F.one_hot(x, 5),
            lambda x: F.one_hot(x, 5).float(),
            lambda x: (x > 2).long(),
            lambda x: x + 0.5,
            lambda x: x.float() / 2,
            lambda x: x * 2 + 1,
            lambda x: x.double().float(),
            lambda x: x == 0,
            lambda x: x // 2,
            lambda x: x / 2,
        ],
    ),
}


def drawn(given: Any, sizes: dict[str, int]) -> Tensor:
    shape = [sizes.get(size, size) for size in (given["shape"] if isinstance(given, dict) else given)]
    return torch.randint(*given["range"], shape) if isinstance(given, dict) else torch.randn(shape)


def tensors(value: Any) -> list[Tensor]:
    return [value] if isinstance(value, Tensor) else [one for part in value for one in tensors(part)]


@pytest.mark.parametrize(
    ("inputs", "function"),
    [
        pytest.param(inputs, function, id=f"{name}-{index}")
        for name, (inputs, functions) in CASES.items()
        for index, function in enumerate(functions)
    ],
)
def test_steps_give_what_the_function_gives(inputs, function):
    torch.manual_seed(0)
    spec = lego.from_torch(Of(function).eval(), name="Net", **inputs)
    built = lego.build(spec).eval()
    for sizes in ({"N": 2, "T": 5}, {"N": 3, "T": 7}):
        given = [drawn(one, sizes) for one in inputs.values()]
        wanted = function(*(one.clone() for one in given))
        for found, expected in zip(tensors(built(*given)), tensors(wanted), strict=True):
            assert found.dtype == expected.dtype
            torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6, equal_nan=True)
