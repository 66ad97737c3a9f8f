"""What decorators read off a function: which of its parameters are tensors, where they stand, and what cannot be."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from lego.builder.failure import failure
from lego.builder.handle import kind
from lego.builder.module import OPTIONS
from lego.builder.place import Site, of_function
from lego.builder.trace import REQUIRED, Definition
from lego.diagnostics import Problem, Span, did_you_mean
from lego.spec import Input, check_block_name, check_parameter_name, read_inputs


def define(function: Callable[..., Any], declared: Mapping[str, Any] | None, site: Site) -> Definition:
    """The definition of a function; `declared` are shapes of its inputs.

    Raises:
        BuilderError: it cannot be a block, and why.
    """
    if not inspect.isfunction(function):
        raise failure("bad-value", f"a net or block is a function, found {kind(function)}", None, site.span)
    place, spans = of_function(function.__code__)
    span = place or site.span
    parameters = inspect.signature(function).parameters
    inputs = tuple(name for name, one in parameters.items() if _is_input(one, declared))
    if not inputs:
        help = "its first parameters are tensors, without annotation and default: `def basic(x, planes: int)`"
        raise failure("missing-argument", f"`{function.__name__}` reads no tensor", help, span)
    for name in declared or ():
        if name not in inputs:
            help = did_you_mean(name, parameters) or f"its inputs are: {', '.join(inputs)}"
            raise failure("unknown-argument", f"`{function.__name__}` has no input `{name}`", help, site.argument(name))
    params = {name: _default(one) for name, one in parameters.items() if name not in inputs}
    name = function.__name__ if function.__name__.isidentifier() else "net"  # a lambda has none
    _check_names(name, parameters, params, span, spans)
    return Definition(
        function=function,
        name=name,
        doc=inspect.getdoc(function) or "",
        inputs=inputs,
        declared=_declared(declared, inputs, site) if declared else None,
        params=params,
        span=span,
        spans=spans,
        site=site,
    )


def _is_input(parameter: inspect.Parameter, declared: Mapping[str, Any] | None) -> bool:
    """Without annotation and default, or annotated as a Handle."""
    if declared and parameter.name in declared:
        return True
    annotation = parameter.annotation
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    unannotated = annotation is parameter.empty and parameter.default is parameter.empty
    return unannotated or text.rpartition(".")[2] == "Handle"


def _default(parameter: inspect.Parameter) -> Any:
    return REQUIRED if parameter.default is parameter.empty else parameter.default


def _check_names(
    name: str,
    parameters: Mapping[str, inspect.Parameter],
    params: Mapping[str, Any],
    span: Span,
    spans: Mapping[str, Span],
) -> None:
    try:
        check_block_name(name)
    except Problem as problem:
        raise failure(problem.code, problem.message, problem.help, span) from None
    for one in parameters.values():
        place = spans.get(one.name, span)
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.POSITIONAL_ONLY):
            message = f"the parameters of `{name}` have names, and `{one}` has none that a document could say"
            raise failure("bad-value", message, "name them one by one", place)
        if one.name in OPTIONS:
            message = f"`{one.name}` is an option of every node, and no parameter of a block"
            raise failure("bad-name", message, f"write `{one.name}_`", place)
    for one in params:
        try:
            check_parameter_name(one)
        except Problem as problem:
            raise failure(problem.code, problem.message, problem.help, spans.get(one, span)) from None


def _declared(declared: Mapping[str, Any], inputs: tuple[str, ...], site: Site) -> tuple[Input, ...]:
    """The inputs in the order of the function."""
    spans = {name: site.argument(name) for name in inputs}
    return read_inputs({name: declared.get(name) for name in inputs}, spans)
