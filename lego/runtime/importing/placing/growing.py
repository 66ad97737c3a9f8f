"""From steps to the tree: each stands in the module whose weights it has, or whose call it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lego.runtime.importing.calls import Frame, Value
from lego.runtime.importing.placing.parts import Again, Group, Item, Leaf, around, chain, last, refused
from lego.runtime.importing.placing.repeated import Later, without_later_calls
from lego.runtime.importing.steps import Step, Steps

_TENSORS = ("Parameter", "Buffer")


def grow(steps: Steps) -> tuple[Group, dict[Value, Value]]:
    """The tree of all steps, and the values that are others by another name.

    Raises:
        SpecError: a module is called in a way that no document can say.
    """
    frames = _Frames(steps.steps)
    grower = _Grower(steps.frames[0], frames)
    for at, entry in enumerate(without_later_calls(steps.steps, frames.weighted - frames.dissolved)):
        if isinstance(entry, Later):
            grower.again(at, entry)
        else:
            grower.step(at, entry)
    grower.check()
    return grower.root, grower.same


class _Frames:
    """What can be said of the calls of modules before anything is placed.

    Attributes:
        weighted: Those with weights inside.
        dissolved: Those that are one layer with what is around it: its weights are the module's own.
        lone: Those of a single step without weights, which has their name.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.weighted: set[Frame] = set()
        self.dissolved: set[Frame] = set()
        counts: Counter[Frame] = Counter()
        for step in steps:
            around = list(chain(step.frame))[:-1]
            counts.update(around)
            if step.path:
                self.weighted.update(around)
            if step.path and around and step.path == step.frame.path:
                self.dissolved.add(step.frame)
        self.lone = {frame for frame, count in counts.items() if count == 1} - self.weighted


class _Grower:
    def __init__(self, model: Frame, frames: _Frames) -> None:
        self.frames = frames
        self.root = Group(at=0, span=model.span, fixed=True, frame=model)
        self.same: dict[Value, Value] = {}
        self._groups = {"": self.root}
        self._leaves: dict[str, Leaf] = {}
        self._spots: dict[Frame, tuple[Group, str]] = {model: (self.root, "")}

    # -- steps -------------------------------------------------------------------------------------------------------

    def step(self, at: int, step: Step) -> None:
        reads = tuple(None if value is None else self.same.get(value, value) for value in step.reads)
        leaf = Leaf(at=at, span=step.span, path=step.path or step.module, hint=step.name, step=step, reads=reads)
        if step.path:
            self._with_weights(leaf)
        else:
            self._without(leaf)

    def _with_weights(self, leaf: Leaf) -> None:
        first = self._leaves.get(leaf.path)
        if first is not None and leaf.step.layer in _TENSORS:
            self.same |= zip(leaf.step.results, first.step.results, strict=True)
            return
        leaf.fixed, leaf.shares = first is None, first
        self._leaves.setdefault(leaf.path, leaf)
        self._located(around(leaf.path), leaf).add([leaf])

    def _without(self, leaf: Leaf) -> None:
        frame = leaf.step.frame
        while frame in self.frames.lone and frame.parent is not None:
            leaf.path, frame = frame.path or leaf.path, frame.parent
        group, prefix = self._spot(frame, leaf)
        self._name(leaf, prefix)
        group.add([leaf])

    def _name(self, item: Item, prefix: str) -> None:
        if prefix:
            item.hint = f"{prefix}_{last(item.path) or item.hint}"
            item.path = ""

    def again(self, at: int, later: Later) -> None:
        """A later call of a module with weights."""
        frame, call = later.first, later.call
        first = self._located(frame.path, call)
        item = Again(at=at, span=call.span, path=frame.path, first=first, values=later.values)
        first.agains.append(item)
        self._located(around(frame.path), call).add([item])

    # -- where to ----------------------------------------------------------------------------------------------------

    def _spot(self, frame: Frame, inside: Item) -> tuple[Group, str]:
        """The group for what stands in a call, and what its names begin with."""
        if frame not in self._spots:
            self._spots[frame] = self._new_spot(frame, inside)
        return self._spots[frame]

    def _new_spot(self, frame: Frame, inside: Item) -> tuple[Group, str]:
        if frame in self.frames.dissolved:
            return self._located(around(frame.path), inside), last(frame.path)
        if frame in self.frames.weighted:
            group = self._located(frame.path, inside)
            group.frame, group.span = frame, frame.span
            return group, ""
        assert frame.parent is not None
        outer, prefix = self._spot(frame.parent, inside)
        hint = type(frame.module).__name__.lower()
        group = Group(at=inside.at, span=frame.span, path=frame.path, hint=hint, frame=frame)
        self._name(group, prefix)
        outer.add([group])
        return group, ""

    def _located(self, path: str, inside: Item | Frame) -> Group:
        """The group of a module with weights."""
        if path not in self._groups:
            at = inside.at if isinstance(inside, Item) else 0
            group = Group(at=at, span=inside.span, path=path, fixed=True)
            self._groups[path] = group
            self._located(around(path), inside).add([group])
        return self._groups[path]

    def check(self) -> None:
        """A layer is no container.

        Raises:
            SpecError: the weights of a module are read by a layer, and also otherwise.
        """
        for path, leaf in self._leaves.items():
            if path in self._groups:
                message = f"the weights of `{path}` are read by its {leaf.step.layer}, and also otherwise"
                raise refused(message, leaf.span, path, "read them in one place, or tie two modules' weights")
