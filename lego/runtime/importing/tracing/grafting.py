"""What a model does in training alone, added to what it does in evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from torch import nn

from lego.runtime.importing.calls import Call, Data, Frame, Trace, Value, Weight
from lego.runtime.importing.tracing.structure import leaves, mapped
from lego.runtime.importing.tracing.unread import reached


def graft(trace: Trace, training: Trace) -> Trace:
    """The trace with the calls of the modules that only training reaches, where they read what is there already."""
    return _Grafting(trace, training).whole()


class _Grafting:
    def __init__(self, trace: Trace, training: Trace) -> None:
        self.trace = trace
        self.training = training
        self.frames = _same(trace.frames, training.frames)
        self.values = _same_values(trace, training, self.frames)
        self.grafted: dict[int, list[Call]] = {}
        self.new: list[Frame] = []

    def whole(self) -> Trace:
        known, there = reached(self.trace), set(self.frames)
        for frame in self.training.frames:
            if frame.path not in known and frame.parent in there:
                self._add(frame, [call for call in self.training.calls if _inside(call.frame, frame)])
        for call in self.training.calls:
            if isinstance(call.target, nn.Module) and call.path not in known and call.frame in there:
                self._add(None, [call])
        calls: list[Call] = [*self.grafted.get(-1, [])]
        for index, call in enumerate(self.trace.calls):
            calls += [call, *self.grafted.get(index, [])]
        return replace(self.trace, calls=tuple(calls), frames=(*self.trace.frames, *self.new))

    def _add(self, frame: Frame | None, calls: list[Call]) -> None:
        made = {value for call in calls for value in _values(call.result)}
        read = {value for call in calls for value in _read(call)} - made
        read = {value for value in read if not isinstance(value, Weight | Data)}
        if not calls or not all(value in self.values for value in read):
            return
        place = max((_made_at(self.trace, self.values[value]) for value in read), default=-1)
        for one in self.training.frames if frame is not None else ():
            if frame is not None and _inside(one, frame):
                self._add_frame(one)
        self.values |= {value: value for value in made}
        self.grafted.setdefault(place, []).extend(self._moved(call) for call in calls)

    def _add_frame(self, frame: Frame) -> None:
        assert frame.parent is not None
        inputs = {name: self._value(value) for name, value in frame.inputs.items()}
        self.frames[frame] = replace(frame, parent=self.frames[frame.parent], inputs=inputs)
        self.new.append(self.frames[frame])

    def _moved(self, call: Call) -> Call:
        arguments, keywords = mapped((call.arguments, dict(call.keywords)), self._value)
        return replace(call, arguments=arguments, keywords=keywords, frame=self.frames[call.frame])

    def _value(self, leaf: Any) -> Any:
        return self.values.get(leaf, leaf) if isinstance(leaf, Value) else leaf


def _same(frames: tuple[Frame, ...], others: tuple[Frame, ...]) -> dict[Frame, Frame]:
    """The frames of training by what they are in evaluation."""
    found = _numbered(frames, lambda frame: frame.path)
    return {frame: found[key] for key, frame in _numbered(others, lambda frame: frame.path).items() if key in found}


def _numbered(items: Any, key: Callable[[Any], str]) -> dict[tuple[str, int], Any]:
    """Each by its path, and how often that was met before."""
    counts: Counter[str] = Counter()
    found: dict[tuple[str, int], Any] = {}
    for item in items:
        path = key(item)
        found[path, counts[path]] = item
        counts[path] += 1
    return found


def _same_values(trace: Trace, training: Trace, frames: dict[Frame, Frame]) -> dict[Value, Value]:
    """The values of training that modules of evaluation gave, too."""
    found = {value: trace.inputs[name] for name, value in training.inputs.items()}
    pairs: list[tuple[Any, Any]] = [(one.outputs, other.outputs) for one, other in frames.items()]
    calls = _numbered(_of_modules(trace), lambda call: call.path)
    theirs = _numbered(_of_modules(training), lambda call: call.path)
    pairs += [(call.result, calls[key].result) for key, call in theirs.items() if key in calls]
    for one, other in pairs:
        values, others = list(_values(one)), list(_values(other))
        if [value.type for value in values] == [value.type for value in others]:
            found |= dict(zip(values, others, strict=True))
    return found


def _of_modules(trace: Trace) -> Iterator[Call]:
    return (call for call in trace.calls if isinstance(call.target, nn.Module) and call.path)


def _values(structure: Any) -> Iterator[Value]:
    return (leaf for leaf in leaves(structure) if isinstance(leaf, Value))


def _read(call: Call) -> Iterator[Value]:
    return _values((call.arguments, dict(call.keywords)))


def _inside(frame: Frame | None, outer: Frame) -> bool:
    while frame is not None and frame is not outer:
        frame = frame.parent
    return frame is not None


def _made_at(trace: Trace, value: Value) -> int:
    """The index of the last call of what gave a value; -1 for an input."""
    giving = [frame for frame in trace.frames if frame.parent is not None and value in _values(frame.outputs)]
    return max(
        (
            index
            for index, call in enumerate(trace.calls)
            if value in _values(call.result) or any(_inside(call.frame, frame) for frame in giving)
        ),
        default=-1,
    )
