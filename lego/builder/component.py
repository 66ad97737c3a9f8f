"""The layer or block that a parameter holds, in use: `act()(x)`, `block(x, planes=64)`."""

from __future__ import annotations

from functools import partial
from typing import Any

from lego.builder.data import Component, Text, argument, data
from lego.builder.expression import Expression, needed
from lego.builder.failure import failure
from lego.builder.handle import Handle, OutputNames, kind
from lego.builder.module import Module, Reads, split_options
from lego.builder.place import Site
from lego.builder.scope import Draft, Scope
from lego.spec import Argument, Use


def use_component(expression: Expression, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
    """On tensors, a node of the graph that is being written; on arguments alone, a module that waits for them."""
    tensors = [one for one in inputs if isinstance(one, Handle)]
    slots = {name: one for name, one in arguments.items() if isinstance(one, Handle)}
    rest = {name: one for name, one in arguments.items() if name not in slots}
    positional = [one for one in inputs if not isinstance(one, Handle)]
    if len(positional) > 1:
        needed(expression)  # whose argument each is, only the layer or block itself knows
    module = Held(expression, positional, rest)
    return module(*tensors, **slots) if tensors or slots else module


class Held(Module, Component):
    """The layer or block that a parameter holds, with arguments that go over its own."""

    def __init__(self, expression: Expression, primary: list[Any], arguments: dict[str, Any]) -> None:
        options, self.arguments = split_options(arguments)
        super().__init__(options)
        self.expression = expression
        self.primary = primary
        if primary and self.arguments:
            needed(expression)

    @property
    def label(self) -> str:
        """What it is, as far as that is known."""
        return "the layer of a parameter"

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node."""
        first = reads[0][1] if reads else None
        text = partial(scope.text, first=first)
        name = text(self.expression)
        use = Use(name=name, primary=self._primary(text), arguments=self._arguments(text), span=site.span)
        base = "".join(one if one.isalnum() else "_" for one in name).strip("_").lower()
        fields = self._options.fields(scope, first)
        return Draft(base, self._options.name, lambda: use, reads, site.span, fields), lambda: None

    def _primary(self, text: Text) -> Argument | None:
        site = self._options.site
        return argument(self.primary[0], text, self.label, site, 0) if self.primary else None

    def _arguments(self, text: Text) -> dict[str, Argument]:
        site = self._options.site
        return {name: argument(one, text, self.label, site, name) for name, one in self.arguments.items()}

    def component(self, text: Text) -> Any:
        """As the value of another parameter."""
        if self.primary or self.arguments:
            return needed(self.expression)
        return data(self.expression, text, self.label, self._options.site, 0)

    def bind(self, inputs: list[Handle], slots: dict[str, Handle], site: Site) -> Reads:
        """By position or by slot, as they are given; which slots there are shows when the parameter is known."""
        if inputs and slots:
            message = "the inputs of what a parameter holds go by position, or all by name"
            raise failure("bad-value", message, f"found {len(inputs)} and {kind(next(iter(slots)))}", site.span)
        return [("", one) for one in inputs] or list(slots.items())
