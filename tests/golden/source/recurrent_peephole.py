"""peephole: x [N, T, 5] -> lstm [N, T, 3]

A peephole LSTM, all gates in one Linear; the gates see c as well, each feature of it by itself.
"""

from collections.abc import Callable

import torch
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


class PeepholeLstmCell(nn.Module):
    """All steps; of one: [N, 5], [N, 8], [N, 8] -> [N, 3], [N, 8], [N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.wx = nn.Linear(5, 32)
        self.wh = nn.Linear(8, 32, bias=False)
        self.peep_i = nn.Parameter(torch.zeros((8,)))
        self.i = nn.Sigmoid()
        self.f = nn.Sigmoid()
        self.g = nn.Tanh()
        self.o = nn.Sigmoid()
        self.t = nn.Tanh()
        self.y = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = x.transpose(0, 1)
        y = self.wx(x)
        run = scan_steps if torch.compiler.is_compiling() else loop_steps

        def step(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
            h, c = states
            (y_t,) = inputs
            wh = self.wh(h)
            gates = y_t + wh
            parts_0, parts_1, parts_2, parts_3 = gates.chunk(4, dim=-1)
            seen_i = c * self.peep_i
            sum_i = parts_0 + seen_i
            i = self.i(sum_i)
            f = self.f(parts_1)
            g = self.g(parts_2)
            o = self.o(parts_3)
            keep = f * c
            new = i * g
            c_new = keep + new
            t = self.t(c_new)
            h_new = o * t
            return (h_new, c_new), (h_new,)

        (h, c), (h_new,) = run(step, (x.new_zeros(x.shape[1], 8), x.new_zeros(x.shape[1], 8)), (y,))
        y_2 = self.y(h_new)
        return y_2.transpose(0, 1), h, c


class PeepholeLstm(nn.Module):
    """[N, T, 5] -> [N, T, 3], [N, 8], [N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.cell = PeepholeLstmCell()

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.cell(x)


class Peephole(nn.Module):
    """[N, T, 5] -> [N, T, 3]"""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = PeepholeLstm()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x, _, _ = self.lstm(x)
        return x
