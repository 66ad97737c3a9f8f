"""decoder: memory [N, S, 8], first [N] int64 -> decoder [N, 20, 30]

Generates 20 words with attention on a memory; each step reads the word of the one before.
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


class DecoderDecoderCell(nn.Module):
    """All steps; of one: [N, S, 8], [N, 8], [N] int64, [N, S, 8] -> [N, 30], [N] int64, [N, 8], [N] int64"""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(30, 8)
        self.query = nn.Linear(8, 8)
        self.tanh = nn.Tanh()
        self.score = nn.Linear(8, 1)
        self.weights = nn.Softmax(1)
        self.cell = nn.GRUCell(16, 8)
        self.logits = nn.Linear(8, 30)

    def forward(
        self,
        x: torch.Tensor,
        word: torch.Tensor,
        keys: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        run = loop_steps
        if torch.compiler.is_compiling():  # no tensor that a scan reads may be a view of another
            run = scan_steps
            keys = keys.clone()
            x = x.clone()

        def step(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
            h, word = states
            embed = self.embed(word)
            query = self.query(h)
            one = query.unsqueeze(1)
            sum = keys + one
            tanh = self.tanh(sum)
            score = self.score(tanh)
            weights = self.weights(score)
            weighted = weights * x
            context = weighted.sum(dim=1)
            both = torch.cat([embed, context], dim=-1)
            cell = self.cell(both, h)
            logits = self.logits(cell)
            best = logits.argmax(dim=-1)
            return (cell, best), (logits, best)

        (h, word), (logits, best) = run(
            step,
            (x.new_zeros(x.shape[0], 8), word),
            (torch.arange(20, device=x.device),),
        )
        return logits.transpose(0, 1), best.transpose(0, 1), h, word


class DecoderDecoder(nn.Module):
    """[N, S, 8], [N, S, 8], [N] int64 -> [N, 20, 30], [N, 20] int64, [N, 8], [N] int64"""

    def __init__(self) -> None:
        super().__init__()
        self.cell = DecoderDecoderCell()

    def forward(
        self,
        x: torch.Tensor,
        keys: torch.Tensor,
        first: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        return self.cell(x, first, keys)


class Decoder(nn.Module):
    """[N, S, 8], [N] int64 -> [N, 20, 30]"""

    def __init__(self) -> None:
        super().__init__()
        self.keys = nn.Linear(8, 8)
        self.decoder = DecoderDecoder()

    def forward(self, memory: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
        x = self.keys(memory)
        x, _, _, _ = self.decoder(memory, x, first)
        return x
