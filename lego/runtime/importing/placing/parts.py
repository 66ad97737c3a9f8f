"""The tree of nodes to be: steps within the modules whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lego.diagnostics import Problem, Span, SpecError
from lego.runtime.importing.calls import Frame, Value
from lego.runtime.importing.steps import Step


@dataclass(eq=False, kw_only=True)
class Item:
    """A node to be.

    Attributes:
        at: When it ran, of all steps.
        path: The module (or parameter) that it is, if it is one; with `fixed` the start of keys in `state_dict`.
        fixed: It has weights, and with them its place and name.
        hint: What it may be called otherwise.
        name: What it is called, once that is known.
    """

    at: int
    span: Span
    path: str = ""
    fixed: bool = False
    hint: str = ""
    name: str = ""

    def needs(self) -> tuple[Value, ...]:
        """The values that it reads and does not make, in the order of its inputs."""
        raise NotImplementedError

    def makes(self) -> tuple[Value, ...]:
        """The values that are made in it, in the order in which they are."""
        raise NotImplementedError


@dataclass(eq=False, kw_only=True)
class Leaf(Item):
    """One step; `shares` is the earlier one whose module it runs again."""

    step: Step
    reads: tuple[Value | None, ...]
    shares: Leaf | None = None

    def needs(self) -> tuple[Value, ...]:
        return tuple(value for value in self.reads if value is not None)

    def makes(self) -> tuple[Value, ...]:
        return self.step.results


@dataclass(eq=False, kw_only=True)
class Group(Item):
    """What stands in one module: one that was called (`frame`), or a container of others, which was not."""

    frame: Frame | None = None
    items: list[Item] = field(default_factory=list[Item])
    agains: list[Again] = field(default_factory=list["Again"])
    _ends: tuple[tuple[Value, ...], tuple[Value, ...]] | None = None

    def add(self, items: Iterable[Item]) -> None:
        """More items, in the order of time."""
        self.items = sorted([*self.items, *items], key=lambda item: item.at)
        self.at = self.items[0].at
        self._ends = None

    def needs(self) -> tuple[Value, ...]:
        return self._both()[0]

    def makes(self) -> tuple[Value, ...]:
        return self._both()[1]

    def _both(self) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        if self._ends is None:
            made = dict.fromkeys(value for item in self.items for value in item.makes())
            read = dict.fromkeys(value for item in self.items for value in item.needs() if value not in made)
            first = [value for value in (self.frame.inputs.values() if self.frame is not None else ()) if value in read]
            self._ends = tuple(dict.fromkeys([*first, *read])), tuple(made)
        return self._ends


@dataclass(eq=False, kw_only=True)
class Again(Item):
    """A later call of a module that has weights; `values` are its own in place of those of the first call."""

    first: Group
    values: dict[Value, Value]

    def needs(self) -> tuple[Value, ...]:
        return tuple(self.values.get(value, value) for value in self.first.needs())

    def makes(self) -> tuple[Value, ...]:
        return tuple(self.values[value] for value in self.first.makes())


def around(path: str) -> str:
    """The path of the module that holds the one of this path."""
    return path.rpartition(".")[0]


def last(path: str) -> str:
    """The name of a module in the one that holds it."""
    return path.rpartition(".")[2]


def chain(frame: Frame | None) -> Iterator[Frame]:
    """A frame and all those around it, from the inside out."""
    while frame is not None:
        yield frame
        frame = frame.parent


def refused(message: str, item: Span, path: str = "", help: str | None = None) -> SpecError:
    """The error of what no document can say."""
    return SpecError([Problem("not-importable", message, help=help).at(item, path)])
