"""char_rnn: text [N, T] int64 -> head [N, T, 65]

A model of text by characters: an LSTM of two layers says which one comes next (Karpathy 2015, The unreasonable
effectiveness of recurrent neural networks; 65 are those of the plays of Shakespeare that he took). 280,897
parameters.
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


def scan_layers(module: nn.RNNBase, input: torch.Tensor, hx):
    """What an nn.LSTM, nn.GRU or nn.RNN computes, by steps: torch's kernel can be neither compiled nor exported."""
    is_lstm = module.mode == "LSTM"
    batch_first = module.batch_first and input.ndim == 3
    directions = 2 if module.bidirectional else 1
    sizes = (module.proj_size or module.hidden_size, module.hidden_size)[: 2 if is_lstm else 1]
    starts = None if hx is None else hx if is_lstm else (hx,)
    run = scan_steps
    if torch.is_grad_enabled() and not torch.compiler.is_exporting():
        run = loop_steps  # Inductor lets the gradients of several scans share memory, and they come out wrong
    x = input.transpose(0, 1) if batch_first else input
    ends = []
    for layer in range(module.num_layers):
        x = F.dropout(x, module.dropout, module.training and layer > 0)
        outputs = []
        for index in range(directions * layer, directions * (layer + 1)):
            weight_ih, weight_hh, *others = module.all_weights[index]
            bias_ih, bias_hh = others[:2] if module.bias else (None, None)

            def step(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
                h, *c = module.step(*inputs, F.linear(states[0], weight_hh, bias_hh), *states)
                h = F.linear(h, others[-1]) if module.proj_size else h
                return (h, *c), (h,)

            read = F.linear(x, weight_ih, bias_ih)
            if starts is None:
                start = tuple(read.new_zeros(*read.shape[1:-1], size) for size in sizes)
            else:
                start = tuple(state[index].to(read.dtype) for state in starts)
            end, output = run(step, start, (read,), reverse=index % directions == 1)
            ends.append(end)
            outputs += output
        x = torch.cat(outputs, -1)
    states = tuple(map(torch.stack, zip(*ends)))
    return x.transpose(0, 1) if batch_first else x, states if is_lstm else states[0]


class LSTM(nn.RNNBase):
    """nn.LSTM, which torch.compile and torch.export can take; elsewhere it is torch's own."""

    check_forward_args = nn.LSTM.check_forward_args
    get_expected_cell_size = nn.LSTM.get_expected_cell_size
    permute_hidden = nn.LSTM.permute_hidden

    def __init__(self, *sizes: int, **options) -> None:
        super().__init__("LSTM", *sizes, **options)

    def forward(self, input: torch.Tensor, hx: tuple[torch.Tensor, torch.Tensor] | None = None):
        if torch.compiler.is_compiling():
            return scan_layers(self, input, hx)
        return nn.LSTM.forward(self, input, hx)

    def step(self, read: torch.Tensor, recalled: torch.Tensor, h: torch.Tensor, c: torch.Tensor):
        i, f, g, o = (read + recalled).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class CharRnn(nn.Module):
    """[N, T] int64 -> [N, T, 65]"""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(65, 128)
        self.lstm = LSTM(128, 128, num_layers=2, batch_first=True, dropout=0.5)
        self.head = nn.Linear(128, 65)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        x = self.embed(text)
        x, _ = self.lstm(x)
        return self.head(x)
