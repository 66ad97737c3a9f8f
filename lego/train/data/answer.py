"""The target of a source as a net's answer wants it: classes by number, or values in the answer's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lego.diagnostics import Note, Problem
from lego.shapes import Binding, Shape, Size, substitute
from lego.train.data.plain import distinct, integers
from lego.train.data.wanted import Wanted


class Learned(NamedTuple):
    """A target, and the names of its classes where it has any."""

    target: Tensor
    classes: tuple[str, ...] | None


def unlabelled(count: int) -> Tensor:
    """The target of so many samples that have none."""
    return torch.zeros(count, 0)


def numbered(names: Sequence[str], classes: tuple[str, ...] | None, source: str) -> tuple[Tensor, tuple[str, ...]]:
    """Classes by their names: numbers in the order of `classes`, or else sorted.

    Raises:
        Problem: `data` for a class that is not among them.
    """
    own = sorted(set(names))
    known = classes or tuple(own)
    strange = [name for name in own if name not in set(known)]
    if strange:
        notes = [Note("learned", _some(known)), Note("found", _some(own))]
        message = f"{source} has the class `{strange[0]}`, which the net has not learned"
        raise Problem("data", message, notes=notes, help="leave its samples out, or train with them")
    number = {name: index for index, name in enumerate(known)}
    return torch.tensor([number[name] for name in names], dtype=torch.int64), known


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")


def learned(
    target: Tensor,
    wanted: Wanted,
    bound: Mapping[str, Binding],
    source: str,
    names: tuple[str, ...] | None = None,
) -> Learned:
    """A target of numbers, as the answer of the net takes it.

    Integers are classes where the answer has a dim for them, or where it is one number and they are of two values;
    else they are values. Classes from 0 on keep their numbers; others are numbered in their order.

    Args:
        target: [n, *].
        wanted: Whose answer.
        bound: The sizes of the inputs' symbols.
        source: For messages.
        names: Of the classes, where the target is known to number these.

    Raises:
        Problem: `data`, where there are more classes than the answer has; `shape-mismatch`.
    """
    answer = wanted.answer
    if answer is None:
        return Learned(target if target.is_floating_point() else target.long(), names)
    sizes = [substitute(size, {name: one.size for name, one in bound.items()}) for size in answer[1:]]
    if target.dim() > 1 and target.shape[-1] == 1 and len(sizes) < target.dim() and not target.is_floating_point():
        target = target.squeeze(-1)
    count = _classes(sizes, target)
    if target.is_floating_point() or (names is None and _are_values(target, count, wanted)):
        return Learned(_values(target, sizes, answer, source), None)
    if count is None:
        raise _apart(target, sizes, answer, source)
    if names is None:
        return _counted(target.long(), max(count, 2), answer, wanted.classes, source)
    if len(names) > max(count, 2):
        raise _too_many(len(names), answer, source)
    return Learned(target.long(), names)


def _are_values(target: Tensor, count: int | None, wanted: Wanted) -> bool:
    if wanted.classes is not None:
        return count is None or not wanted.classes
    return count is None or (count == 1 and len(distinct(target)) > 2)


def _classes(sizes: list[Size], target: Tensor) -> int | None:
    """How many classes the answer has; None where its dims are those of the target, and more than one number."""
    own = list(target.shape[1:])
    if len(sizes) == len(own) + 1:
        axis = -1 if len(sizes) == 2 else 0
        rest = sizes[:-1] if axis else sizes[1:]
        count = sizes[axis]
        return count if rest == own and isinstance(count, int) else None
    return 1 if sizes == own == [] else None


def _values(target: Tensor, sizes: list[Size], answer: Shape, source: str) -> Tensor:
    """Values in the dims of the answer; a dim of one is added or dropped at their end."""
    own = list(target.shape[1:])
    if own == sizes:
        return target.float()
    if [*own, 1] == sizes:
        return target.float().unsqueeze(-1)
    if own == [*sizes, 1]:
        return target.float().squeeze(-1)
    raise _apart(target, sizes, answer, source)


def _apart(target: Tensor, sizes: Sequence[Size], answer: Shape, source: str) -> Problem:
    kind = "values" if target.is_floating_point() else "integers"
    notes = [Note("target", str(Shape(target.shape)), kind), Note("answer", str(answer), "of the net")]
    own = _dims(target.shape[1:])
    message = f"{source} has targets of {own}, but the net answers with {_dims(sizes)} for each sample"
    help = "write classes as integers (5, not 5.0) or as text; for values, let the last layer give as many"
    return Problem("shape-mismatch", message, notes=notes, help=help)


def _dims(sizes: Sequence[Size]) -> str:
    return "one number" if not sizes else str(Shape(sizes))


def _counted(target: Tensor, count: int, answer: Shape, classes: tuple[str, ...] | None, source: str) -> Learned:
    own = distinct(target)
    if not classes and (not own or (own[0] >= 0 and own[-1] < count)):
        return Learned(target, tuple(map(str, range(count))))
    if not classes and len(own) > count:
        raise _too_many(len(own), answer, source)
    names = classes or tuple(map(str, own))
    numbers, _ = numbered([str(value) for value in integers(target)], names, source)
    return Learned(numbers.view(target.shape), names)


def _too_many(found: int, answer: Shape, source: str) -> Problem:
    """More classes than a net tells apart."""
    message = f"{source} has {found} classes, but the net's answer is {answer}"
    return Problem("data", message, help=f"give the last layer {found} outputs")
