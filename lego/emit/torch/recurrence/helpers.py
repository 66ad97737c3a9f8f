"""Functions that a source carries where its cells use them."""

from __future__ import annotations

from collections.abc import Iterator

_LOOP = '''\
def loop_steps(step, states, sequences, reverse=False):
    """Runs `step(states, inputs) -> (states, outputs)` along dim 0 of the sequences: last states, all outputs."""
    steps = list(zip(*(sequence.unbind() for sequence in sequences)))
    collected = []
    for inputs in reversed(steps) if reverse else steps:
        states, outputs = step(states, inputs)
        collected.append(outputs)
    if reverse:
        collected.reverse()
    return states, tuple(torch.stack(output) for output in zip(*collected))
'''

_SCAN = '''\
def scan_steps(step, states, sequences, reverse=False):
    """The same as one operator, for torch.compile and torch.export: a loop would be unrolled."""

    def alone(states, inputs):  # no result of an operator may be another's memory
        states, outputs = step(states, inputs)
        return tuple(state.clone() for state in states), tuple(output.clone() for output in outputs)

    return scan(alone, tuple(state.clone() for state in states), sequences, reverse=reverse)
'''

_LENGTHS = '''\
def within_lengths(step, lengths):
    """The step for padded rows: beyond its length (the first of its inputs) a row keeps its state and gives zeros."""

    def masked(states, inputs):
        position, *inputs = inputs
        valid = position < lengths

        def choose(new, old):
            return torch.where(valid.view(-1, *[1] * (new.ndim - 1)), new, old)

        new, outputs = step(states, inputs)
        zeros = (torch.zeros_like(output) for output in outputs)
        return tuple(map(choose, new, states)), tuple(map(choose, outputs, zeros))

    return masked
'''

_ALL = {"loop_steps": _LOOP, "scan_steps": _SCAN, "within_lengths": _LENGTHS}


def helpers_of(text: str) -> Iterator[str]:
    """The functions that a text uses."""
    return (helper.strip() for name, helper in _ALL.items() if name in text)
