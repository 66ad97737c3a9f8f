"""The pass that puts a function of torch in the place of each `auto`, once the whole graph is known.

Equal uses of a block share a frame, and what follows them may differ: a frame becomes as many as there are ways in
which its weights start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lego.catalogue import Layer
from lego.graph.frame import Call, Frame, Initial, Shared
from lego.graph.initial_auto import automatic
from lego.graph.initial_follows import activation_after
from lego.spec import AUTO

if TYPE_CHECKING:
    import networkx as nx

_Key = tuple[int, tuple[tuple[int, tuple[tuple[str, Initial], ...]], ...]]


def settle(root: Frame, flat: nx.MultiDiGraph[str]) -> Frame:
    """The same frame without `auto`; `flat` is its flat graph."""
    return _Settling(flat).frame(root, "", ())


class _Settling:
    def __init__(self, flat: nx.MultiDiGraph[str]) -> None:
        self.flat = flat
        self.made: dict[_Key, Frame] = {}
        """By what they were, and what their calls have come to."""

    def frame(self, frame: Frame, prefix: str, lent: tuple[str, ...]) -> Frame:
        """A frame whose modules' paths start so; `lent` are the paths of those that it runs from around."""
        modules: list[str] = []
        calls: list[Call] = []
        for call in frame.calls:
            modules.append(_module(call, f"{prefix}{call.name}", modules, lent))
            inner = tuple([modules[lender] if lender >= 0 else lent[~lender] for lender in call.lends])
            calls.append(self.call(call, modules[-1], inner))
        key = (id(frame), tuple([(id(call.body), call.initial) for call in calls]))
        if key not in self.made:
            same = all(new is old for new, old in zip(calls, frame.calls, strict=True))
            self.made[key] = frame if same else replace(frame, calls=tuple(calls))
        return self.made[key]

    def call(self, call: Call, module: str, lent: tuple[str, ...]) -> Call:
        """A call whose weights are those of the module at a path."""
        body = call.body
        if isinstance(body, Frame):
            frame = self.frame(body, f"{module}.", lent)
            if frame is body:
                return call
            return call._replace(target=Shared(call.target.call, frame) if isinstance(call.target, Shared) else frame)
        if all(one.function != AUTO for _, one in call.initial):
            return call
        return call._replace(initial=self.initial(body, call.initial, activation_after(self.flat, module)))

    def initial(
        self, layer: Layer, initial: tuple[tuple[str, Initial], ...], activation: Layer | None
    ) -> tuple[tuple[str, Initial], ...]:
        """How the weights of a layer start."""
        shapes = layer.weights()
        found = [
            (weight, automatic(layer, weight, shapes[weight], activation, one.span) if one.function == AUTO else one)
            for weight, one in initial
        ]
        return tuple([(weight, one) for weight, one in found if one is not None])


def _module(call: Call, path: str, modules: list[str], lent: tuple[str, ...]) -> str:
    """The path of the module that a call runs, which may be another's."""
    if not isinstance(call.target, Shared):
        return path
    index = call.target.call
    return modules[index] if index >= 0 else lent[~index]
