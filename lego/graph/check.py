"""The door of the floor: a package of documents in, a checked graph out, or everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from lego.diagnostics import Diagnostic, Problem, Span, SpecError, did_you_mean
from lego.graph.blocks import declared_type, fill, parameters
from lego.graph.builder import Unknown
from lego.graph.context import TooLarge
from lego.graph.cycles import cycles
from lego.graph.elaborate import Elaborator
from lego.graph.frame import Frame, Port
from lego.graph.graph import Graph
from lego.graph.initial_start import start
from lego.graph.scope import AllSymbols, Names, Scope, parameter_value
from lego.graph.verify import verify
from lego.graph.wiring import check_wiring
from lego.shapes import Dim, TensorType, symbol
from lego.spec import (
    DEFAULT_LIMITS,
    Definition,
    Input,
    Limits,
    Package,
    collector_paused,
)


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
    elaborator = Elaborator(wiring, limits)
    found = [*_form(package), *wiring.diagnostics]
    for cycle, diagnostic in _recursion(definitions, wiring.uses):
        elaborator.recursive.update(cycle)
        found.append(diagnostic)
    elaborator.failed = any(one.severity == "error" for one in found)
    whole = package.whole(package.document.name)
    root = None
    if whole is not None:
        with suppress(Unknown, TooLarge):
            root = _root(elaborator, whole, overrides, limits)
    found += elaborator.diagnostics
    if root is not None:
        found += verify(root)
    if not elaborator.failed:
        found += elaborator.reach.unused()
        if root is not None:
            root, doubts = start(root)
            found += doubts
    ordered = _in_order(found)
    if any(one.severity == "error" for one in ordered):
        raise SpecError(ordered)
    document = package.document
    return None if root is None else Graph(root, document.name, document.doc, tuple(ordered))


def _form(package: Package, seen: set[int] | None = None) -> Iterator[Diagnostic]:
    """What is wrong with the form of a document and of those it includes."""
    seen = set() if seen is None else seen
    if id(package) not in seen:
        seen.add(id(package))
        yield from package.diagnostics
        for included in package.includes.values():
            yield from _form(included, seen)


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


def _recursion(
    definitions: list[Definition], uses: Mapping[tuple[int, int], Span]
) -> Iterator[tuple[list[int], Diagnostic]]:
    """Cycles among the blocks that blocks name; those by way of parameters show when they are filled in."""
    names = {id(one.block): one.name for one in definitions}
    for cycle in cycles(uses):
        chain = " → ".join(names[block] for block in [*cycle, cycle[0]])
        problem = Problem("recursion", f"a block stands in itself: {chain}", help="use `repeat` for a chain")
        yield cycle, problem.at(uses[cycle[-1], cycle[0]])


# -- the document's own frame ----------------------------------------------------------------------------------------


def _root(elaborator: Elaborator, whole: Definition, overrides: Mapping[str, Any], limits: Limits) -> Frame:
    block = whole.block
    values = _values(elaborator, whole, overrides, limits)
    symbols: dict[str, int | Dim] = {}
    scope = Scope(whole.home, values, limits, symbols)
    names = Names(scope, None, None)
    types = [_input_type(elaborator, one, names, symbols) for one in block.inputs]
    ports = zip(block.inputs, types, strict=True)
    elaborator.inputs = [Port(one.name, type) for one, type in ports if type is not None]
    if len(elaborator.inputs) < len(types):
        symbols = AllSymbols()
    return fill(elaborator, whole, "net", "", values, types, symbols=symbols)


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
            given[name] = Unknown
            with suppress(Unknown), elaborator.at(params[name].span, ""):
                given[name] = parameter_value(raw, Names(scope, None, None))
    for name, default in params.items():
        if default.value is None and name not in given:
            given[name] = Unknown
            elaborator.say(_missing(name), default.span, "")
    return parameters(elaborator, whole, given, "")


def _missing(name: str) -> Problem:
    help = f"give it a default, `{name}: …`, or a value: `--set {name}=…`"
    return Problem("missing-argument", f"the document needs its parameter `{name}`", help=help)


def _input_type(elaborator: Elaborator, one: Input, names: Names, symbols: dict[str, int | Dim]) -> TensorType | None:
    """The type of a document's input, its symbols noted; None where something is wrong with it."""
    if one.shape is None:
        return None
    try:
        type = declared_type(elaborator, one, names, "")
    except Unknown:
        return None
    symbols.update({name: symbol(name) for name in sorted(type.shape.symbols)})
    return type
