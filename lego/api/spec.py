"""A sound spec: the document and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from lego.diagnostics import Diagnostic, Problem, Source, Span, SpecError
from lego.graph import Component, Graph, check_package, digest
from lego.spec import Document, Limits, Package, edited_package, package_files, replaced, to_yaml

_EDITED = " (edited)"


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
        """The document as YAML, its parameters with the values that they have here.

        In canonical form, without comments; but of a spec that `replace` made it is the edited text, comments and all.
        """
        return self._package.text if self._package.edited else to_yaml(self.document, self._values())

    def replace(self, edits: Mapping[str, Any] | None = None, /, *, after: str | None = None, **keys: Any) -> Spec:
        """A spec with edits of this one's text: `spec.replace({"graph.fc": {"Linear": 10}}, name="ten")`.

        What an edit does not concern stays as it was written, comments included; values that parameters were loaded
        with are written into the text. A spec that was read from no text is edited in its canonical form.

        Args:
            edits: Values by dotted path, as the document has it: `graph.conv1.Conv2d.out_channels`, `graph.0`,
                `blocks.Up.graph.relu`. None takes the part out. A name or number that is not there yet is added at the
                end of its mapping or list.
            after: The name, or the number, of what a new part comes after instead, as in
                `replace({"graph.drop": {"Dropout": 0.5}}, after="fc")`.
            keys: Values of keys of the document; those under `params` replace the parameters that they name.

        Raises:
            SpecError: a path leads nowhere, or the edited spec is wrong; lines are those of the edited text.
            TypeError: a value is not made of texts, numbers, lists and mappings.
        """
        source = self._source()
        source = source._replace(text=replaced(source, self._of_keys(keys)))
        source = source._replace(text=replaced(source, edits or {}, after))
        package = edited_package(self._package, source, self._limits)
        return Spec(package, {}, self._limits, check_package(package, {}, self._limits))

    def digest(self) -> str:
        """Sixteen hexadecimal digits, the same for specs that mean the same: the same graph, however it is written.

        What counts are inputs and outputs; the layers with their paths, arguments, wiring and start values, in order;
        what is frozen, checkpointed, shared and tied. Names of specs and blocks, `doc`, comments and `train` do not.

        Raises:
            SpecError: the document is a library of blocks and has no graph.
        """
        return digest(self.graph)

    def _of_keys(self, keys: Mapping[str, Any]) -> dict[str, Any]:
        """Edits by path: parameters one by one, those that were given at first among them."""
        others = {name: value for name, value in keys.items() if name != "params"}
        given: Any = keys.get("params", {})
        if not self.document.params or not isinstance(given, Mapping):
            return {**others, "params": given} if "params" in keys else others
        values: dict[str, Any] = {**self.params, **given}
        return others | {f"params.{name}": value for name, value in values.items()}

    def _source(self) -> Source:
        """The text that `replace` edits."""
        name = self.document.span.source.name.removesuffix(_EDITED) if self._package.text else self.name
        return Source(f"{name}{_EDITED}", self._package.text or to_yaml(self.document))

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
