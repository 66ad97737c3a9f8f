"""gates_hard: x [T, N, 5] -> lstm [T, N, 8]

An LSTM gate by gate, with eight Linears.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch._higher_order_ops import scan
from torch import nn


Tensors = tuple[torch.Tensor, ...]


def loop_steps(
    step: Callable[..., tuple[Tensors, Tensors]], states: Tensors, sequences: Tensors, reverse: bool = False
) -> tuple[Tensors, Tensors]:
    """Runs `step(states, inputs) -> (states, outputs)` along dim 0 of the sequences: last states, all outputs."""
    steps = list(zip(*(sequence.unbind() for sequence in sequences)))
    collected = []
    for inputs in reversed(steps) if reverse else steps:
        states, outputs = step(states, inputs)
        collected.append(outputs)
    if reverse:
        collected.reverse()
    return states, tuple(torch.stack(output) for output in zip(*collected))


def scan_steps(
    step: Callable[..., tuple[Tensors, Tensors]], states: Tensors, sequences: Tensors, reverse: bool = False
) -> tuple[Tensors, Tensors]:
    """The same as one operator, for torch.compile and torch.export: a loop would be unrolled."""

    def alone(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:  # none may be the memory of another
        states, outputs = step(states, inputs)
        return tuple(state.clone() for state in states), tuple(output.clone() for output in outputs)

    return scan(alone, tuple(state.clone() for state in states), sequences, reverse=reverse)


def join_weights(*weights: torch.Tensor) -> torch.Tensor:
    """The weights of several layers as those of one."""
    if torch.compiler.is_compiling():
        return torch.cat(weights)
    try:
        return torch.cat(weights)
    except (NotImplementedError, RuntimeError) as error:
        raise TypeError("quantised weights cannot be joined: build the module with lowering='loop'") from error


class GatesHardLstmInitial(nn.Module):
    """nothing -> [1, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.c = nn.Parameter(torch.zeros((1, 8)))

    def forward(self) -> tuple[torch.Tensor, ...]:
        return self.c,


class GatesHardLstmCell(nn.Module):
    """All steps; of one: [N, 5], [N, 8], [N, 8] -> [N, 8], [N, 8], [N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.xi = nn.Linear(5, 8)
        self.hi = nn.Linear(8, 8)
        self.i = nn.Sigmoid()
        self.xf = nn.Linear(5, 8)
        self.hf = nn.Linear(8, 8)
        self.f = nn.Sigmoid()
        self.xg = nn.Linear(5, 8)
        self.hg = nn.Linear(8, 8)
        self.g = nn.Tanh()
        self.xo = nn.Linear(5, 8)
        self.ho = nn.Linear(8, 8)
        self.o = nn.Hardsigmoid()
        self.t = nn.Tanh()

    def forward(self, x: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, ...]:
        weight = join_weights(self.xi.weight, self.xf.weight, self.xg.weight, self.xo.weight)
        bias = join_weights(self.xi.bias, self.xf.bias, self.xg.bias, self.xo.bias)
        y = F.linear(x, weight, bias)
        weight_2 = join_weights(self.hi.weight, self.hf.weight, self.hg.weight, self.ho.weight)
        bias_2 = join_weights(self.hi.bias, self.hf.bias, self.hg.bias, self.ho.bias)
        run = scan_steps if torch.compiler.is_compiling() else loop_steps

        def step(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
            h, c = states
            (y_t,) = inputs
            si, sf, sg, so = (y_t + F.linear(h, weight_2, bias_2)).split([8, 8, 8, 8], -1)
            i = self.i(si)
            f = self.f(sf)
            g = self.g(sg)
            o = self.o(so)
            keep = f * c
            new = i * g
            c_new = keep + new
            t = self.t(c_new)
            h_new = o * t
            return (h_new, c_new), (h_new,)

        (h, c), (h_new,) = run(step, (x.new_zeros(x.shape[1], 8), c), (y,))
        return h_new, h, c


class GatesHardLstm(nn.Module):
    """[T, N, 5] -> [T, N, 8], [N, 8], [N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.initial = GatesHardLstmInitial()
        self.cell = GatesHardLstmCell()

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        y = self.initial()[0]
        y = y.expand(x.shape[1], 8)
        return self.cell(x, y)


class GatesHard(nn.Module):
    """[T, N, 5] -> [T, N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = GatesHardLstm()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x, _, _ = self.lstm(x)
        return x
