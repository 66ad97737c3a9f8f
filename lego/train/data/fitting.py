"""Arrays of a source as samples for a spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lego.diagnostics import Note, Problem
from lego.shapes import Binding, is_floating
from lego.train.data.answer import learned, unlabelled
from lego.train.data.inputs import BYTES, fitted, matched, sizes_of
from lego.train.data.layout import arranged
from lego.train.data.samples import Data, Tensors
from lego.train.data.wanted import Wanted, features


@dataclass(frozen=True, slots=True)
class Part:
    """Samples as a source has them: arrays by its own names, and what is learned; dim 0 of each counts samples."""

    arrays: Mapping[str, Tensor]
    target: Tensor | None


@dataclass(frozen=True, slots=True)
class Source:
    """What a source has, before it is fitted to a spec.

    Attributes:
        name: As the user wrote it.
        classes: Names of the classes, where the targets are known to be their numbers.
        notes: What was done to the samples.
    """

    name: str
    training: Part
    validation: Part | None = None
    test: Part | None = None
    classes: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


def fit(source: Source, wanted: Wanted) -> Data:
    """The samples of a source, with shapes and dtypes as the spec wants them.

    Raises:
        Problem: where that cannot be.
    """
    training, classes = _fit(source.training, source, wanted)
    others = wanted if not wanted.labelled else replace(wanted, classes=classes or ())
    validation, test = (part and _fit(part, source, others)[0] for part in (source.validation, source.test))
    notes = [*source.notes, *([BYTES] if _has_bytes(source.training, wanted) else [])]
    return Data(", ".join([source.name, *notes]), training, validation, test, classes)


def _has_bytes(part: Part, wanted: Wanted) -> bool:
    arrays = matched(part.arrays, wanted, "")
    return any(one.dtype == torch.uint8 and is_floating(wanted.inputs[name].dtype) for name, one in arrays.items())


def _fit(part: Part, source: Source, wanted: Wanted) -> tuple[Tensors, tuple[str, ...] | None]:
    arrays = matched(part.arrays, wanted, source.name)
    _need_equal_counts(arrays, part.target, source.name)
    types = wanted.inputs
    sizes = {name: arranged(tuple(one.shape[1:]), features(types[name].shape)) for name, one in arrays.items()}
    bound = sizes_of(sizes, wanted, source.name)
    inputs = {name: fitted(one, name, wanted, source.name) for name, one in arrays.items()}
    target, classes = _target(part, source, wanted, bound)
    return Tensors(inputs, target), classes


def _target(
    part: Part, source: Source, wanted: Wanted, bound: Mapping[str, Binding]
) -> tuple[Tensor, tuple[str, ...] | None]:
    if part.target is not None:
        return learned(part.target, wanted, bound, source.name, source.classes)
    if wanted.labelled:
        raise Problem("data", f"{source.name} has no target", help="name the array or column that is to be learned")
    return unlabelled(len(next(iter(part.arrays.values())))), wanted.classes


def _need_equal_counts(arrays: Mapping[str, Tensor], target: Tensor | None, source: str) -> None:
    counts = {name: len(value) for name, value in arrays.items()}
    if target is not None:
        counts["target"] = len(target)
    if len(set(counts.values())) > 1:
        notes: Sequence[Note] = [Note(name, str(count)) for name, count in counts.items()]
        raise Problem("data", f"{source} has different numbers of samples", notes=notes, help="each needs one of all")
    if 0 in counts.values():
        raise Problem("data", f"{source} has no samples")
