"""The public verbs: load and check here; draw, summary, source and build reach for their floors when called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lego.diagnostics import Diagnostic, Problem, Source, Span, SpecError
from lego.graph import Graph, check_package
from lego.spec import DEFAULT_LIMITS, Document, Limits, Package, load_package, parse_package

if TYPE_CHECKING:
    import torch


class Spec:
    """A document that is sound, with values for its parameters.

    Made by `load` and `parse`, never by hand. `document` is what it says, `graph` what it means.
    """

    def __init__(self, package: Package, params: Mapping[str, Any], limits: Limits, graph: Graph | None) -> None:
        self._package = package
        self._limits = limits
        self._graph = graph
        self.params: dict[str, Any] = dict(params)

    @property
    def document(self) -> Document:
        """The validated document: frozen Pydantic models, one field per key."""
        return self._package.document

    @property
    def package(self) -> Package:
        """The document with those that it includes."""
        return self._package

    @property
    def name(self) -> str:
        """The document's name."""
        return self.document.name

    @cached_property
    def graph(self) -> Graph:
        """The checked graph, shapes inferred.

        Raises:
            SpecError: the document is a library of blocks and has no graph.
        """
        if self._graph is None:
            problem = Problem("missing-argument", "this document has blocks only", help="add `graph` to build it")
            raise SpecError([problem.at(self.document.span)])
        return self._graph

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was found that leaves the spec sound."""
        return self._graph.warnings if self._graph is not None else ()

    def __repr__(self) -> str:
        return f"<lego.Spec {self.name}>"


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
    return _checked(package, params, limits)


def parse(text: str, name: str = "<string>", *, limits: Limits = DEFAULT_LIMITS, **params: Any) -> Spec:
    """As `load`, from the text of a document; `name` stands for its file in diagnostics."""
    return _checked(parse_package(text, name, limits), params, limits)


def _checked(package: Package, params: Mapping[str, Any], limits: Limits) -> Spec:
    return Spec(package, params, limits, check_package(package, params, limits))


def check(path: str | Path, *, limits: Limits = DEFAULT_LIMITS, **params: Any) -> list[Diagnostic]:
    """All that is wrong with a spec, errors and warnings in document order; empty when it is fine."""
    try:
        return list(load(path, limits=limits, **params).warnings)
    except SpecError as error:
        return list(error.diagnostics)


def source(spec: Spec) -> str:
    """The Python source that `build` runs: readable, and dependent on torch alone."""
    from lego.emit.torch import source

    return source(spec.graph)


def build(
    spec: Spec | str | Path,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    seed: int | None = None,
    **params: Any,
) -> torch.nn.Module:
    """The `torch.nn.Module` of a spec.

    Args:
        spec: A spec, or the path of one.
        device: Where its weights are made; `meta` makes none.
        dtype: Its floating dtype.
        seed: The same seed gives the same weights, and the global generator stays as it was.
        params: Values for the document's parameters, where `spec` is a path.

    Raises:
        SpecError: the spec is wrong.
    """
    from lego.runtime import build

    graph = (spec if isinstance(spec, Spec) else load(spec, **params)).graph
    return build(graph, device=device, dtype=dtype, seed=seed)
