"""One trace out of the runs at several samples: the calls are the same, and the sizes follow formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar

import torch
from torch import nn

from lego.diagnostics import Problem, SpecError
from lego.runtime.importing.calls import Call, Data, Frame, Trace, Value, Weight
from lego.runtime.importing.tracing.formulas import formula
from lego.runtime.importing.tracing.run import Run, Seen, SeenCall, SeenFrame
from lego.runtime.importing.tracing.spots import Spot, begins, span_of
from lego.runtime.importing.tracing.structure import leaves, opened_up
from lego.shapes import Dim, Shape, Size, TensorType, symbol

T = TypeVar("T", SeenCall, SeenFrame)


class Unfitted(Exception):
    """A size follows no formula that all samples prove; more of them might."""

    def __init__(self, values: tuple[int, ...], spot: Spot | None) -> None:
        super().__init__(values)
        self.values = values
        self.spot = spot


def agree(model: nn.Module, runs: Sequence[Run], inputs: dict[str, TensorType]) -> Trace:
    """The trace of which these are runs.

    Raises:
        SpecError: the runs did not do the same.
        Unfitted: there are too few of them, or a size follows no formula that we know.
    """
    return _Agreement(model, runs, inputs).trace()


class _Agreement:
    def __init__(self, model: nn.Module, runs: Sequence[Run], inputs: dict[str, TensorType]) -> None:
        self.model = model
        self.runs = runs
        self.inputs = {name: Value(type) for name, type in inputs.items()}
        self.names = sorted({name for type in inputs.values() for name in type.shape.symbols})
        sizes = [size for type in inputs.values() for size in type.shape if isinstance(size, Dim)]
        self.variables = list(dict.fromkeys([*sizes, *map(symbol, self.names)]))
        self.samples = [run.sample for run in runs]
        self.values: dict[int, Value] = {}
        self.weights: dict[str, Weight] = {}
        self.frames: dict[int, Frame] = {}
        self.calls: list[tuple[int, Call]] = []
        self.sizes: dict[tuple[tuple[int, ...], tuple[Dim, ...]], Size | None] = {}
        self.spot: Spot | None = None

    def trace(self) -> Trace:
        for run in self.runs:
            self.values |= {id(seen): self.inputs[name] for name, seen in run.inputs.items()}
        frames = [self._frame(same) for same in self._together([run.frames for run in self.runs])]
        for same in self._together([run.calls for run in self.runs]):
            self._call(same)
        output = self._unified([run.output for run in self.runs], ())
        for frame, same in zip(frames, zip(*(run.frames for run in self.runs), strict=True), strict=True):
            self._fill(frame, same)
        calls = tuple(call for _, call in sorted(self.calls, key=lambda numbered: numbered[0]))
        return Trace(self.model, self.inputs, calls, tuple(frames), output)

    def _together(self, lists: Sequence[list[T]]) -> list[tuple[T, ...]]:
        """What was done first in each run, second, …"""
        together = list(zip(*lists, strict=False))
        for same in together:
            if any(not _alike(one, same[0]) for one in same):
                self._differ(same[0].spot)
        longest = max(lists, key=len)
        if len(longest) > len(together):
            self._differ(longest[len(together)].spot)
        return together

    # -- calls and frames ----------------------------------------------------------------------------------------------

    def _frame(self, same: tuple[SeenFrame, ...]) -> Frame:
        first = same[0]
        parent = None if first.parent is None else self.frames[id(first.parent)]
        span = begins(first.module) if parent is None else span_of(first.spot)
        frame = Frame(first.path, first.module, parent, span)
        self.frames |= {id(one): frame for one in same}
        return frame

    def _fill(self, frame: Frame, same: tuple[SeenFrame, ...]) -> None:
        for name in same[0].inputs:
            value = self._known([one.inputs.get(name) for one in same])
            if value is not None:
                frame.inputs[name] = value
        frame.outputs.append(self._lenient([one.output for one in same]))

    def _call(self, same: tuple[SeenCall, ...]) -> None:
        first = same[0]
        self.spot = first.spot
        arguments, keywords = self._arguments(same)
        result = self._results([one.result for one in same], (arguments, keywords))
        frame = self.frames[id(first.frame)]
        call = Call(first.target, first.path, arguments, keywords, result, frame, span_of(first.spot))
        self.calls.append((first.order, call))

    def _arguments(self, same: tuple[SeenCall, ...]) -> tuple[Any, Any]:
        given = [(one.arguments, dict(one.keywords)) for one in same]
        flat = [[leaf for leaf in leaves(one) if isinstance(leaf, Seen)] for one in given]
        if len({len(one) for one in flat}) > 1:
            self._differ(self.spot)
        known = _dims([self._tensor(tensors) for tensors in zip(*flat, strict=True)])
        return self._unified(given, known)

    def _results(self, structures: Sequence[Any], given: Any) -> Any:
        first = structures[0]
        if isinstance(first, Seen) and first.origin != "weight" and id(first) not in self.values:
            return self._new(structures, given)
        opened = [opened_up(one) for one in structures]
        if opened[0] is None:
            return self._unified(structures, _dims(given))
        if any(one is None or one[0].keys() != opened[0][0].keys() for one in opened):
            self._differ(self.spot)
        parts = [[one[0][key] for one in opened if one is not None] for key in opened[0][0]]
        return opened[0][1]([self._results(part, given) for part in parts])

    def _new(self, seens: Sequence[Seen], given: Any) -> Value:
        first = seens[0]
        if any((one.dtype, len(one.shape)) != (first.dtype, len(first.shape)) for one in seens):
            self._differ(self.spot)
        known = _dims(given)
        shape = zip(*(one.shape for one in seens), strict=True)
        sizes = [self._size(values, (*_at(given, place), *known)) for place, values in enumerate(shape)]
        value = Value(TensorType(Shape(sizes), first.dtype))
        self.values |= {id(one): value for one in seens}
        return value

    # -- what was given and returned -----------------------------------------------------------------------------------

    def _unified(self, structures: Sequence[Any], known: Sequence[Dim]) -> Any:
        """The one structure that these are at the samples."""
        first = structures[0]
        if isinstance(first, Seen):
            return self._tensor(structures)
        if type(first) is int and all(type(one) is int for one in structures):
            return self._size(tuple(structures), known)
        opened = [opened_up(one) for one in structures]
        if opened[0] is None:
            if any(not _equal(one, first) for one in structures):
                self._differ(self.spot)
            return first
        if any(one is None or one[0].keys() != opened[0][0].keys() for one in opened):
            self._differ(self.spot)
        parts = [[one[0][key] for one in opened if one is not None] for key in opened[0][0]]
        return opened[0][1]([self._unified(part, known) for part in parts])

    def _lenient(self, structures: Sequence[Any]) -> Any:
        """The same of what nothing need read; what is not known is None."""
        first = structures[0]
        if isinstance(first, Seen):
            return self._known(structures)
        opened = opened_up(first)
        if opened is None:
            return first
        others = [opened_up(one) for one in structures]
        parts = [[None if one is None else one[0].get(key) for one in others] for key in opened[0]]
        return opened[1]([self._lenient(part) for part in parts])

    def _known(self, seens: Sequence[Any]) -> Value | None:
        if not all(isinstance(one, Seen) for one in seens):
            return None
        first = seens[0]
        if first.origin == "data" and id(first) not in self.values and not _same_data(seens):
            return None
        return self._tensor(seens)

    def _tensor(self, seens: Sequence[Any]) -> Value:
        """The value that these tensors are; data that is not the same at all samples is computed."""
        first = seens[0]
        if not all(isinstance(one, Seen) for one in seens):
            self._differ(self.spot)
        found = {id(self.values.get(id(one))) for one in seens}
        if len(found) == 1 and id(first) in self.values:
            return self.values[id(first)]
        if first.origin == "weight" and all(one.key == first.key for one in seens):
            return self._weight(first)
        if first.origin != "data" or any(one.origin != "data" for one in seens):
            self._differ(self.spot)
        if _same_data(seens):
            value = Data(_type(first), first.tensor)  # pyright: ignore[reportArgumentType]
            self.values |= {id(one): value for one in seens}
            return value
        return self._made(seens)

    def _made(self, seens: Sequence[Seen]) -> Value:
        makers = [one.maker for one in seens if one.maker is not None]
        if len(makers) < len(seens) or any(not _alike(one, makers[0]) for one in makers):
            self._differ(self.spot)
        before = self.spot
        self._call(tuple(makers))
        self.spot = before
        if id(seens[0]) not in self.values:
            self._differ(self.spot)
        return self.values[id(seens[0])]

    def _weight(self, seen: Seen) -> Weight:
        path = str(seen.key)
        if path not in self.weights:
            assert seen.tensor is not None
            self.weights[path] = Weight(_type(seen), path, seen.tensor, seen.kind)
        return self.weights[path]

    # -- sizes ---------------------------------------------------------------------------------------------------------

    def _size(self, values: tuple[int, ...], known: Sequence[Dim]) -> Size:
        if all(value == values[0] for value in values):
            return values[0]
        variables = tuple(dict.fromkeys((*known, *self.variables)))
        key = values, variables
        if key not in self.sizes:
            self.sizes[key] = formula(variables, self.samples, values)
        found = self.sizes[key]
        if found is None:
            raise Unfitted(values, self.spot)
        return found

    def _differ(self, spot: Spot | None) -> NoReturn:
        which = " and ".join(f"`{name}`" for name in self.names)
        message = f"what the model does here depends on {which}"
        raise SpecError([Problem("not-importable", message).at(span_of(spot))])


def _alike(one: SeenCall | SeenFrame, other: SeenCall | SeenFrame) -> bool:
    if isinstance(one, SeenCall) and isinstance(other, SeenCall):
        same = (one.path, one.frame.path) == (other.path, other.frame.path)
        return same and (one.target == other.target or _made_alike(one.target, other.target))
    return one.path == other.path


def _made_alike(one: object, other: object) -> bool:
    """Whether two modules without weights, made while the model ran, are the same."""
    return isinstance(one, nn.Module) and repr(one) == repr(other)


def _dims(structure: Any) -> tuple[Dim, ...]:
    found: dict[Dim, None] = {}
    for leaf in leaves(structure):
        for size in leaf.type.shape if isinstance(leaf, Value) else (leaf,):
            if isinstance(size, Dim):
                found[size] = None
    return tuple(found)


def _at(structure: Any, place: int) -> list[Dim]:
    """The sizes of the tensors at a place in their shapes."""
    shapes = [leaf.type.shape for leaf in leaves(structure) if isinstance(leaf, Value)]
    sizes = [shape[place] for shape in shapes if place < len(shape)]
    return [size for size in sizes if isinstance(size, Dim)]


def _equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and (one is other or bool(one == other) or (one != one and other != other))


def _same_data(seens: Sequence[Seen]) -> bool:
    first = seens[0]
    return all(
        one.shape == first.shape and one.dtype == first.dtype and _same(one.tensor, first.tensor) for one in seens
    )


def _same(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    if one is None or other is None or one is other:
        return one is other
    return torch.equal(one, other) or bool(((one == other) | ((one != one) & (other != other))).all())


def _type(seen: Seen) -> TensorType:
    return TensorType(Shape(seen.shape), seen.dtype)
