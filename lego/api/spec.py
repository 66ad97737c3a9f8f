"""A sound spec: the document and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from lego.diagnostics import Diagnostic, Problem, Span, SpecError
from lego.graph import Component, Graph
from lego.spec import Document, Limits, Package, package_files, to_yaml


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

    def to_yaml(self) -> str:
        """The document as YAML, its parameters with the values that they have here."""
        return to_yaml(self.document, self._values())

    def files(self) -> dict[str, str]:
        """The same as `spec.yaml`, with the documents that it includes: texts by relative path."""
        return package_files(self._package, self._values())

    def _values(self) -> dict[str, Any]:
        values = self._graph.root.arguments if self._graph is not None else self.params
        return {name: _written(value) for name, value in values.items()}

    def input_span(self, name: str) -> Span:
        """Where an input is declared; for an unknown one, where the inputs begin."""
        spans = {one.name: one.span for one in self.document.inputs}
        return spans.get(name) or next(iter(spans.values()), self.document.span)

    def __repr__(self) -> str:
        return f"<lego.Spec {self.name}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """In a notebook, a spec shows its diagram."""
        from lego.emit.diagram import diagram_source, render

        return {"text/plain": repr(self), "image/svg+xml": render(diagram_source(self.graph), "svg").decode()}


def _written(value: Any) -> Any:
    """The value of a parameter as a document would write it."""
    match value:
        case Component():
            return value.name if value.arguments is None else {value.name: value.arguments}
        case str():
            return f"${value}" if value.startswith("$") else value
        case list():
            return [_written(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {name: _written(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value
