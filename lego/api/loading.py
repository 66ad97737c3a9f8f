"""From files and texts to specs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lego.api.spec import Spec
from lego.diagnostics import Diagnostic, Problem, Source, Span, SpecError
from lego.graph import check_package
from lego.spec import DEFAULT_LIMITS, Limits, Package, load_package, parse_package


def load(path: str | Path, *, limits: Limits = DEFAULT_LIMITS, **params: Any) -> Spec:
    """Read and check a spec.

    Args:
        path: A YAML file.
        limits: Bounds on what it may cost.
        params: Values for the document's parameters.

    Raises:
        SpecError: with `.diagnostics`, everything that is wrong.
    """
    try:
        package = load_package(path, limits)
    except Problem as problem:
        raise SpecError([problem.at(Span(Source(str(path), ""), 1, 1))]) from None
    return check_loaded(package, params, limits)


def parse(text: str, name: str = "<string>", *, limits: Limits = DEFAULT_LIMITS, **params: Any) -> Spec:
    """As `load`, from the text of a document; `name` stands for its file in diagnostics."""
    return check_loaded(parse_package(text, name, limits), params, limits)


def check_loaded(package: Package, params: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS) -> Spec:
    """The spec of a document that was read."""
    return Spec(package, params, limits, check_package(package, params, limits))


def check(path: str | Path, *, limits: Limits = DEFAULT_LIMITS, **params: Any) -> list[Diagnostic]:
    """All that is wrong with a spec, errors and warnings in document order; empty when it is fine."""
    try:
        return list(load(path, limits=limits, **params).warnings)
    except SpecError as error:
        return list(error.diagnostics)


def loaded(spec: Spec | str | Path, **params: Any) -> Spec:
    """A spec as it is, or the one at a path."""
    return spec if isinstance(spec, Spec) else load(spec, **params)
