"""What expressions see: the parameters of their block, the loop they stand in, the shapes at their node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lego.catalogue import is_layer, show
from lego.diagnostics import Problem, did_you_mean
from lego.graph.builder import Unknown
from lego.shapes import Dim, TensorType, substitute, symbol, symbols
from lego.spec import Definition, Limits, Package, evaluate, evaluate_dim, is_expression, parse_expression, unescape

_LATE = frozenset(("shape", "channels", "features", "input"))


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """One use of a block (or document): what its expressions see, wherever they stand in it.

    Attributes:
        package: Where its names of blocks are looked up.
        parameters: Values of its parameters; `Unknown` where an error left one open.
        symbols: The sizes that its declared inputs bound.
        loop: `index`, `count` and `item` of the innermost repeat or each.
    """

    package: Package
    parameters: Mapping[str, Any]
    limits: Limits
    symbols: Mapping[str, int | Dim] = field(default_factory=dict[str, "int | Dim"])
    loop: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def looping(self, **loop: Any) -> Scope:
        """The scope inside a repeat or each; the innermost wins."""
        return Scope(self.package, self.parameters, self.limits, self.symbols, {**self.loop, **loop})

    def definition(self, name: str) -> Definition | None:
        """The block of this name, if there is one."""
        return self.package.definition(name)

    def is_component(self, name: str) -> bool:
        """Whether a name is that of a layer or block."""
        return self.definition(name) is not None or is_layer(name)


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A layer or block as the value of a parameter, with arguments, in the scope that wrote it.

    Compares equal to its bare name, so that `$(act == "ReLU")` asks what one would think.
    """

    name: str
    arguments: Any
    scope: Scope

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Component):
            return self.key == other.key
        return self.name == other and self.arguments is None

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal values: they name one thing, in one scope, with the same arguments."""
        return (
            self.name,
            repr(self.arguments),
            id(self.scope) if "$" in repr(self.arguments) else id(self.scope.package),
        )

    def __repr__(self) -> str:
        return self.name if self.arguments is None else f"{{{self.name}: {self.arguments}}}"


class Later:
    """Stands for the value of a parameter that has none yet."""


class AllSymbols(dict[str, Any]):
    """The symbols where a shape declares them: every name is one, and stands for itself."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Dim:
        return symbol(key)


class Names:
    """Looks names up for one node: its scope, and the shapes of its first input and of the graph around it."""

    __slots__ = ("first", "graph_input", "scope")

    def __init__(self, scope: Scope, first: TensorType | None, graph_input: TensorType | None) -> None:
        self.scope = scope
        self.first = first
        self.graph_input = graph_input

    def __call__(self, name: str) -> Any:
        scope = self.scope
        if name in scope.parameters:
            value = scope.parameters[name]
            if value is Unknown:
                raise Unknown
            if value is Later:
                message = f"`{name}` stands below: a parameter sees those above it"
                raise Problem("unknown-name", message, help="move it up")
            return value
        if name in scope.loop:
            return scope.loop[name]
        if name in _LATE:
            return self._shape(name)
        if name in ("index", "count", "item"):
            where = "an `each`" if name == "item" else "a `repeat` or `each`"
            raise Problem("unknown-name", f"`{name}` is known inside {where} only")
        known = [*scope.parameters, *_LATE, *scope.loop]
        help = did_you_mean(name, known) or f"parameters here: {', '.join(scope.parameters) or 'none'}"
        if name in scope.symbols:
            help = f"`{name}` is a symbol; expressions reach it through `shape` and `input`"
        elif name in scope.package.document.params:
            help = f"a block sees its own parameters only: declare `params: {{{name}: ~}}`, and hand it in"
        raise Problem("unknown-name", f"there is no parameter `{name}` here", help=help)

    def _shape(self, name: str) -> Any:
        tensor = self.graph_input if name == "input" else self.first
        if tensor is None:
            raise Problem("bad-expression", f"`{name}` asks for the shape of an input, and there is none here")
        shape = tensor.shape
        if name == "channels":
            if len(shape) < 2:
                raise Problem("rank-mismatch", f"`channels` is dim 1, but the input is {shape}")
            return shape[1]
        if name == "features":
            if not shape:
                raise Problem("rank-mismatch", "`features` is the last dim, but the input is a single number")
            return shape[-1]
        return list(shape)

    def at(self, scope: Scope) -> Names:
        """The same place seen from where a parameter's value was written."""
        return Names(scope, self.first, self.graph_input)


# -- values ------------------------------------------------------------------------------------------------------------


def value_of(raw: Any, names: Names) -> Any:
    """A value as written (`$` strings, lists and mappings of them) evaluated."""
    match raw:
        case str():
            if not is_expression(raw):
                return unescape(raw)
            return evaluate(parse_expression(raw[1:], names.scope.limits), names, names.scope.limits)
        case list():
            return [value_of(item, names) for item in _items(raw)]
        case dict():
            return {key: value_of(item, names) for key, item in _entries(raw)}
        case _:
            return raw


def parameter_value(raw: Any, names: Names) -> Any:
    """A value for a parameter: as `value_of`, but a layer or block stays one; its arguments wait for its use."""
    scope = names.scope
    match raw:
        case str() if scope.is_component(raw):
            return Component(raw, None, scope)
        case list():
            return [parameter_value(item, names) for item in _items(raw)]
        case dict():
            entries = list(_entries(raw))
            if len(entries) == 1 and scope.is_component(entries[0][0]):
                return Component(entries[0][0], entries[0][1], scope)
            return {key: parameter_value(item, names) for key, item in entries}
        case _:
            return value_of(raw, names)


def shape_value(raw: Any, names: Names) -> list[int | Dim]:
    """A shape as written: integers, `$` expressions, and expressions over symbols; `-1` stays."""
    if isinstance(raw, str) and is_expression(raw):
        raw = value_of(raw, names)
    if not isinstance(raw, list):
        raise Problem("bad-value", f"a shape is a list, such as [N, 64, -1]; found {show(raw)}")
    return [_dim(item, names) for item in _items(raw)]  # pyright: ignore[reportUnknownArgumentType]


def _dim(raw: Any, names: Names) -> int | Dim:
    value = raw
    if isinstance(raw, str):
        value = value_of(raw, names) if is_expression(raw) else _symbolic(raw, names)
    if isinstance(value, bool) or not isinstance(value, int | Dim):
        raise Problem("bad-value", f"a dim is an integer or an expression over symbols, found {show(value)}")
    return value


def _symbolic(text: str, names: Names) -> int | Dim:
    """A bare expression over symbols, which stand for the sizes that they are bound to here."""
    scope = names.scope
    size = evaluate_dim(text, scope.parameters, scope.limits)
    for name in sorted(symbols(size)):
        if name not in scope.symbols:
            known = ", ".join(sorted(scope.symbols)) or "none"
            help = did_you_mean(name, scope.symbols) or f"symbols here: {known}; a block's inputs declare its own"
            raise Problem("unknown-name", f"`{name}` is no symbol of the inputs", help=help)
    return substitute(size, {name: scope.symbols[name] for name in symbols(size)})


def frozen(value: Any) -> Any:
    """A hashable stand-in, equal for equal values; true is not 1."""
    match value:
        case bool():
            return (bool, value)
        case list():
            return tuple(frozen(item) for item in _items(value))
        case dict():
            return tuple((key, frozen(item)) for key, item in _entries(value))
        case Component():
            return value.key
        case _:
            return value


def _items(raw: Any) -> Iterable[Any]:
    return raw


def _entries(raw: Any) -> Iterable[tuple[str, Any]]:
    return raw.items()
