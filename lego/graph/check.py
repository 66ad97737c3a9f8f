"""The door of the floor: a package of documents in, a checked graph out, or everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, cast

from lego.diagnostics import Diagnostic, Problem, Span, SpecError, did_you_mean
from lego.graph.blocks import defaults, fill
from lego.graph.builder import Unknown
from lego.graph.context import TooLarge
from lego.graph.cycles import cycles
from lego.graph.elaborate import Elaborator
from lego.graph.frame import Frame, Port
from lego.graph.graph import Graph
from lego.graph.scope import AllSymbols, Names, Scope, parameter_value, shape_value, value_of
from lego.graph.verify import verify
from lego.graph.wiring import check_wiring
from lego.shapes import Dim, Shape, TensorType, less, symbol
from lego.spec import (
    DEFAULT_LIMITS,
    Copies,
    Definition,
    Input,
    Limits,
    Node,
    Package,
    Sequential,
    Skip,
    Split,
    Use,
    collector_paused,
)
from lego.spec import Graph as Nodes


def check_package(package: Package, overrides: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS) -> Graph | None:
    """Check a document with these values for its parameters.

    Returns:
        The graph; None for a library of blocks, which has none.

    Raises:
        SpecError: with all errors and warnings, in document order.
    """
    with collector_paused():
        return _check(package, overrides, limits)


def _check(package: Package, overrides: Mapping[str, Any], limits: Limits) -> Graph | None:
    definitions = list(_definitions(package))
    wiring = check_wiring(definitions)
    found = [*wiring.diagnostics, *_recursion(definitions)]
    whole = package.whole(package.document.name)
    elaborator = Elaborator(wiring, limits)
    root = None
    if whole is not None and not any(one.severity == "error" for one in found):
        with suppress(Unknown, TooLarge):
            root = _root(elaborator, whole, overrides, limits)
    found += elaborator.diagnostics
    if root is not None:
        found += verify(root)
    ordered = _in_order(found)
    if any(one.severity == "error" for one in ordered):
        raise SpecError(ordered)
    document = package.document
    return None if root is None else Graph(root, document.name, document.doc, tuple(ordered))


def _in_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """Once each, document by document, in the order of the text."""
    once = {(one.code, one.message, one.span.source.name, one.span[1:3]): one for one in reversed(found)}
    files = list(dict.fromkeys(one.span.source.name for one in found))
    return sorted(once.values(), key=lambda one: (files.index(one.span.source.name), one.span.line, one.span.column))


def _definitions(package: Package, seen: set[int] | None = None) -> Iterator[Definition]:
    """Every graph of a document and of those it includes."""
    seen = set() if seen is None else seen
    if id(package) in seen:
        return
    seen.add(id(package))
    for name in package.document.blocks:
        definition = package.definition(name)
        if definition is not None:
            yield definition
    whole = package.whole(package.document.name)
    if whole is not None:
        yield whole
    for included in package.includes.values():
        yield from _definitions(included, seen)


# -- blocks that stand in themselves ---------------------------------------------------------------------------------


def _recursion(definitions: list[Definition]) -> Iterator[Diagnostic]:
    """Cycles among the blocks that blocks name; those by way of parameters show when they are filled in."""
    by_id = {id(one.block): one for one in definitions}
    spans: dict[tuple[int, int], Span] = {}
    for one in definitions:
        for use in _uses(one.block.graph):
            other = one.home.definition(use.name)
            if other is not None:
                spans.setdefault((id(one.block), id(other.block)), use.span)
    for cycle in cycles(spans):
        chain = " → ".join(by_id[block].name for block in [*cycle, cycle[0]])
        problem = Problem("recursion", f"a block stands in itself: {chain}", help="use `repeat` for a chain")
        yield problem.at(spans[cycle[-1], cycle[0]])


def _uses(graph: Nodes) -> Iterator[Use]:
    for node in graph.nodes:
        yield from _uses_of(node)


def _uses_of(node: Node | None) -> Iterator[Use]:
    what = node.what if node is not None else None
    match what:
        case Use():
            yield what
        case Sequential():
            yield from _uses(what.graph)
        case Skip():
            yield from _uses(what.graph)
            yield from (use for part in (what.shortcut, what.merge) for use in _uses_of(part))
        case Split():
            yield from (use for graph in what.branches.values() for use in _uses(graph))
            yield from (use for part in (what.by, what.merge) for use in _uses_of(part))
        case Copies():
            yield from _uses(what.graph)
            yield from (use for part in (what.by, what.merge) for use in _uses_of(part))
        case _:
            return


# -- the document's own frame ----------------------------------------------------------------------------------------


def _root(elaborator: Elaborator, whole: Definition, overrides: Mapping[str, Any], limits: Limits) -> Frame:
    block = whole.block
    values = _values(elaborator, whole, overrides, limits)
    symbols: dict[str, int | Dim] = {}
    scope = Scope(whole.home, values, limits, symbols)
    names = Names(scope, None, None)
    types = [_input_type(elaborator, one, names, symbols) for one in block.inputs]
    known = [type for type in types if type is not None]
    if len(known) < len(types):
        raise Unknown
    elaborator.inputs = [Port(one.name, type) for one, type in zip(block.inputs, known, strict=True)]
    return fill(elaborator, whole, "net", "", values, known, limits, (), (), symbols)


def _values(elaborator: Elaborator, whole: Definition, overrides: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """The document's parameters: as the caller says, then by default."""
    params = whole.block.params
    scope = Scope(whole.home, {}, limits)
    given: dict[str, Any] = {}
    for name, raw in overrides.items():
        if name not in params:
            help = did_you_mean(name, params) or f"its parameters are: {', '.join(params) or 'none'}"
            problem = Problem("unknown-argument", f"the document has no parameter `{name}`", help=help)
            elaborator.say(problem, whole.block.span if params == {} else next(iter(params.values())).span, "")
        else:
            with elaborator.at(params[name].span, ""):
                given[name] = parameter_value(raw, Names(scope, None, None))
    values: dict[str, Any] = {}
    own = Scope(whole.home, values, limits)
    for name, default in params.items():
        with elaborator.at(default.span, ""):
            values |= defaults({name: default}, values | given, own)
    if len(given) < len(overrides):
        raise Unknown
    return values


