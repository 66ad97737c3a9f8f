"""What holds the children of a frame: a chain is an `nn.Sequential`, numbered children stand in a list or dict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from lego.catalogue import Layer
from lego.graph import Call, Frame, Ref

_TAKEN = frozenset(("append", "extend", "insert", "pop"))
"""What nn.Sequential calls its own beside what nn.Module does."""


Container = Literal["nn.Sequential", "nn.ModuleList", "nn.ModuleDict", "nn.Module"]


def container(frame: Frame) -> Container:
    """The class that a frame's class derives from."""
    if is_chain(frame):
        return "nn.Sequential"
    if not is_numbered(frame):
        return "nn.Module"
    return "nn.ModuleList" if _in_order(frame) else "nn.ModuleDict"


def is_numbered(frame: Frame) -> bool:
    """Whether its children are modules with numbers for names, which no attribute can have."""
    made = [call for call in frame.calls if makes_something(call)]
    return bool(made) and all(call.name.isdigit() and _makes_module(call) for call in made)


def _in_order(frame: Frame) -> bool:
    made = [call.name for call in frame.calls if makes_something(call)]
    return made == [str(index) for index in range(len(made))]


def reach(frame: Frame) -> Callable[[str], str]:
    """How the methods of a frame's class reach a child of it, by its name; found once for the frame."""
    match container(frame):
        case "nn.ModuleList":
            return lambda name: f"self[{name}]"
        case "nn.Sequential" if is_numbered(frame):
            positions = {call.name: position for position, call in enumerate(frame.calls)}
            return lambda name: f"self[{positions[name]}]"
        case "nn.ModuleDict":
            return lambda name: f'self["{name}"]'
        case _:
            return lambda name: f"self.{name}" if name.isidentifier() else f'getattr(self, "{name}")'


def makes_something(call: Call) -> bool:
    """Whether a call needs something to be constructed."""
    return isinstance(call.target, Frame) or (isinstance(call.target, Layer) and call.target.construct() is not None)


def _makes_module(call: Call) -> bool:
    return isinstance(call.target, Frame) or (isinstance(call.target, Layer) and is_module(call.target))


def is_chain(frame: Frame) -> bool:
    """Whether each call is a module that reads the one before, and nothing else is to be done."""
    if (
        frame.kind in ("cell", "initial")
        or len(frame.ports) != 1
        or frame.borrowed
        or frame.ties
        or len(frame.outputs) != 1
        or frame.form == "mapping"
    ):
        return False
    previous = Ref(-1, 0)
    for index, call in enumerate(frame.calls):
        if call.inputs != (previous,) or not _is_plain(call):
            return False
        previous = Ref(index, 0)
    return frame.outputs[0][1] == previous


def _is_plain(call: Call) -> bool:
    """A module of one input and one output, called as modules are."""
    if call.node.checkpoint or call.name in _TAKEN or len(call.outputs) != 1:
        return False
    target = call.target
    if isinstance(target, Frame):
        return call.scan is None and not target.borrowed and target.form == "one"
    return isinstance(target, Layer) and is_module(target) and target.call("m", ("x",), _NoSizes()) == "m(x)"


def is_module(layer: Layer) -> bool:
    """Whether a layer is a module, rather than an operation, a parameter or a buffer."""
    made = layer.construct()
    return made is not None and made.kind == "module"


class _NoSizes:
    def size(self, size: object) -> str:
        return "?"

    def dtype(self, dtype: str) -> str:
        return dtype
