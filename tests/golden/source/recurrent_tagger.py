"""tagger: x [N, T, 5], lengths [N] int64 -> tags [N, T, 4]

A minimal gated unit in both directions over padded rows.
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

    if torch.is_grad_enabled() and torch.compiler.is_compiling() and not torch.compiler.is_exporting():
        # Inductor lets the gradients of several scans share memory, and they come out wrong.
        return loop_steps(step, states, sequences, reverse)

    def alone(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:  # none may be the memory of another
        states, outputs = step(states, inputs)
        return tuple(state.clone() for state in states), tuple(output.clone() for output in outputs)

    return scan(alone, tuple(state.clone() for state in states), sequences, reverse=reverse)


def keep_states(step: Callable[..., tuple[Tensors, Tensors]]) -> Callable[..., tuple[Tensors, Tensors]]:
    """The step for padded rows: those that have ended, as the first of its inputs says, keep their states."""

    def kept(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
        padded, *inputs = inputs
        new, outputs = step(states, inputs)
        ended = (padded.view(-1, *[1] * (state.ndim - 1)) for state in states)
        return tuple(map(torch.where, ended, states, new)), outputs

    return kept


def zero_padding(output: torch.Tensor, padded: torch.Tensor) -> torch.Tensor:
    """The output [steps, rows, ...] with zeros where a row has ended."""
    return output.masked_fill(padded.view(*padded.shape, *[1] * (output.ndim - 2)), 0)


def join_weights(*weights: torch.Tensor) -> torch.Tensor:
    """The weights of several layers as those of one."""
    if torch.compiler.is_compiling():
        return torch.cat(weights)
    try:
        return torch.cat(weights)
    except (NotImplementedError, RuntimeError) as error:
        raise TypeError("quantised weights cannot be joined: build the module with lowering='loop'") from error


class TaggerUnitCell(nn.Module):
    """All steps; of one: [N, 5], [N, 6] -> [N, 6], [N, 6]"""

    def __init__(self) -> None:
        super().__init__()
        self.fx = nn.Linear(5, 6)
        self.nx = nn.Linear(5, 6)
        self.fh = nn.Linear(6, 6)
        self.f = nn.Sigmoid()
        self.nh = nn.Linear(6, 6)
        self.n = nn.Tanh()

    def forward(
        self,
        x: torch.Tensor,
        lengths: torch.Tensor,
        reverse: bool = False,
    ) -> tuple[torch.Tensor, ...]:
        x = x.transpose(0, 1)
        weight = join_weights(self.fx.weight, self.nx.weight)
        bias = join_weights(self.fx.bias, self.nx.bias)
        fx, nx = F.linear(x, weight, bias).split([6, 6], -1)
        padded = torch.arange(x.shape[0], device=x.device).unsqueeze(1) >= lengths
        run = scan_steps if torch.compiler.is_compiling() else loop_steps

        def step(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
            (h,) = states
            fx_t, nx_t = inputs
            fh = self.fh(h)
            fs = fx_t + fh
            f = self.f(fs)
            kept = f * h
            nh = self.nh(kept)
            ns = nx_t + nh
            n = self.n(ns)
            change = n - h
            part = f * change
            h_new = h + part
            return (h_new,), (h_new,)

        (h,), (h_new,) = run(
            keep_states(step),
            (x.new_zeros(x.shape[1], 6),),
            (padded, fx, nx),
            reverse=reverse,
        )
        return zero_padding(h_new, padded).transpose(0, 1), h


class TaggerUnit(nn.Module):
    """[N, T, 5], [N] int64 -> [N, T, 12], [N, 6], [N, 6]"""

    def __init__(self) -> None:
        super().__init__()
        self.cell = TaggerUnitCell()
        self.cell_reverse = TaggerUnitCell()

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, ...]:
        cell, cell_h = self.cell(x, lengths)
        cell_reverse, cell_reverse_h = self.cell_reverse(x, lengths, reverse=True)
        y = torch.cat([cell, cell_reverse], dim=-1)
        return y, cell_h, cell_reverse_h


class Tagger(nn.Module):
    """[N, T, 5], [N] int64 -> [N, T, 4]"""

    def __init__(self) -> None:
        super().__init__()
        self.unit = TaggerUnit()
        self.tags = nn.Linear(12, 4)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        x, _, _ = self.unit(x, lengths)
        return self.tags(x)
