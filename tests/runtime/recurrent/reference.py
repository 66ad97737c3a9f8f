"""What a recurrent gives, step by step: a document of one step is run by a loop that is written out here."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

import lego
from tests.runtime.recurrent.cells import IMAGE, Cell


class Found(NamedTuple):
    """What a module gave, and the gradients of its inputs and weights, by name."""

    outputs: tuple[Tensor, ...]
    gradients: dict[str, Tensor | None]


def inputs_of(cell: Cell, rows: int = 3, steps: int = 4, memory: int = 5) -> dict[str, Tensor]:
    """Random inputs of a cell's document, by name."""
    spec = lego.parse(cell.text())
    sizes = {"N": rows, "T": steps, "S": memory}
    found: dict[str, Tensor] = {}
    for name, type in spec.graph.inputs.items():
        shape = [sizes.get(str(size), size) for size in type.shape]
        found[name] = torch.randn(*map(int, shape), dtype=torch.float64, requires_grad=True)
    if cell.lengths:
        found["lengths"] = torch.tensor([1 + (steps - 1 + 2 * row) % steps for row in range(rows)])
    return found


def gradients(outputs: tuple[Tensor, ...], inputs: dict[str, Tensor], module: nn.Module) -> Found:
    """Outputs with the gradients of a sum that tells all their elements apart."""
    total = sum((one * torch.linspace(0.5, 1.5, one.numel(), dtype=one.dtype).view_as(one)).sum() for one in outputs)
    wanted = {name: one for name, one in inputs.items() if one.is_floating_point()} | dict(module.named_parameters())
    if not isinstance(total, Tensor) or not total.requires_grad:
        return Found(outputs, dict.fromkeys(wanted))
    found = torch.autograd.grad(total, list(wanted.values()), allow_unused=True)
    return Found(tuple(one.detach() for one in outputs), dict(zip(wanted, found, strict=True)))


def by_steps(cell: Cell, module: nn.Module, inputs: dict[str, Tensor]) -> tuple[Tensor, ...]:
    """The outputs of the document, by a loop over its step."""
    outputs, ends = _direction(cell, module, inputs, "", cell.reverse)
    if cell.merge is None:
        return (*outputs, *ends)
    back, ends_back = _direction(cell, module, inputs, "_reverse", not cell.reverse)
    merged = [_merged(cell, one, other) for one, other in zip(outputs, back, strict=True)]
    return (*merged, *ends, *ends_back)


def _merged(cell: Cell, one: Tensor, other: Tensor) -> Tensor:
    if cell.merge == "Add":
        return one + other
    return torch.cat([one, other], -1 if cell.merge is True else 1)


def _direction(
    cell: Cell, module: nn.Module, inputs: dict[str, Tensor], suffix: str, reverse: bool
) -> tuple[list[Tensor], list[Tensor]]:
    step = lego.build(lego.parse(cell.step()), dtype=torch.float64).eval()
    weights = dict(module.get_submodule(f"node.cell{suffix}").named_parameters())
    around = {name: inputs[name] for name in cell.around if name != "begin"}
    if "begin" in cell.around:
        around["begin"] = module.get_submodule("begin")(inputs["k"])
    past = {name: [_start(cell, module, inputs, around, name, suffix)] * one.delay for name, one in cell.states.items()}
    total = cell.steps or next(inputs[f"all_{name}"].shape[axis] for name, (_, axis) in cell.sequences.items())
    rows = inputs["k"].shape[0]
    collected: dict[int, list[Tensor]] = {}
    last: list[Tensor] | None = None
    for position in reversed(range(total)) if reverse else range(total):
        given = {
            name: inputs[f"all_{name}"].select(axis, position) if cell.steps is None else inputs[f"all_{name}"]
            for name, (_, axis) in cell.sequences.items()
        }
        given |= {name: values[0] for name, values in past.items()} | around
        found = list(functional_call(step, weights, tuple(given.values())))
        new, outputs = found[: len(past)], found[len(past) :]
        valid = inputs["lengths"] > position if cell.lengths else torch.ones(rows, dtype=torch.bool)
        before = [torch.zeros_like(one) for one in outputs] if last is None else last
        last = [_choose(valid, one, old) for one, old in zip(outputs, before, strict=True)]
        collected[position] = [_choose(valid, one, torch.zeros_like(one)) for one in outputs]
        for (name, values), one in zip(past.items(), new, strict=True):
            kept = [*values[1:], one]
            past[name] = [_choose(valid, after, now) for after, now in zip(kept, values, strict=True)]
    assert last is not None
    axis = 1 if cell.steps is not None else next(iter(cell.sequences.values()))[1]
    stacked = [torch.stack([collected[at][index] for at in range(total)], axis) for index in range(len(last))]
    outputs = [end if only else every for end, every, (_, only) in zip(last, stacked, cell.outputs, strict=True)]
    return outputs, [values[-1] for values in past.values()]


def _start(
    cell: Cell, module: nn.Module, inputs: dict[str, Tensor], around: dict[str, Tensor], name: str, suffix: str
) -> Tensor:
    one = cell.states[name]
    shape = (inputs["k"].shape[0], one.width, *(IMAGE if cell.image else ()))
    match one.init:
        case "zeros":
            return torch.zeros(shape, dtype=torch.float64)
        case "ones":
            return torch.ones(shape, dtype=torch.float64)
        case "learned":
            return module.get_parameter(f"node.initial{suffix}.{name}").expand(shape)
        case _:
            return around[one.init]


def _choose(valid: Tensor, new: Tensor, old: Tensor) -> Tensor:
    return torch.where(valid.view(-1, *[1] * (new.ndim - 1)), new, old)
