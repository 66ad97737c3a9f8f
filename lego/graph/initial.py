"""`init`: which initialiser each weight gets, the nearest one winning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lego.catalogue import Layer, show
from lego.diagnostics import Problem, Span, did_you_mean, nearest
from lego.graph.frame import Initial
from lego.graph.scope import Names, value_of
from lego.spec import ALIASES, INITIALISERS, Init, Initialiser

_CHOICES = {
    "mode": ("fan_in", "fan_out"),
    "nonlinearity": ("linear", "conv1d", "conv2d", "conv3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"),
}
_NEED_MATRIX = frozenset(INITIALISERS) - {"uniform", "normal", "trunc_normal", "constant", "ones", "zeros"}


class Rule(NamedTuple):
    """An `init` where it stands: what it says, what its expressions see, and whether it is the layer's own node's."""

    init: Init
    names: Names
    own: bool = False


def initial_of(layer: Layer, weight: str, shape: tuple[int, ...], initialiser: Initialiser, names: Names) -> Initial:
    """The function and its arguments, checked.

    Raises:
        Problem: an unknown initialiser or argument, a value that is none, or a weight that it is not for.
    """
    function = function_of(initialiser)
    takes = INITIALISERS[function]
    arguments: list[tuple[str, Any]] = []
    for key, raw in initialiser.arguments.items():
        name = key or next(iter(takes), "")
        arguments.append((name, _argument(initialiser.name, name, value_of(raw, names), takes)))
    if function == "constant" and not arguments:
        raise Problem("missing-argument", "constant needs a value", help="write the number itself: `weight: 0.5`")
    _check_rank(layer, weight, shape, function)
    return Initial(function, tuple(arguments), initialiser.span)


def function_of(initialiser: Initialiser) -> str:
    """The function of torch.nn.init that a name stands for."""
    function = ALIASES.get(initialiser.name, initialiser.name)
    if function not in INITIALISERS:
        known = [*INITIALISERS, *ALIASES]
        help = did_you_mean(initialiser.name, known) or f"known are: {', '.join(known)}"
        raise Problem("unknown-name", f"there is no initialiser `{initialiser.name}`", help=help)
    return function


def _argument(function: str, name: str, value: Any, takes: dict[str, tuple[type, ...]]) -> Any:
    if name not in takes:
        help = did_you_mean(name, takes) or f"it takes: {', '.join(takes) or 'nothing'}"
        raise Problem("unknown-argument", f"the initialiser {function} has no argument `{name}`", help=help)
    if isinstance(value, bool) or not isinstance(value, takes[name]):
        raise Problem("bad-value", f"{name} of {function} must be {_kind(takes[name])}, found {show(value)}")
    if name in _CHOICES and value not in _CHOICES[name]:
        choices = ", ".join(_CHOICES[name])
        raise Problem("bad-value", f"{name} of {function} must be one of {choices}; found {show(value)}")
    return value


def _kind(types: tuple[type, ...]) -> str:
    return "a text" if types == (str,) else "a number"


def choose(
    layer: Layer, weight: str, shape: tuple[int, ...], rules: tuple[Rule, ...]
) -> tuple[Initialiser, Names] | None:
    """What the nearest rule that speaks of a weight says, and what its expressions see."""
    for rule in rules:
        initialiser = _choose(layer, weight, shape, rule)
        if initialiser is not None:
            return initialiser, rule.names
    return None


def misnamed(layer: Layer, rule: Rule) -> Iterator[tuple[Span, Problem]]:
    """Weights that an `init` names for this very layer, but that it does not have whatever its arguments are."""
    weights = layer.weights()
    for name, one in [*_for(layer, rule)]:
        if name not in ("", "weight", "bias") and not any(is_called(weight, name) for weight in weights):
            known = [weight for weight in weights if weight]
            help = did_you_mean(name, known) or f"its weights are: {', '.join(known) or 'none'}"
            yield one.span, Problem("unknown-name", f"{type(layer).__name__} has no weight `{name}`", help=help)


def _for(layer: Layer, rule: Rule) -> Iterator[tuple[str, Initialiser]]:
    """What a rule says of no other layers than this: all in its own `init`, and what names its kind."""
    if rule.own:
        yield from rule.init.weights.items()
    for name, one in rule.init.layers.get(type(layer).__name__, {}).items():
        if rule.own or nearest(name, layer.weights()) is not None:
            yield name, one


def _choose(layer: Layer, weight: str, shape: tuple[int, ...], rule: Rule) -> Initialiser | None:
    """What one `init` says of a weight: of the layer's kind first, then by the weight's name alone.

    By name alone, `weight` leaves norms and one-dimensional weights as torch made them. A Parameter, which has no name
    of its own, is reached by its own node's `init` or by layer.
    """
    init = rule.init
    by_layer = init.layers.get(type(layer).__name__)
    if by_layer is not None:
        return _said_of(weight, by_layer)
    if not weight:
        return (init.whole or init.weights.get("weight")) if rule.own else None
    plain = layer.normalises or len(shape) < 2
    said = _said_of(weight, {name: one for name, one in init.weights.items() if not (name == "weight" and plain)})
    return said or (init.whole if is_called(weight, "weight") and not plain else None)


def _said_of(weight: str, named: Mapping[str, Initialiser]) -> Initialiser | None:
    """What the longest name that fits a weight says: `weight_hh_l0` goes before `weight_hh`, that before `weight`."""
    fitting = [name for name in named if is_called(weight, name)]
    return named[max(fitting, key=len)] if fitting else None


def is_called(weight: str, name: str) -> bool:
    """Whether `weight` is the name or one of its kind: `weight_ih_l0`, `in_proj_weight`, `out_proj.weight`."""
    if not weight or not name:  # a Parameter's own tensor; `{Conv2d: he_normal}` means the weight
        return not weight or is_called(weight, "weight")
    return weight == name or weight.startswith(f"{name}_") or weight.endswith((f"_{name}", f".{name}"))


def _check_rank(layer: Layer, weight: str, shape: tuple[int, ...], function: str) -> None:
    if function in _NEED_MATRIX and len(shape) < 2:
        what = f"`{weight}` of {type(layer).__name__}" if weight else type(layer).__name__
        raise Problem(
            "bad-value",
            f"{function} needs a weight of at least two dims, but {what} is {list(shape)}",
            help="use zeros, a number, normal or uniform",
        )


def all_initialisers(init: Init) -> list[Initialiser]:
    """Every initialiser that an `init` names."""
    by_layer = [one for weights in init.layers.values() for one in weights.values()]
    return [*init.weights.values(), *by_layer, *([init.whole] if init.whole else [])]
