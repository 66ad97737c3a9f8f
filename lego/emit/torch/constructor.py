"""The constructor of a class: its modules, how their weights start, what is frozen and what is tied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lego.catalogue import Construct, Layer, literal
from lego.emit.torch.classes import Classes, Group, inlined
from lego.emit.torch.container import container, is_numbered, makes_something, reach
from lego.emit.torch.layout import wrapped
from lego.graph import Call, Frame, Initial
from lego.spec import LSUV


def constructor_lines(group: Group, classes: Classes) -> list[str]:
    """The statements of `__init__`."""
    writer = _Constructor(group, classes)
    frame = group.first
    if is_numbered(frame):
        lines = writer.collection("super().__init__(", frame, "").split("\n")
    else:
        lines = ["super().__init__()", *(line for call in frame.calls for line in writer.child(call))]
    at = _access(frame)
    lines += _initial_lines(frame, at)
    lines += [f"{at(path)}.requires_grad_(False)" for path in _frozen(frame)]
    lines += [f"{at(tuple(left.split('.')))} = {at(tuple(right.split('.')))}" for left, right in frame.ties]
    return lines if len(lines) > 1 or lines[0] != "super().__init__()" else []


# -- children ----------------------------------------------------------------------------------------------------------


class _Constructor:
    def __init__(self, group: Group, classes: Classes) -> None:
        self.group = group
        self.classes = classes

    def collection(self, opening: str, frame: Frame, prefix: str) -> str:
        """The constructor call of what holds all children of a frame; equal ones by a comprehension."""
        calls = [call for call in frame.calls if makes_something(call)]
        texts = [self.expression(call, f"{prefix}{call.name}") for call in calls]
        names = [call.name for call in calls]
        match container(frame):
            case "nn.ModuleDict":
                return wrapped(
                    f"{opening}{{", [f'"{name}": {text}' for name, text in zip(names, texts, strict=True)], "})"
                )
            case "nn.ModuleList":
                return wrapped(f"{opening}[", texts, "])") if not _alike(texts) else f"{opening}{_alike(texts)})"
            case _ if names == [str(index) for index in range(len(names))]:
                return wrapped(opening, texts, ")") if not _alike(texts) else f"{opening}*({_alike(texts)}))"
            case _:
                pairs = [f'("{name}", {text})' for name, text in zip(names, texts, strict=True)]
                return wrapped(f"{opening}OrderedDict([", pairs, "]))")

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
            saved = "" if made.saved else ", persistent=False"
            return [f'self.register_buffer("{call.name}", {text}{saved})']
        return _assigned(call.name, text, "add_module")

    def expression(self, call: Call, path: str) -> str:
        """The constructor call of a node."""
        if isinstance(call.target, Frame):
            if inlined(call.target):
                return self.collection("nn.Sequential(", call.target, f"{path}.")
            group = self.classes.of[id(call.target)]
            values = group.arguments(call.target).items()
            written = [f"{name}={self._value(path, name, value)}" for name, value in values]
            return wrapped(f"{group.name}(", written, ")")
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
        function = self.classes.imported.get((layer.imports, made.function), made.function)
        return wrapped(f"{function}(", parts, ")")

    def _value(self, path: str, name: str, value: Any) -> str:
        return self.group.holes.get((path, name)) or literal(value)


def _alike(texts: list[str]) -> str | None:
    """A comprehension of more than three equal children."""
    return f"{texts[0]} for _ in range({len(texts)})" if len(texts) > 3 and len(set(texts)) == 1 else None


def _assigned(name: str, text: str, register: str) -> list[str]:
    statement = f'self.{register}("{name}", {text})' if not name.isidentifier() else f"self.{name} = {text}"
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


def _access(frame: Frame) -> Callable[[Path], str]:
    """Writes the expression of something below a frame: `self.features[0].weight`."""
    own = reach(frame)

    def at(path: Path) -> str:
        text = own(str(path[0]))
        for part in path[1:]:
            text += f"[{part}]" if isinstance(part, int) else _attribute(text, part)
        return text

    def _attribute(text: str, part: str) -> str:
        return f".{part}" if part.isidentifier() else f'.get_submodule("{part}")'

    return at


def _frozen(frame: Frame) -> Iterator[Path]:
    return (path for path, call in _leaves(frame) if call.node.freeze and not _stateless(call))


def _stateless(call: Call) -> bool:
    return not isinstance(call.target, Frame | Layer) or (isinstance(call.target, Layer) and not call.target.weights())


def _initial_lines(frame: Frame, at: Callable[[Path], str]) -> list[str]:
    """How weights start; modules whose weights start alike are told of together."""
    by_rule: dict[tuple[tuple[str, Initial], ...], list[str]] = {}
    for path, call in _leaves(frame):
        if call.initial:
            by_rule.setdefault(call.initial, []).append(at(path))
    lines: list[str] = []
    for initial, modules in by_rule.items():
        if len(modules) == 1:
            lines += [_start(modules[0], weight, one) for weight, one in initial]
        else:
            lines += wrapped("for module in (", modules, "):").split("\n")
            lines += [f"    {_start('module', weight, one)}" for weight, one in initial]
    return lines


def _start(module: str, weight: str, initial: Initial) -> str:
    arguments = "".join(f", {name}={literal(value)}" for name, value in initial.arguments)
    parts = (f"[{part}]" if part.isdigit() else f".{part}" for part in weight.split(".") if part)
    function = "orthogonal" if initial.function == LSUV else initial.function  # the rest of it needs data
    return f"nn.init.{function}_({module}{''.join(parts)}{arguments})"
