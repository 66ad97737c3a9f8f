"""Arguments: from Python's values to those of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from numbers import Integral, Real
from typing import Any, cast

from lego.builder.expression import Expression
from lego.builder.failure import failure
from lego.builder.handle import Handle, kind
from lego.builder.place import Site
from lego.spec import Argument

Text = Callable[[Expression], Any]
"""How an expression is written where the value stands."""


class Component:
    """What can be the value of a parameter as a layer or block: `act=L.ReLU`, `block=basic(planes=16)`."""

    def used(self) -> Component:
        """The layer or block as it is used, with its arguments."""
        return self

    def component(self, text: Text) -> Any:
        """As a document writes it: a name, or `{name: arguments}`."""
        raise NotImplementedError


def data(value: Any, text: Text, what: str, site: Site, key: int | str) -> Any:
    """A value as a document has it; `what` is it that takes it.

    Raises:
        BuilderError: no document can have it.
    """
    again = partial(data, text=text, what=what, site=site, key=key)
    found = component_of(value)
    if found is not None:
        return found.component(text)
    match value:
        case Expression():
            return text(value)
        case str():
            return f"${value}" if value.startswith("$") else str(value)
        case None | bool() | float():
            return value
        case Integral():
            return int(value)
        case Real():
            return float(value)
        case list() | tuple():
            return [again(item) for item in cast("list[Any]", value)]
        case Mapping():
            return {str(name): again(item) for name, item in cast("Mapping[Any, Any]", value).items()}
        case _:
            raise _no_data(value, what, site, key)


def component_of(value: Any) -> Component | None:
    """The layer or block that a value is; a class of layers stands for one without arguments."""
    if isinstance(value, type) and issubclass(value, Component):
        return value()
    return value.used() if isinstance(value, Component) else None


def _no_data(value: Any, what: str, site: Site, key: int | str) -> Exception:
    name = f"`{key}`" if isinstance(key, str) else "an argument"
    if isinstance(value, Handle):
        help = f"call {what} on the tensor once it has its arguments: `{what}(…)(x)`"
        return failure("bad-value", f"{name} of {what} is a tensor of the graph, not data", help, site.argument(key))
    message = f"{name} of {what} must be numbers, texts, lists or a layer, found {kind(value)}"
    return failure("bad-value", message, None, site.argument(key))


def argument(value: Any, text: Text, what: str, site: Site, key: int | str) -> Argument:
    """The same with its place."""
    return Argument(data(value, text, what, site, key), site.argument(key))