def _input_type(elaborator: Elaborator, one: Input, names: Names, symbols: dict[str, int | Dim]) -> TensorType | None:
    """The type of a document's input; its symbols are known from here on."""
    try:
        with elaborator.at(one.shape.span if one.shape is not None else one.span, ""):
            return TensorType(_input_shape(one, names, symbols), one.dtype, _range(one, names))
    except Unknown:
        return None


def _input_shape(one: Input, names: Names, symbols: dict[str, int | Dim]) -> Shape:
    if one.shape is None:
        raise Problem("missing-argument", f"input `{one.name}` needs a shape", help=f"`{one.name}: [N, 3, H, W]`, say")
    declaring = Scope(names.scope.package, names.scope.parameters, names.scope.limits, AllSymbols())
    shape = Shape(shape_value(one.shape.value, Names(declaring, None, None)))
    for size in shape:
        if less(0, size) is False:
            raise Problem("bad-value", f"a dim is at least 1, found {size}")
    symbols.update({name: symbol(name) for name in sorted(shape.symbols)})
    return shape


def _range(one: Input, names: Names) -> tuple[int, int] | None:
    if one.range is None:
        return None
    value: Any = value_of(one.range.value, names)
    bounds = cast("list[Any]", value) if isinstance(value, list) else []
    if len(bounds) != 2 or not all(type(bound) is int for bound in bounds) or bounds[0] >= bounds[1]:
        help = "the second is the first value that is too large: `range: [0, 256]`"
        raise Problem("bad-value", f"range must be two integers, the first below the second; found {value}", help=help)
    if one.dtype.startswith(("float", "bfloat", "complex", "bool")):
        raise Problem("bad-value", f"range is for integers, but `{one.name}` is {one.dtype}", help="add `dtype: int64`")
    return (bounds[0], bounds[1])
