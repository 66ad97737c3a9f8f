"""What references name: the values in sight of a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lego.catalogue import Variadic, find_layer
from lego.diagnostics import Span
from lego.runtime.importing.calls import Value
from lego.spec import Reads, Reference


class Shadowed(Exception):
    """A name of the graph hides one around it that it would have to read."""


@dataclass(eq=False)
class Scope:
    """The names in a graph.

    Attributes:
        first: What `input` means.
        ports: Names of the inputs, of a block or document.
        outer: The scope around, of an inline graph.
        names: Names of its nodes.
        values: What its nodes give, by name and pick.
        named: The first input was read by its name.
    """

    first: Value | None
    ports: Mapping[Value, str] = field(default_factory=dict[Value, str])
    outer: Scope | None = None
    names: frozenset[str] = frozenset()
    values: dict[Value, tuple[str, str | None]] = field(default_factory=dict[Value, "tuple[str, str | None]"])
    named: bool = False

    def reference(self, value: Value, span: Span) -> Reference:
        """How a node of the graph names a value.

        Raises:
            Shadowed: a name of the graph hides that of the value.
        """
        name, pick = ("input", None) if value is self.first else self.find(value)
        return Reference(name, pick, span)

    def find(self, value: Value) -> tuple[str, str | None]:
        """The name and pick of a value, in this graph or around it."""
        if value in self.values:
            return self.values[value]
        if value in self.ports:
            self.named |= value is self.first
            return self.ports[value], None
        assert self.outer is not None, "a value comes from nowhere"
        found = self.outer.find(value)
        if found[0] in self.names:
            raise Shadowed
        return found

    def name_of(self, value: Value) -> str:
        """The name of what made a value, for an input that is to be called after it."""
        if value in self.values:
            name, pick = self.values[value]
            return name if pick is None or pick.isdigit() else pick
        return self.ports.get(value) or (self.outer.name_of(value) if self.outer is not None else "x")


def reads_of(
    layer: str, reads: Sequence[Value | None], previous: Value | None, scope: Scope, span: Span
) -> Reads | None:
    """What a node says of what it reads; None where it reads the node before.

    Raises:
        Shadowed: one of them cannot be named.
    """
    values = list(reads)
    while values and values[-1] is None:
        values.pop()
    if not values or (len(values) == 1 and values[0] is previous):
        return None
    found = [None if value is None else scope.reference(value, span) for value in values]
    kind = find_layer(layer) if None in found else None
    if kind is None or isinstance(kind.slots, Variadic):
        return Reads(positional=tuple(one for one in found if one is not None), span=span)
    slots = {slot.name: one for slot, one in zip(kind.slots, found, strict=False) if one is not None}
    return Reads(slots=slots, span=span, spans=dict.fromkeys(slots, span))
