"""What each `init` reaches: a weight that it names, and that no layer under it has, is most likely misspelt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lego.catalogue import Layer
from lego.diagnostics import Diagnostic, did_you_mean
from lego.graph.initial import is_called
from lego.spec import Init, Initialiser

_ALWAYS = frozenset(("", "weight", "bias"))
"""What a general `init` speaks of, whether or not a layer here has it."""


class Reach:
    """The weights under each `init`, gathered while layers are filled in."""

    def __init__(self) -> None:
        self._under: dict[int, tuple[Init, dict[str, set[str]]]] = {}

    def note(self, init: Init, layer: Layer) -> None:
        """A layer stands under an `init`."""
        _, kinds = self._under.setdefault(id(init), (init, {}))
        kinds.setdefault(type(layer).__name__, set()).update(layer.weights())

    def unused(self) -> Iterator[Diagnostic]:
        """A warning for each weight that an `init` names and that none of the layers under it has."""
        for init, kinds in self._under.values():
            by_name = set[str]().union(*kinds.values()) - {""}  # a Parameter, which is reached by layer only
            yield from _unknown(init.weights, by_name, "no layer")
            for kind, named in init.layers.items():
                if kind in kinds:
                    yield from _unknown(named, kinds[kind], f"no {kind}")


def _unknown(named: Mapping[str, Initialiser], weights: set[str], none: str) -> Iterator[Diagnostic]:
    for name, one in named.items():
        if name not in _ALWAYS and not any(is_called(weight, name) for weight in weights):
            known = sorted(weights)
            help = did_you_mean(name, known) or f"their weights are: {', '.join(known) or 'none'}"
            message = f"{none} here has a weight `{name}`"
            yield Diagnostic("unused", message, one.span, "", "warning", help=help)
