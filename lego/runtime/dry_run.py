"""A torch module on the meta device, where tensors have sizes and no values, and a run costs next to nothing."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lego.catalogue import Slot, show
from lego.diagnostics import Note, Problem
from lego.shapes import DTYPES, Shape, TensorType, evaluate

Inputs = tuple[TensorType | None, ...]
Sample = dict[str, int]
"""A value for each symbol."""

_DTYPES: dict[str, torch.dtype] = {name: vars(torch)[name] for name in DTYPES}


@dataclass(frozen=True, slots=True, eq=False)
class DryRun:
    """A module to run on inputs of given sizes.

    Attributes:
        name: What diagnostics call it.
        module: The module, on the meta device and in evaluation.
        slots: Its inputs.
        outputs: Names of its outputs: one for a tensor, several for a tuple of them.
    """

    name: str
    module: nn.Module
    slots: tuple[Slot, ...]
    outputs: tuple[str, ...]

    def types(self, inputs: Inputs, sample: Sample) -> tuple[TensorType, ...]:
        """The types of the outputs at one sample.

        Raises:
            Problem: the module gives something else than its outputs.
            Exception: what the module raises where it does not take the input.
        """
        given = self._run(inputs, sample)
        several = isinstance(given, list | tuple)
        found = tuple(cast("Sequence[object]", given)) if several else (given,)
        if several != (len(self.outputs) > 1) or len(found) != len(self.outputs):
            what = f"{len(found)} values" if several else "one value"
            message = f"{self.name} gives {what}, but its outputs are: {', '.join(self.outputs)}"
            help = "register it with a name for each of its outputs: `outputs=(…)`"
            raise Problem("bad-value", message, help=help)
        return tuple(map(self._type, self.outputs, found))

    def macs(self, inputs: Inputs, sample: Sample) -> int:
        """Half of what torch's flop counter counts at one sample."""
        counter = FlopCounterMode(display=False)
        with counter:
            self._run(inputs, sample)
        return counter.get_total_flops() // 2

    def _run(self, inputs: Inputs, sample: Sample) -> object:
        with on_meta():
            tensors = {
                slot.name: torch.empty(sizes_at(type, sample), dtype=_DTYPES[type.dtype])
                for slot, type in zip(self.slots, inputs, strict=True)
                if type is not None
            }
            return self.module(**tensors)

    def _type(self, output: str, given: object) -> TensorType:
        if not isinstance(given, torch.Tensor):
            kind = type(given).__name__
            raise Problem("bad-value", f"{output} of {self.name} is a {kind}, and the outputs of a layer are tensors")
        dtype = dtype_name(given.dtype)
        if dtype not in DTYPES:
            raise Problem("dtype-mismatch", f"{output} of {self.name} is {dtype}, which no document has")
        return TensorType(Shape(given.shape), dtype)


def dtype_name(dtype: torch.dtype) -> str:
    """What a document calls a dtype: `float32`."""
    return str(dtype).removeprefix("torch.")


def sizes_at(type: TensorType, sample: Sample) -> list[int]:
    """The sizes of a tensor at one sample."""
    return [evaluate(size, sample) for size in type.shape]


@contextmanager
def on_meta() -> Generator[None]:
    """What is made here has no values; the program's random state and default dtype stay as they were."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with torch.random.fork_rng(devices=[]), torch.device("meta"), torch.no_grad():  # pyright: ignore[reportUnknownMemberType]
            yield
    finally:
        torch.set_default_dtype(before)


def make(module: type[nn.Module], arguments: Mapping[str, Any]) -> nn.Module:
    """A module without values, in evaluation: the sizes of its outputs are not to depend on training.

    Raises:
        Problem: the module does not take the arguments, or leaves the sizes of its weights open.
    """
    try:
        with on_meta():
            made = module(**arguments).eval()
    except Exception as error:  # whatever a module does when it is made
        notes = [*(Note(name, show(value)) for name, value in arguments.items()), reason_note(error)]
        message = f"{module.__name__} cannot be made with these arguments"
        raise Problem("bad-value", message, notes=notes) from None
    if any(nn.parameter.is_lazy(weight) for weight in made.parameters()):
        message = f"{module.__name__} has weights whose sizes its first input would decide"
        raise Problem("bad-value", message, help="give it its sizes as arguments")
    return made


def reason_note(error: Exception) -> Note:
    """What a module said, in one line."""
    return Note("reason", next(iter(str(error).strip().splitlines()), type(error).__name__))
