"""Which classes there are: frames of one structure share a class, and what differs among them becomes its arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lego.catalogue import Construct, Layer, literal
from lego.emit.torch.container import is_chain, makes_something
from lego.emit.torch.forward import Forward, write_forward
from lego.emit.torch.imported import Imported
from lego.emit.torch.names import class_name, unique, variable
from lego.emit.torch.recurrence import Lowering, write_cell
from lego.graph import Call, Frame, Scan

Key = tuple[Any, ...]


@dataclass(slots=True)
class Group:
    """Frames that are one class.

    Attributes:
        name: The class.
        frames: Its uses that differ, in the order of execution; `positions` finds them by identity.
        forward: None for a chain.
        parameters: Name of each constructor argument, and its value in each frame.
        holes: For each value in a constructor call of the class, by (call, argument): the parameter that fills it.
    """

    name: str
    forward: Forward | None
    frames: list[Frame] = field(default_factory=list[Frame])
    positions: dict[int, int] = field(default_factory=dict[int, int])
    parameters: dict[str, tuple[Any, ...]] = field(default_factory=dict[str, "tuple[Any, ...]"])
    holes: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    @property
    def first(self) -> Frame:
        """The frame that stands for all of them."""
        return self.frames[0]

    def arguments(self, frame: Frame) -> dict[str, Any]:
        """The constructor arguments that make this frame."""
        position = self.positions[id(frame)]
        return {name: values[position] for name, values in self.parameters.items()}

    def add(self, frame: Frame) -> None:
        """One more use, if it is not there yet."""
        if id(frame) not in self.positions:
            self.positions[id(frame)] = len(self.frames)
            self.frames.append(frame)


@dataclass(slots=True)
class Classes:
    """All classes of a source, in an order in which each uses earlier ones only."""

    imported: Imported = field(default_factory=dict[tuple[str, str], str])
    groups: list[Group] = field(default_factory=list[Group])
    of: dict[int, Group] = field(default_factory=dict[int, Group])
    """The group of each frame that has a class, by identity."""
    names: set[str] = field(default_factory=set[str])
    """What stands for something in the whole source: its classes, helpers and imports."""


def find_classes(
    root: Frame, name: str, imported: Imported, taken: Iterable[str] = (), lowering: Lowering = "auto"
) -> Classes:
    """Group the frames of a graph; `taken` are names that the source has besides."""
    finder = _Finder(Classes(imported, names=set(taken)), lowering)
    finder.visit(root, class_name(name))
    for group in finder.classes.groups:
        _Parameters(group, finder.classes).find()
    return finder.classes


def inlined(frame: Frame) -> bool:
    """Whether a frame needs no class: a composite that is a chain is written as `nn.Sequential(…)` where it stands."""
    return frame.kind not in ("net", "block") and is_chain(frame)


class _Finder:
    """Names and groups frames, inner ones first."""

    def __init__(self, classes: Classes, lowering: Lowering) -> None:
        self.classes = classes
        self.lowering: Lowering = lowering
        self.by_key: dict[Key, Group] = {}
        self.keys: dict[tuple[int, str], Key] = {}

    def visit(self, frame: Frame, base: str, scan: Scan | None = None, both: bool = False) -> Key:
        """The key of a frame: equal for frames that one class can make; `scan` where it runs once a step."""
        known = self.keys.get((id(frame), base))
        if known is None:
            turns = sum(call.scan is not None for call in frame.calls) > 1
            children = tuple(self._child(call, base, turns) for call in frame.calls)
            forward = None if scan is None else write_cell(frame, scan, both, self.lowering)
            known = self._key(frame, base, children, forward)
            self.keys[id(frame), base] = known
            if not inlined(frame):
                self._assign(frame, base, known)
        return known

    def _child(self, call: Call, base: str, both: bool) -> Key:
        """What a call adds to the structure: a module's class but not its numbers, all of an operation."""
        flags = (call.name, call.initial, call.node.freeze, call.node.checkpoint)
        match call.target:
            case Frame():
                return (*flags, self.visit(call.target, self._base(call, call.target, base), call.scan, both))
            case Layer():
                made = call.target.construct()
                return (*flags, call.target.key if made is None else (type(call.target), made.function, made.kind))
            case _:
                return (*flags, call.target.call)

    def _base(self, call: Call, frame: Frame, base: str) -> str:
        if frame.kind == "block":
            return class_name(frame.label.rpartition(".")[2])
        if call.scan is not None:
            return f"{base}Cell"
        name = "" if call.name.isdigit() else class_name(call.name)
        return base + (name or ("" if frame.kind in ("Sequential", "branch") else class_name(frame.kind)))

    def _key(self, frame: Frame, base: str, children: tuple[Key, ...], forward: Forward | None) -> Key:
        if is_chain(frame):
            return (base, frame.kind, children)
        forward = forward or write_forward(frame)
        return (base, frame.kind, children, forward, frame.ties)

    def _assign(self, frame: Frame, base: str, key: Key) -> None:
        group = self.by_key.get(key)
        if group is None:
            group = Group(unique(base, self.classes.names, ""), None if is_chain(frame) else key[3])
            self.classes.names.add(group.name)
            self.by_key[key] = group
            self.classes.groups.append(group)
        group.add(frame)
        self.classes.of[id(frame)] = group


