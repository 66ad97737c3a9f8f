"""Layer-sequential unit variance (Mishkin and Matas 2016, All you need is a good init).

Weights that start with `lsuv` are orthogonal in the built module. Here a batch goes through it once, and each of these
layers, in its turn, is scaled until the variance of its output is 1; the next one then reads what it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from lego.graph import Graph, started_on_data
from lego.train.data import Samples


class Scaled(NamedTuple):
    """What was done to a layer.

    Attributes:
        path: Its path.
        before: The variance of its output at first.
        after: That variance in the end.
        rounds: How often its weight was scaled.
    """

    path: str
    before: float
    after: float
    rounds: int


def apply_lsuv(
    module: nn.Module, graph: Graph, batch: Mapping[str, Tensor], *, tolerance: float = 0.01, most_rounds: int = 10
) -> tuple[Scaled, ...]:
    """Scale the `lsuv` weights of a built module, so that their layers' outputs have a variance of 1 on a batch.

    It is done to Linear, Bilinear and convolutions, at their first run, each weight once, however many layers share
    it; other layers keep their orthogonal start. A layer whose output does not vary, or is not finite, is left as it
    is. The module runs in evaluation mode: nothing is dropped, and norms learn nothing of the batch.

    Args:
        module: What `build` gave; its weights are changed.
        graph: Its graph.
        batch: Inputs by name, with some tens of samples or more.
        tolerance: How far the variance may be from 1.
        most_rounds: How often a weight is scaled at most; where the bias is zero, once will do.

    Returns:
        What was done, in the order of execution.
    """
    paths = {module.get_submodule(path): path for path in started_on_data(graph)}
    scaling = _Scaling(paths, tolerance, most_rounds)
    with ExitStack() as stack:
        stack.enter_context(_evaluating(module))
        stack.enter_context(torch.no_grad())
        for layer in paths:
            stack.callback(layer.register_forward_hook(scaling).remove)
        if paths:
            module(*[batch[name] for name in graph.inputs])
    return tuple(scaling.done)


def start_on_data(module: nn.Module, graph: Graph, samples: Samples, *, seed: int = 0) -> tuple[Scaled, ...]:
    """What `apply_lsuv` does, on samples that are drawn: with the same seed the same; none are read without `lsuv`."""
    if not started_on_data(graph):
        return ()
    drawn = torch.randperm(len(samples), generator=torch.Generator().manual_seed(seed))[:_DRAWN]
    inputs, _ = samples[drawn]
    return apply_lsuv(module, graph, inputs)


_DRAWN = 256
"""Samples are enough to know the variance of a layer."""


class _Scaling:
    """A forward hook that scales the weight of its layer, and gives what the layer then computes."""

    def __init__(self, paths: Mapping[nn.Module, str], tolerance: float, most_rounds: int) -> None:
        self.paths = paths
        self.tolerance = tolerance
        self.most_rounds = most_rounds
        self.done: list[Scaled] = []
        self.seen: set[int] = set()

    def __call__(self, layer: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> Tensor:
        weight = layer.get_parameter("weight")
        if id(weight) in self.seen:
            return output
        self.seen.add(id(weight))
        before = variance = _variance(output)
        rounds = 0
        forward: Callable[..., Tensor] = layer.forward
        while abs(variance - 1) > self.tolerance and rounds < self.most_rounds and 0 < variance < float("inf"):
            weight.div_(variance**0.5)
            output = forward(*inputs)
            variance = _variance(output)
            rounds += 1
        self.done.append(Scaled(self.paths[layer], before, variance, rounds))
        return output


def _variance(output: Tensor) -> float:
    return output.double().var(correction=0).item()


@contextmanager
def _evaluating(module: nn.Module) -> Generator[None]:
    """In evaluation mode; each part is in its own again afterwards."""
    training = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, was in training.items():
            part.training = was
