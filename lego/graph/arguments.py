"""Which layer or block a node uses, and with which arguments."""

from __future__ import annotations

from typing import Any

from lego.catalogue import Layer, find_layer, show
from lego.diagnostics import Problem
from lego.graph.builder import Unknown
from lego.graph.context import Bound, Context, Place
from lego.graph.scope import Component, Names, parameter_value, shape_value, value_of
from lego.graph.wiring import unknown_layer
from lego.spec import Definition, Use

Target = type[Layer] | Definition


def target_of(use: Use, place: Place, bound: Bound) -> tuple[Target, dict[str, Any]]:
    """The layer or block that a node uses, with the arguments that came with it as a parameter's value."""
    if not use.name.startswith("$"):
        return _find(use.name, place.scope.package.definition(use.name), place), {}
    value = value_of(use.name, place.names(bound.first))
    if isinstance(value, str):
        return _find(value, place.scope.definition(value), place), {}
    if not isinstance(value, Component):
        message = f"`{use.name}` is to name a layer or block, but it is {show(value)}"
        raise Problem("unknown-layer", message, help="a parameter holds one as `act: ReLU`, or `act: {ELU: 0.5}`")
    target = _find(value.name, value.scope.definition(value.name), place)
    names = place.names(bound.first).at(value.scope)
    return target, _evaluate(value.arguments, target, names)


def _find(name: str, definition: Definition | None, place: Place) -> Target:
    if definition is not None:
        return definition
    found = find_layer(name)
    if found is None:
        raise unknown_layer(name, place.scope.package)
    return found


def arguments_of(context: Context, use: Use, target: Target, place: Place, bound: Bound, path: str) -> dict[str, Any]:
    """The arguments that the node gives, evaluated; a problem stands on its argument."""
    names = place.names(bound.first)
    if use.primary is not None:
        with context.at(use.primary.span, path):
            return _evaluate(use.primary.value, target, names)
    found: dict[str, Any] = {}
    unknown = False
    for name, argument in use.arguments.items():
        try:
            with context.at(argument.span, path):
                found |= _evaluate({name: argument.value}, target, names)
        except Unknown:
            unknown = True
    if unknown:
        raise Unknown
    return found


def _evaluate(raw: Any, target: Target, names: Names) -> dict[str, Any]:
    """Arguments as written, evaluated: a mapping by name, anything else for the primary argument."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        primary = target.primary() if not isinstance(target, Definition) else next(iter(target.block.params), None)
        if primary is None:
            what = target.name if isinstance(target, Definition) else target.__name__
            raise Problem("unknown-argument", f"{what} takes no arguments", help=f"write `{what}`")
        raw = {primary: raw}
    if isinstance(target, Definition):
        return {name: parameter_value(value, names) for name, value in raw.items()}  # pyright: ignore[reportUnknownVariableType]
    shapes = target.shape_arguments()
    return {
        name: _plain(shape_value(value, names) if name in shapes else value_of(value, names), names)
        for name, value in raw.items()  # pyright: ignore[reportUnknownVariableType]
    }


def _plain(value: Any, names: Names) -> Any:
    """A layer or block that a parameter holds, where a value is expected: as it is written, its arguments evaluated."""
    if not isinstance(value, Component):
        return value
    if value.arguments is None:
        return value.name
    return {value.name: value_of(value.arguments, names.at(value.scope))}