# -- constructor arguments ---------------------------------------------------------------------------------------------


def constructs(frame: Frame, prefix: str = "") -> Iterator[tuple[str, Call]]:
    """The calls that a frame's constructor makes something for, chains written inside it included."""
    for call in frame.calls:
        path = f"{prefix}{call.name}"
        if isinstance(call.target, Frame) and inlined(call.target):
            yield from constructs(call.target, f"{path}.")
        elif makes_something(call):
            yield path, call


def values_of(call: Call, classes: Classes) -> dict[str, Any]:
    """Every value in the constructor call of a node, defaults included, by name."""
    if isinstance(call.target, Frame):
        return classes.of[id(call.target)].arguments(call.target)
    assert isinstance(call.target, Layer)
    made: Construct | None = call.target.construct()
    assert made is not None
    written = {**made.positional, **made.keywords}
    defaults = {name: info.default for name, info in type(call.target).model_fields.items() if not info.is_required()}
    return {**{name: value for name, value in defaults.items() if name in call.target.__dict__}, **written}


class _Parameters:
    """Finds what differs among the frames of a group: equal rows of values become one argument."""

    def __init__(self, group: Group, classes: Classes) -> None:
        self.group = group
        self.classes = classes

    def find(self) -> None:
        group = self.group
        if len(group.frames) < 2:
            return
        rows = self._rows()
        named = self._block_arguments()
        by_row: dict[str, str] = {}
        for (path, argument), row in rows.items():
            written = [literal(value) for value in row]
            if len(set(written)) == 1:
                continue
            key = repr(written)
            if any(isinstance(value, Layer) for value in row):  # a module each: one in two places would share weights
                key = f"{path}.{argument}"
            if key not in by_row:
                by_row[key] = self._name(named.get(key), path, argument)
                group.parameters[by_row[key]] = row
            group.holes[path, argument] = by_row[key]
        self._in_order(named)

    def _rows(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        columns = [dict(constructs(frame)) for frame in self.group.frames]
        rows: dict[tuple[str, str], tuple[Any, ...]] = {}
        for path in columns[0]:
            values = [values_of(column[path], self.classes) for column in columns]
            for argument in dict.fromkeys(name for one in values for name in one):
                rows[path, argument] = tuple(one.get(argument) for one in values)
        return rows

    def _block_arguments(self) -> dict[str, str]:
        """Rows of the block's own parameters: where they fit, the class takes their names."""
        named: dict[str, str] = {}
        for name in self.group.first.arguments:
            row = [frame.arguments.get(name) for frame in self.group.frames]
            if all(value is None or isinstance(value, bool | int | float | str) for value in row):
                named.setdefault(repr([literal(value) for value in row]), name)
        return named

    def _name(self, wanted: str | None, path: str, argument: str) -> str:
        known = {*self.group.parameters, *self.classes.names}
        for name in (wanted, argument, f"{path.replace('.', '_')}_{argument}"):
            if name is not None and variable(name) not in known and not name[0].isdigit():
                return variable(name)
        return unique(f"{argument}_", known, "")

    def _in_order(self, named: dict[str, str]) -> None:
        """What the input decides first, as in torch; then the block's own parameters in their order."""
        own = list(named.values())
        parameters = self.group.parameters
        order = sorted(parameters, key=lambda name: own.index(name) + 1 if name in own else 0)
        self.group.parameters = {name: parameters[name] for name in order}
