"""Modules with weights that are called several times: the later calls are the first one, with other values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from lego.runtime.importing.calls import Frame, Value
from lego.runtime.importing.placing.parts import chain, refused
from lego.runtime.importing.steps import Step


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """A later call, in place of its steps: what its values are, by those of the first."""

    first: Frame
    call: Frame
    values: dict[Value, Value]


def without_later_calls(steps: Sequence[Step], frames: Set[Frame]) -> Iterator[Step | Later]:
    """The steps with one entry for all of a later call.

    Args:
        steps: In the order in which they run.
        frames: The calls of modules that have weights.

    Raises:
        SpecError: a module does something else when it is called again.
    """
    calls = _calls(steps, frames)
    firsts = {path: group[0] for path, group in calls.items()}
    told: set[Frame] = set()
    for step in steps:
        later = _later(step, firsts)
        if later is None:
            yield step
        elif later not in told:
            told.add(later)
            first = firsts[later.path]
            yield Later(first, later, _values(_steps_of(first, steps), _steps_of(later, steps), later))


def _calls(steps: Sequence[Step], frames: Set[Frame]) -> dict[str, list[Frame]]:
    """The calls of each module, in the order in which they ran."""
    found: dict[str, list[Frame]] = {}
    for step in steps:
        for frame in chain(step.frame):
            group = found.setdefault(frame.path, []) if frame in frames else [frame]
            if frame not in group:
                group.append(frame)
    return found


def _later(step: Step, firsts: dict[str, Frame]) -> Frame | None:
    """The outermost later call in which a step stands."""
    outside_in = list(chain(step.frame))[::-1]
    return next((one for one in outside_in if firsts.get(one.path, one) is not one), None)


def _steps_of(frame: Frame, steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if frame in chain(step.frame)]


def _values(first: list[Step], later: list[Step], call: Frame) -> dict[Value, Value]:
    """The values of a later call by those of the first."""
    if [_said(step) for step in first] != [_said(step) for step in later]:
        raise refused(f"`{call.path}` does something else when it is called again", call.span, call.path)
    values: dict[Value, Value] = {}
    inside = {result for step in first for result in step.results}
    for one, other in zip(first, later, strict=True):
        for read, now in zip(one.reads, other.reads, strict=True):
            if read is not None and now is not None and values.setdefault(read, now) is not now:
                message = f"`{call.path}` reads one value when it is called first, and two when it is called again"
                raise refused(message, call.span, call.path)
            if (read is None) != (now is None) or (read in inside and read not in values):
                raise refused(f"`{call.path}` is called again with other inputs", call.span, call.path)
        values |= zip(one.results, other.results, strict=True)
    return values


def _said(step: Step) -> tuple[object, ...]:
    return step.layer, step.path, repr(step.arguments), len(step.reads), len(step.results)
