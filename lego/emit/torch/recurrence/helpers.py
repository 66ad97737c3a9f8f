"""What a source carries where its cells use it."""

from __future__ import annotations

_TENSORS = """\
Tensors = tuple[torch.Tensor, ...]
"""

_LOOP = '''\
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
'''

_SCAN = '''\
def scan_steps(
    step: Callable[..., tuple[Tensors, Tensors]], states: Tensors, sequences: Tensors, reverse: bool = False
) -> tuple[Tensors, Tensors]:
    """The same as one operator, for torch.compile and torch.export: a loop would be unrolled."""

    def alone(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:  # none may be the memory of another
        states, outputs = step(states, inputs)
        return tuple(state.clone() for state in states), tuple(output.clone() for output in outputs)

    return scan(alone, tuple(state.clone() for state in states), sequences, reverse=reverse)
'''

_ALONE = "    def alone("
_SEVERAL = """\
    if torch.is_grad_enabled() and torch.compiler.is_compiling() and not torch.compiler.is_exporting():
        # Inductor lets the gradients of several scans share memory, and they come out wrong.
        return loop_steps(step, states, sequences, reverse)

"""

_TAKES = '''\
def takes_kernel(*tensors: torch.Tensor) -> bool:
    """Whether torch's kernel takes these: not compiled, exported or under vmap, and neither quantised nor sharded."""
    if torch.compiler.is_compiling():
        return False
    return all(type(one) in (torch.Tensor, nn.Parameter) and not is_batchedtensor(one) for one in tensors)
'''

_JOIN = '''\
def join_weights(*weights: torch.Tensor) -> torch.Tensor:
    """The weights of several layers as those of one."""
    if torch.compiler.is_compiling():
        return torch.cat(weights)
    try:
        return torch.cat(weights)
    except (NotImplementedError, RuntimeError) as error:
        raise TypeError("quantised weights cannot be joined: build the module with lowering='loop'") from error
'''

_KEEP = '''\
def keep_states(step: Callable[..., tuple[Tensors, Tensors]]) -> Callable[..., tuple[Tensors, Tensors]]:
    """The step for padded rows: those that have ended, as the first of its inputs says, keep their states."""

    def kept(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
        padded, *inputs = inputs
        new, outputs = step(states, inputs)
        ended = (padded.view(-1, *[1] * (state.ndim - 1)) for state in states)
        return tuple(map(torch.where, ended, states, new)), outputs

    return kept
'''

_ZERO = '''\
def zero_padding(output: torch.Tensor, padded: torch.Tensor) -> torch.Tensor:
    """The output [steps, rows, ...] with zeros where a row has ended."""
    return output.masked_fill(padded.view(*padded.shape, *[1] * (output.ndim - 2)), 0)
'''

_ALL = {
    "loop_steps": _LOOP,
    "scan_steps": _SCAN,
    "keep_states": _KEEP,
    "zero_padding": _ZERO,
    "takes_kernel": _TAKES,
    "join_weights": _JOIN,
}

HELPERS = frozenset(("Tensors", *_ALL))
"""What the source calls its own, beside its classes."""


def helpers_of(text: str, scans: int = 1) -> list[str]:
    """What a text uses, in an order in which each uses earlier ones only.

    Args:
        text: A source.
        scans: How many recurrents it has.
    """
    found = _ALL if scans < 2 else _ALL | {"scan_steps": _SCAN.replace(_ALONE, _SEVERAL + _ALONE)}
    needed = text + (found["scan_steps"] if "scan_steps" in text else "")
    used = [helper.strip() for name, helper in found.items() if name in needed]
    return [_TENSORS.strip(), *used] if used else []
