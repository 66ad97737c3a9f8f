"""The public verbs: load and check here; draw, summary, source and build reach for their floors when called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from lego.catalogue import Layer, register_layer
from lego.diagnostics import Diagnostic, Problem, Source, Span, SpecError
from lego.graph import Component, Graph, check_package
from lego.spec import DEFAULT_LIMITS, Document, Limits, Package, load_package, package_files, parse_package, to_yaml

if TYPE_CHECKING:
    import torch

    from lego.emit.summary import Summary
    from lego.emit.torch import Lowering

__version__ = "0.1.0"

LayerT = TypeVar("LayerT", bound=Layer)
ModuleT = TypeVar("ModuleT", bound="torch.nn.Module")


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


# -- what comes out of a spec; each verb takes a spec or the path of one ---------------------------------------------


def summary(spec: Spec | str | Path, /, **sizes: Sequence[int | str]) -> Summary:
    """Parameters, multiply-accumulates and activations, in all and node by node.

    Args:
        spec: A spec, or its path.
        sizes: Shapes of inputs by name, `image=[1, 3, 224, 224]`; what they leave open stays symbolic.

    Raises:
        SpecError: a shape does not fit its input.
    """
    from lego.emit.summary import summarize

    spec = _loaded(spec)
    return summarize(spec.graph, _bound(spec, sizes))


def _bound(spec: Spec, sizes: Mapping[str, Sequence[int | str]]) -> dict[str, Any]:
    """What the symbols are, given the shapes of inputs."""
    from lego.emit.summary import bind_input, check_requirements

    bound: dict[str, Any] = {}
    found: list[Diagnostic] = []
    for name, shape in sizes.items():
        try:
            bound = bind_input(spec.graph, name, shape, bound)
        except Problem as problem:
            found.append(problem.at(spec.input_span(name)))
    values = {name: binding.size for name, binding in bound.items()}
    if not found:
        try:
            check_requirements(spec.graph, values)
        except Problem as problem:
            found.append(problem.at(spec.input_span(next(iter(sizes), ""))))
    if found:
        raise SpecError(found)
    return values


def source(spec: Spec | str | Path, /, *, lowering: Lowering = "auto") -> str:
    """The Python source that `build` runs: readable, and dependent on torch alone.

    Args:
        spec: A spec, or its path.
        lowering: How the recurrents run: `auto` (torch's kernel where there is one, else a loop of what cannot leave
            it; a scan under torch.compile and torch.export), or always as `recognised`, `hoisted`, `loop` or `scan`.

    Raises:
        Problem: `recognised`, and torch has no kernel for a cell.
    """
    from lego.emit.torch import source

    return source(_loaded(spec).graph, lowering)


def draw(spec: Spec | str | Path, path: str | Path, /, **options: Any) -> None:
    """Draw a diagram; the ending of `path` says its format. For the options see `lego.emit.diagram.draw`.

    Raises:
        Problem: the format is unknown, or nothing on this machine can draw it.
    """
    from lego.emit.diagram import draw

    draw(_loaded(spec).graph, path, **options)


def build(
    spec: Spec | str | Path,
    /,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    seed: int | None = None,
    lowering: Lowering = "auto",
    **params: Any,
) -> torch.nn.Module:
    """The `torch.nn.Module` of a spec.

    Args:
        spec: A spec, or the path of one.
        device: Where its weights are made; `meta` makes none.
        dtype: Its floating dtype.
        seed: The same seed gives the same weights, and the global generator stays as it was.
        lowering: How the recurrents run; see `source`.
        params: Values for the document's parameters, where `spec` is a path.

    Raises:
        SpecError: the spec is wrong.
        Problem: `lowering` is `recognised`, and torch has no kernel for a cell.
    """
    from lego.runtime import build

    if params and isinstance(spec, Spec):
        raise TypeError("a Spec has its parameters already: give them to lego.load, or build from the path")
    return build(_loaded(spec, **params).graph, device=device, dtype=dtype, seed=seed, lowering=lowering)


# -- layers from outside ---------------------------------------------------------------------------------------------


@overload
def register(layer: type[LayerT], /) -> type[LayerT]: ...
@overload
def register(
    *, infer: Literal["meta"], slots: Sequence[str] | None = None, outputs: Sequence[str] = ("output",)
) -> Callable[[type[ModuleT]], type[ModuleT]]: ...
def register(
    layer: type[Any] | None = None,
    /,
    *,
    infer: Literal["meta"] | None = None,
    slots: Sequence[str] | None = None,
    outputs: Sequence[str] = ("output",),
) -> Any:
    """Decorate a class that the documents of this program may name, as a layer.

    `@lego.register` takes a subclass of `lego.Layer`; `@lego.register(infer="meta")` a `torch.nn.Module`, which runs on
    torch's meta device when its shapes are asked for.

    Args:
        layer: The subclass of `lego.Layer`.
        infer: How the shapes of a module are found.
        slots: Its inputs, by their names in `forward`; all of its tensors unless given.
        outputs: Names of the tensors that it gives.

    Raises:
        TypeError: the class is neither, or has arguments that no document could write.
        ValueError: a layer has that name already, or the source could not import the module.
    """
    if infer is None:
        if not isinstance(layer, type) or not issubclass(layer, Layer):
            raise TypeError('register takes a subclass of lego.Layer; for a torch module: @lego.register(infer="meta")')
        register_layer(layer, layer)
        return layer
    if infer != "meta":
        raise TypeError(f'infer is "meta" where it is given, not {infer!r}')

    def decorate(module: type[ModuleT]) -> type[ModuleT]:
        from lego.runtime import register_module

        register_module(module, slots, outputs)
        return module

    return decorate


def _loaded(spec: Spec | str | Path, **params: Any) -> Spec:
    return spec if isinstance(spec, Spec) else load(spec, **params)
