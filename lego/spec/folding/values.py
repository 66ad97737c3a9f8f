"""Arguments as they are compared: by name, with their defaults, and literals apart from what the place decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lego.catalogue import Layer, find_layer
from lego.spec.document import Argument, Block, Use
from lego.spec.expression import is_expression

_LOOP = re.compile(r"\b(index|count|item)\b")


class Missing:
    """Stands for a value that is not there: no default is known, or the node is left out."""


Blocks = Mapping[str, Block]
Default = Callable[[str], Any]


def same(value: Any) -> str:
    """Equal for equal values; true is not 1, and 1 is not 1.0."""
    return repr(value)


def arguments_of(use: Use, blocks: Blocks) -> dict[str, Argument]:
    """The arguments of a use by name, a lone value under the name that it sets."""
    if use.primary is None:
        return use.arguments
    if use.name in blocks:
        name = next(iter(blocks[use.name].params), None)
    else:
        layer = find_layer(use.name)
        name = layer.primary() if layer is not None else None
    return {name: use.primary} if name is not None else {"": use.primary}


def argument_names(use: str, given: Sequence[dict[str, Argument]], known: Blocks) -> list[str]:
    """The arguments that any of them gives, in the order of the layer or block."""
    named = dict.fromkeys(name for one in given for name in one)
    layer = None if use in known else find_layer(use)
    order = list(known[use].params) if use in known else list(layer.model_fields) if layer is not None else []
    return sorted(named, key=lambda name: order.index(name) if name in order else len(order))


def defaults_of(name: str, blocks: Blocks) -> Default:
    """The value of an argument of a layer or block where none is given; `Missing` where that is not known."""
    if name in blocks:
        params = blocks[name].params
        return lambda argument: _of_block(params.get(argument))
    layer = find_layer(name)
    return lambda argument: Missing if layer is None else _of_layer(layer, argument)


def _of_block(default: Argument | None) -> Any:
    return Missing if default is None or default.value is None or is_bound(default.value) else default.value


def _of_layer(layer: type[Layer], argument: str) -> Any:
    info = layer.model_fields.get(argument)
    return Missing if info is None or info.is_required() else _plain(info.default)


def _plain(value: Any) -> Any:
    """A default as a document would write it."""
    if isinstance(value, tuple | list):
        items = [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        return Missing if Missing in items else items
    if isinstance(value, str):
        return f"${value}" if value.startswith("$") else value
    return value if value is None or isinstance(value, bool | int | float) else Missing


def is_bound(value: Any) -> bool:
    """Whether a value means what it means only where it stands: an expression is in it."""
    if isinstance(value, str):
        return is_expression(value)
    if isinstance(value, list | tuple):
        return any(map(is_bound, value))  # pyright: ignore[reportUnknownArgumentType]
    return isinstance(value, dict) and any(map(is_bound, value.values()))  # pyright: ignore[reportUnknownArgumentType]


def is_tied(use: str, argument: str, value: Any, blocks: Blocks) -> bool:
    """Whether a value should not move to another place as a whole: an expression, or a shape."""
    if is_bound(value):
        return True
    layer = None if use in blocks else find_layer(use)
    shapes = layer.shape_arguments() if layer is not None else frozenset[str]()
    return argument in shapes


def sizes_of(values: Sequence[Any]) -> list[list[Any]] | None:
    """The values, if they are lists of one length and differ."""
    lists: list[list[Any]] = [value for value in values if isinstance(value, list)]
    alike = len(set(map(len, lists))) == 1 and len(lists) == len(values)
    return lists if alike and len(set(map(same, values))) > 1 else None


def asks_for_loop(value: Any) -> bool:
    """Whether a value may use `index`, `count` or `item`."""
    return is_bound(value) and _LOOP.search(same(value)) is not None


def is_literal(block: Block) -> bool:
    """Whether a block has no parameters, and no shapes that bind symbols: it says the same wherever it is used."""
    return not block.params and all(one.shape is None for one in block.inputs)


def holds_expression(arguments: Iterable[Argument]) -> bool:
    """Whether any of these values depends on where it stands."""
    return any(is_bound(argument.value) for argument in arguments)
