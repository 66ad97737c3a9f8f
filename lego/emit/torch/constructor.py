"""The constructor of a class: its modules, how their weights start, what is frozen and what is tied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lego.catalogue import Construct, Layer, literal
from lego.emit.torch.classes import Classes, Group, inlined
from lego.graph import Call, Frame, Initial

_WIDTH = 110


def constructor_lines(group: Group, classes: Classes) -> list[str]:
    """The statements of `__init__` after `super().__init__()`."""
    writer = _Constructor(group, classes)
    frame = group.first
    lines = [line for call in frame.calls for line in writer.child(call)]
    lines += _initial_lines(frame)
    lines += [f"{_at(path)}.requires_grad_(False)" for path in _frozen(frame)]
    lines += [f"{_at(_parts(frame, left))} = {_at(_parts(frame, right))}" for left, right in frame.ties]
    return lines


# -- children ----------------------------------------------------------------------------------------------------------


class _Constructor:
    def __init__(self, group: Group, classes: Classes) -> None:
        self.group = group
        self.classes = classes

    def child(self, call: Call) -> list[str]:
        """The statement that makes a node's module, parameter or buffer."""
        target = call.target
        made = target.construct() if isinstance(target, Layer) else None
        if made is None and not isinstance(target, Frame):
            return []
        text = self.expression(call, call.name)
        if made is not None and made.kind == "parameter":
            return _assigned(call.name, f"nn.Parameter({text})", "register_parameter")
        if made is not None and made.kind == "buffer":
            return [f'self.register_buffer("{call.name}", {text}, persistent=False)']
        return _assigned(call.name, text, "add_module")

    def expression(self, call: Call, path: str) -> str:
        """The constructor call of a node."""
        if isinstance(call.target, Frame):
            if inlined(call.target):
                return self.sequential(call.target, path)
            group = self.classes.of[id(call.target)]
            values = group.arguments(call.target).items()
            written = [f"{name}={self._value(path, name, value)}" for name, value in values]
            return f"{group.name}({', '.join(written)})"
        assert isinstance(call.target, Layer)
        made = call.target.construct()
        assert made is not None
        return self._construct(call.target, made, path)

    def _construct(self, layer: Layer, made: Construct, path: str) -> str:
        parts = [self._value(path, name, value) for name, value in made.positional.items()]
        keywords = dict(made.keywords)
        for name in type(layer).model_fields:  # a default here may be an argument of the class elsewhere
            if (path, name) in self.group.holes and name not in made.positional:
                keywords.setdefault(name, None)
        parts += [f"{name}={self._value(path, name, value)}" for name, value in keywords.items()]
        return f"{made.function}({', '.join(parts)})"

    def _value(self, path: str, name: str, value: Any) -> str:
        return self.group.holes.get((path, name)) or literal(value)

    def sequential(self, frame: Frame, path: str) -> str:
        """A chain: `nn.Sequential(…)`, equal ones by a comprehension, names where the nodes have names."""
        calls = frame.calls
        texts = [self.expression(call, f"{path}.{call.name}") for call in calls]
        if [call.name for call in calls] == [str(index) for index in range(len(calls))]:
            if len(texts) > 3 and len(set(texts)) == 1:
                return f"nn.Sequential(*({texts[0]} for _ in range({len(texts)})))"
            return _wrapped("nn.Sequential(", texts, ")")
        pairs = [f'("{call.name}", {text})' for call, text in zip(calls, texts, strict=True)]
        return _wrapped("nn.Sequential(OrderedDict([", pairs, "]))")


def _wrapped(before: str, parts: list[str], after: str) -> str:
    """On one line where that is short, else one part a line."""
    flat = f"{before}{', '.join(parts)}{after}"
    if len(flat) <= _WIDTH - 20 and not any("\n" in part for part in parts):
        return flat
    inside = "".join("\n    " + part.replace("\n", "\n    ") + "," for part in parts)
    return f"{before}{inside}\n{after}"


def _assigned(name: str, text: str, register: str) -> list[str]:
    statement = f'self.{register}("{name}", {text})' if name.isdigit() else f"self.{name} = {text}"
    return statement.split("\n")


# -- weights -----------------------------------------------------------------------------------------------------------

Path = tuple[str | int, ...]


def _leaves(frame: Frame, prefix: Path = ()) -> Iterator[tuple[Path, Call]]:
    """The calls that this class makes itself, chains written inside it included; a number is a position in a chain."""
    for index, call in enumerate(frame.calls):
        part: str | int = index if prefix and call.name.isdigit() else call.name
        yield (*prefix, part), call
        if isinstance(call.target, Frame) and inlined(call.target):
            yield from _leaves(call.target, (*prefix, part))


def _at(path: Path) -> str:
    """The expression of something below: `self.features[0].weight`."""
    text = "self"
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isdigit():
            text = f'getattr({text}, "{part}")'
        else:
            text += f".{part}"
    return text


def _frozen(frame: Frame) -> Iterator[Path]:
    return (path for path, call in _leaves(frame) if call.node.freeze and not _stateless(call))


def _stateless(call: Call) -> bool:
    return not isinstance(call.target, Frame | Layer) or (isinstance(call.target, Layer) and not call.target.weights())


def _initial_lines(frame: Frame) -> list[str]:
    """How weights start; weights that start alike are told of together."""
    by_rule: dict[tuple[str, Initial], list[Path]] = {}
    for path, call in _leaves(frame):
        for weight, initial in call.initial:
            by_rule.setdefault((weight, initial), []).append(path)
    lines: list[str] = []
    for (weight, initial), paths in by_rule.items():
        arguments = "".join(f", {name}={literal(value)}" for name, value in initial.arguments)
        attribute = f".{weight}" if weight else ""
        if len(paths) == 1:
            lines.append(f"nn.init.{initial.function}_({_at(paths[0])}{attribute}{arguments})")
        else:
            modules = [_at(path) for path in paths]
            lines += _wrapped("for module in (", modules, "):").split("\n")
            lines.append(f"    nn.init.{initial.function}_(module{attribute}{arguments})")
    return lines


def _parts(frame: Frame, weight: str) -> Path:
    """A weight's path as attributes and positions: list items inside chains are positions."""
    return tuple(weight.split("."))
