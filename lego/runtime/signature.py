"""The arguments and inputs of a torch module, read off the signatures of its `__init__` and `forward`."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Collection, Iterator, Sequence
from inspect import Parameter
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import torch
from torch import nn

from lego.catalogue import Expected, Flag, Integer, Layer, Real, Slot, Text, argument, show

_NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
_PLAIN: dict[Any, Any] = {int: Integer, float: Real, bool: Flag, str: Text}


# -- arguments ---------------------------------------------------------------------------------------------------------


def read_arguments(module: type[nn.Module], base: type[Layer]) -> dict[str, tuple[Any, Any]]:
    """The fields of a layer, by name: type and default; a default that no document could write is left to the module.

    Raises:
        TypeError: a required argument is none that a document can give, or one has a name that `base` needs.
    """
    fields: dict[str, tuple[Any, Any]] = {}
    for parameter in named_parameters(module.__init__):
        type_ = _argument_type(_hint(module.__init__, parameter))
        if type_ is None and parameter.default is Parameter.empty:
            what = "an annotation that a document can fill: int, float, bool, str, Literal, or a tuple of them"
            raise TypeError(f"`{parameter.name}` of {module.__name__}.__init__ needs {what}")
        if type_ is None:
            continue
        if hasattr(base, parameter.name) or parameter.name.startswith("_"):
            raise TypeError(f"{module.__name__}.__init__ calls an argument `{parameter.name}`, which no layer can have")
        default = ... if parameter.default is Parameter.empty else _frozen(parameter.default)
        fields[parameter.name] = (type_, argument(default))
    return fields


def named_parameters(function: Callable[..., Any]) -> list[Parameter]:
    """The parameters that can be given by name, `self` left out."""
    _, *parameters = inspect.signature(function).parameters.values()
    return [parameter for parameter in parameters if parameter.kind in _NAMED]


def _hint(function: Callable[..., Any], parameter: Parameter) -> Any:
    """The annotation of a parameter; where it has none, the type of its default."""
    if parameter.annotation is not Parameter.empty:
        return get_type_hints(function)[parameter.name]
    default: object = parameter.default
    return type(default) if default is not Parameter.empty else None


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, cast("list[Any]", value))) if isinstance(value, list | tuple) else value


def _argument_type(hint: Any) -> Any:
    """The type of an argument, with the phrase that says what it takes; None for what no document can write."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, members = get_origin(hint), get_args(hint)
    if origin is Literal:
        return Annotated[hint, Expected(" or ".join(map(show, members)))]
    if origin in (Union, types.UnionType):
        return _either(members)
    if origin in (tuple, list, Sequence):
        return _list(members, fixed=origin is tuple and members[-1] is not ...)
    return None


def _either(members: Sequence[Any]) -> Any:
    """Any of several types; `None` needs no phrase, for null always means that nothing is given."""
    found = [_argument_type(member) for member in members if member is not types.NoneType]
    if None in found:
        return None
    phrase = " or ".join(dict.fromkeys(map(_phrase, found)))
    options: Any = Union[(*found, *([None] if types.NoneType in members else []))]
    return Annotated[options, Expected(phrase)]


def _list(members: Sequence[Any], fixed: bool) -> Any:
    found = [_argument_type(member) for member in members if member is not ...]
    if None in found:
        return None
    kinds = " and ".join(dict.fromkeys(_phrase(one) for one in found))
    if fixed:
        return Annotated[tuple[tuple(found)], Expected(f"a list of {len(found)}: {kinds} each")]
    return Annotated[tuple[found[0], ...], Expected(f"a list, {kinds} each")]


def _phrase(type_: Any) -> str:
    return next(mark.phrase for mark in type_.__metadata__ if isinstance(mark, Expected))


# -- inputs ------------------------------------------------------------------------------------------------------------


def read_slots(module: type[nn.Module], names: Collection[str] | None) -> tuple[Slot, ...]:
    """The inputs of a module: those of `names`, or all tensors of its forward.

    Raises:
        TypeError: the forward takes tensors without a name, or has none of a name that is given.
    """
    known = {parameter.name: parameter for parameter in named_parameters(module.forward)}
    if names is None:
        names = tuple(_tensors(module, known.values()))
    missing = [name for name in names if name not in known]
    if missing:
        raise TypeError(f"{module.__name__}.forward has no argument `{missing[0]}`")
    return tuple(_slot(known[name]) for name in names)


def _slot(parameter: Parameter) -> Slot:
    optional = parameter.default is not Parameter.empty
    return Slot(parameter.name, "any", optional, parameter.kind is Parameter.KEYWORD_ONLY)


def _tensors(module: type[nn.Module], parameters: Collection[Parameter]) -> Iterator[str]:
    if any(one.kind is Parameter.VAR_POSITIONAL for one in inspect.signature(module.forward).parameters.values()):
        raise TypeError(f'{module.__name__}.forward takes any number of inputs: name them, `slots=("x", "y")`')
    for parameter in parameters:
        hint = _hint(module.forward, parameter)
        if hint in (torch.Tensor, None, types.NoneType) or torch.Tensor in get_args(hint):
            yield parameter.name
