"""Functions of nets and blocks, run to write their graphs.

A parameter is an expression while its function runs. Where Python needs the value, the function runs again with it,
and what it writes is a variant of the block for this value, without the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from types import CodeType
from typing import Any, NoReturn, cast

from lego.builder.data import Component, component_of, data
from lego.builder.expression import Expression, Wanted, leaf, needed
from lego.builder.failure import failure
from lego.builder.finish import Returned, graph_of, name_nodes, outputs_of
from lego.builder.handle import Handle
from lego.builder.place import Site
from lego.builder.scope import ParameterLeaf, Scope, end, not_a_result, writing
from lego.diagnostics import Span
from lego.spec import Argument, Block, Input


class Required:
    """Stands where a parameter has no default."""


REQUIRED = Required()


@dataclass(frozen=True, eq=False)
class Definition:
    """A function that writes a graph, as its decorator found it.

    Attributes:
        inputs: The parameters of the function that are tensors.
        declared: The inputs with shapes; None where a block takes any.
        params: Its other parameters, with their defaults.
        spans: Where the parameters stand.
    """

    function: Callable[..., Any]
    name: str
    doc: str
    inputs: tuple[str, ...]
    declared: tuple[Input, ...] | None
    params: Mapping[str, Any]
    span: Span
    spans: Mapping[str, Span]
    site: Site

    @property
    def code(self) -> CodeType:
        """What runs."""
        return self.function.__code__


@dataclass(frozen=True, eq=False)
class Variant:
    """A block as it was written with these values for the parameters that Python needed."""

    name: str
    concrete: dict[str, Any]
    block: Block
    params: tuple[str, ...]

    def outputs(self) -> tuple[str, ...]:
        """Names of its outputs; numbers for those of a tuple."""
        outputs = self.block.outputs
        if outputs is None or outputs.form == "one":
            return ("output",)
        if outputs.form == "list":
            return tuple(map(str, range(len(outputs.entries))))
        return tuple(one.key for one in outputs.entries)


@dataclass
class Writing:
    """A document while it is written: its blocks, and where modules were called first."""

    variants: dict[int, list[Variant]] = field(default_factory=dict[int, "list[Variant]"])
    blocks: dict[str, Block] = field(default_factory=dict[str, Block])
    homes: dict[int, tuple[object, Scope]] = field(default_factory=dict[int, "tuple[object, Scope]"])
    open: list[tuple[int, dict[str, Any]]] = field(default_factory=list["tuple[int, dict[str, Any]]"])

    @contextmanager
    def undoing(self) -> Generator[None]:
        """Take back what was written inside when it is written anew."""
        before = {key: list(found) for key, found in self.variants.items()}, dict(self.blocks), dict(self.homes)
        try:
            yield
        except Wanted:
            self.variants, self.blocks, self.homes = before
            raise

    def variant(self, definition: Definition, values: Mapping[str, Any]) -> Variant:
        """The block of a definition for these values of its parameters, written if it has not been."""
        found = self.variants.setdefault(id(definition), [])
        for one in found:
            if all(_value(definition, values, name) == known for name, known in one.concrete.items()):
                return one
        trace, block = traced(self, definition, values)
        name = self._name(definition.name, block)
        self.blocks[name] = block
        params = tuple(name for name in definition.params if name not in trace.concrete)
        variant = Variant(name, trace.concrete, block, params)
        self.variants.setdefault(id(definition), []).append(variant)
        return variant

    def _name(self, name: str, block: Block) -> str:
        """A free name; blocks that say the same are one."""
        for number in count(1):
            candidate = name if number == 1 else f"{name}_{number}"
            if self.blocks.get(candidate, block) == block:
                return candidate
        raise AssertionError(name)


class Trace:
    """One run of a function."""

    def __init__(
        self, document: Writing, definition: Definition, values: Mapping[str, Any], concrete: dict[str, Any]
    ) -> None:
        self.document = document
        self.definition = definition
        self.values = {**definition.params, **values}
        self.concrete = concrete
        self.name = definition.name
        self.span = definition.span
        self.open = False
        self.ends: dict[str, Any] = {}
        """The keys `init` and `tie`, if the function gave them."""

    def run(self) -> Block:
        """The block that the function writes; its parameters have the defaults of the function."""
        definition = self.definition
        scope = Scope(self)
        scope.named = definition.declared is not None or len(definition.inputs) > 1
        sizes = {one.name: one.shape.value for one in definition.declared or () if one.shape is not None}
        inputs = {name: scope.declare(name, sizes=sizes.get(name)) for name in definition.inputs}
        params = {
            name: self.concrete[name] if name in self.concrete else leaf(name, ParameterLeaf(self, name))
            for name in definition.params
        }
        self.open = True
        try:
            with writing(scope):
                result = definition.function(**inputs, **params)
                return self._block(scope, result)
        finally:
            self.open = False

    def _block(self, scope: Scope, result: object) -> Block:
        what = f"`{self.name}`"
        if not isinstance(result, Handle | tuple | list | dict) or (not isinstance(result, Handle) and not result):
            raise not_a_result(cast("object", result), what, self.span)
        returned = cast("Returned", result)
        if not scope.drafts:
            returned = _through_identity(scope, returned, what, self.span)
        name_nodes(scope)
        outputs = outputs_of(returned, scope, what, self.span)
        return Block(
            doc=self.definition.doc,
            params=self._params(),
            inputs=self._inputs(scope),
            graph=graph_of(scope, self.span),
            outputs=outputs,
            span=self.span,
            **self.ends,
        )

    def _params(self) -> dict[str, Argument]:
        definition = self.definition
        return {
            name: default_of(self, name, default)
            for name, default in definition.params.items()
            if name not in self.concrete
        }

    def _inputs(self, scope: Scope) -> tuple[Input, ...]:
        definition = self.definition
        if definition.declared is not None:
            return definition.declared
        if not scope.named:
            return ()
        return tuple(Input(name=name, span=definition.spans.get(name, self.span)) for name in definition.inputs)


def _through_identity(scope: Scope, returned: Returned, what: str, span: Span) -> Returned:
    """What a function returns that has no nodes; a graph has one, so that the first goes through Identity."""
    if isinstance(returned, Handle):
        end(scope, returned, what, span)
        return Handle(scope, scope.drafts[0])
    if isinstance(returned, Mapping):
        keys = list(returned)
        return dict(
            zip(keys, cast("list[Any]", _through_identity(scope, list(returned.values()), what, span)), strict=True)
        )
    return [_through_identity(scope, returned[0], what, span), *returned[1:]]


def default_of(trace: Trace, name: str, default: Any) -> Argument:
    """The default of a parameter as the document has it."""
    span = trace.definition.spans.get(name, trace.span)
    if default is REQUIRED:
        return Argument(None, span)

    def text(_: Expression) -> NoReturn:
        raise failure("bad-value", f"the default of `{name}` belongs to another function", None, span)

    with writing(Scope(trace)):
        return Argument(data(default, text, f"`{trace.name}`", Site(span), name), span)


def traced(document: Writing, definition: Definition, values: Mapping[str, Any]) -> tuple[Trace, Block]:
    """Run a function until all values that Python needs are there."""
    concrete: dict[str, Any] = {}
    for name in definition.params:
        if _python_only(document, _given(definition, values, name)):
            concrete[name] = _value(definition, values, name)
    while True:
        here = (id(definition), concrete)
        if here in document.open:
            message = f"`{definition.name}` calls itself, with the same parameters"
            raise failure("recursion", message, "use `lego.repeat` for a chain")
        document.open.append(here)
        trace = Trace(document, definition, values, concrete)
        try:
            with document.undoing():
                return trace, trace.run()
        except Wanted as wanted:
            if wanted.owner is not trace:
                raise
            concrete = {**concrete, **{name: _value(definition, values, name) for name in sorted(wanted.names)}}
        finally:
            document.open.pop()


def _given(definition: Definition, values: Mapping[str, Any], name: str) -> Any:
    return values[name] if name in values else definition.params[name]


class Nameless(Exception):
    """A block that is the value of a parameter needs the value of one of its own."""


def _value(definition: Definition, values: Mapping[str, Any], name: str) -> Any:
    """What Python needs to know; an expression asks in turn for the parameters that it has.

    Raises:
        Nameless: nobody has given it.
    """
    value = _given(definition, values, name)
    if value is REQUIRED:
        raise Nameless(name)
    if isinstance(value, Expression):
        needed(value)
    return value


def _python_only(document: Writing, value: Any) -> bool:
    """Whether no document could hold the value of a parameter: None stands for a required one, functions are Python."""
    if value is None:
        return True
    if isinstance(value, list | tuple):
        return any(_python_only(document, item) for item in value)  # pyright: ignore[reportUnknownVariableType]
    component = component_of(value)
    if component is not None:
        return not is_nameable(document, component)
    return callable(value) and not isinstance(value, Expression)


def is_nameable(document: Writing, component: Component) -> bool:
    """Whether a layer or block can be the value of a parameter by its name: it can be written before it is used."""
    from lego.builder.block import BlockUse

    if not isinstance(component, BlockUse):
        return True
    try:
        with document.undoing():
            return not document.variant(component.definition, {}).concrete
    except (Nameless, Wanted):
        return False
