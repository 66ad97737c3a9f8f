"""Blocks and nets: functions that write a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Generic, TypeVar

from lego.builder.data import Component, Text, argument
from lego.builder.data import data as data_of
from lego.builder.define import define
from lego.builder.failure import failure
from lego.builder.handle import Handle, OutputNames, advice, kind
from lego.builder.module import Module, Reads, split_options
from lego.builder.place import Site, calling
from lego.builder.scope import Draft, Scope, open_trace
from lego.builder.trace import REQUIRED, Definition, Writing, is_nameable, traced
from lego.diagnostics import did_you_mean
from lego.spec import VERSION, Document, Use

T = TypeVar("T")


class Block(Component):
    """A function that writes a graph, for use in others; see `lego.block`."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.__doc__ = definition.doc
        self.__name__ = definition.name
        self.__wrapped__ = definition.function

    def __call__(self, *inputs: Any, **arguments: Any) -> Any:
        """On tensors, a node of the graph that is being written; on parameters alone, a module that waits for them."""
        names = self.definition.inputs
        slots = {name: value for name, value in arguments.items() if name in names}
        if not slots and not any(isinstance(one, Handle) for one in inputs):
            _refuse_tensors(self.definition.name, inputs)
            return BlockUse(self.definition, inputs, arguments)
        rest = {name: value for name, value in arguments.items() if name not in names}
        tensors = next((at for at, one in enumerate(inputs) if not isinstance(one, Handle)), len(inputs))
        count = max(len(names) - len(slots), tensors)
        return BlockUse(self.definition, inputs[count:], rest)(*inputs[:count], **slots)

    def used(self) -> Component:
        """Without values for its parameters."""
        return BlockUse(self.definition, (), {})

    def __repr__(self) -> str:
        return f"<lego.block {self.definition.name}>"


def _refuse_tensors(label: str, values: tuple[Any, ...]) -> None:
    for at, value in enumerate(values):
        if advice(value) is not None:
            message = f"`{label}` is called on tensors of the graph, found {kind(value)}"
            raise failure("bad-value", message, advice(value), calling().argument(at))


class BlockUse(Module, Component):
    """A block with its parameters."""

    def __init__(self, definition: Definition, positional: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        options, named = split_options(keywords)
        super().__init__(options)
        self.definition = definition
        site = self._options.site
        if len(positional) > len(definition.params):
            takes = ", ".join(definition.params) or "none"
            message = f"`{self.label}` has {len(definition.params)} parameters, found {len(positional)} values"
            raise failure("unknown-argument", message, f"its parameters are: {takes}", site.span)
        for name in named:
            if name not in definition.params:
                raise unknown_parameter(definition, name, site)
        for name in [name for name in list(definition.params)[: len(positional)] if name in named]:
            raise failure("bad-value", f"`{name}` of `{self.label}` is given twice", None, site.argument(name))
        self.values = {**dict(zip(definition.params, positional, strict=False)), **named}
        self._alone = next(iter(definition.params)) if len(positional) == 1 else None
        """The parameter that was given by position alone, and is written so."""

    @property
    def label(self) -> str:
        """The block's name."""
        return self.definition.name

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node; the block is written with it, unless it has been."""
        for name, default in self.definition.params.items():
            if default is REQUIRED and name not in self.values:
                message = f"`{self.label}` needs its parameter `{name}`"
                raise failure("missing-argument", message, f"write `{self.label}(…, {name}=…)`", site.span)
        variant = scope.trace.document.variant(self.definition, self.values)
        first = reads[0][1] if reads else None
        text = partial(scope.text, first=first)
        own = self._options.site
        arguments = {
            name: argument(value, text, f"`{self.label}`", own, name)
            for name, value in self.values.items()
            if name in variant.params
        }
        alone = arguments.get(self._alone or "")
        if len(arguments) == 1 and alone is not None and variant.params[0] == self._alone and _is_plain(alone.value):
            use = Use(name=variant.name, primary=alone, span=site.span)
        else:
            use = Use(name=variant.name, arguments=arguments, span=site.span)
        fields = self._options.fields(scope, first)
        base = self.label.lower() if self.label.isupper() else self.label
        return Draft(base, self._options.name, lambda: use, reads, site.span, fields), variant.outputs

    def component(self, text: Text) -> Any:
        """As the value of a parameter."""
        trace = open_trace()
        assert trace is not None
        site = self._options.site
        if not is_nameable(trace.document, self):
            message = f"`{self.label}` depends on values of its parameters, and cannot be a value itself"
            raise failure("bad-value", message, "use the block where they are known", site.span)
        variant = trace.document.variant(self.definition, {})
        given = {name: data_of(value, text, self.label, site, name) for name, value in self.values.items()}
        return {variant.name: given} if given else variant.name

    def bind(self, inputs: list[Handle], slots: dict[str, Handle], site: Site) -> Reads:
        """The inputs in the order of the function."""
        names = self.definition.inputs
        bound = dict(zip(names, inputs, strict=False))
        for name in slots:
            if name not in names or name in bound:
                help = did_you_mean(name, names) or f"its inputs are: {', '.join(names)}"
                message = f"`{self.label}` has no further input `{name}`"
                raise failure("unknown-argument", message, help, site.argument(name))
        bound |= slots
        found = len(inputs) + len(slots)
        if found != len(names) or len(bound) != len(names):
            takes = "1 input" if len(names) == 1 else f"{len(names)} inputs"
            message = f"`{self.label}` takes {takes} ({', '.join(names)}), found {found}"
            raise failure("missing-argument" if found < len(names) else "unknown-argument", message, None, site.span)
        return [("", bound[name]) for name in names]


def _is_plain(value: Any) -> bool:
    """Whether a value by itself is not taken for arguments."""
    return value is not None and not isinstance(value, dict)


def unknown_parameter(definition: Definition, name: str, site: Site) -> Exception:
    """The error of a parameter that a function does not have."""
    known = ", ".join(definition.params) or "none"
    help = did_you_mean(name, (*definition.params, *definition.inputs)) or f"its parameters are: {known}"
    message = f"`{definition.name}` has no parameter `{name}`"
    return failure("unknown-argument", message, help, site.argument(name))


class Net(Block, Generic[T]):
    """A function that writes a document; see `lego.net`."""

    def __init__(self, definition: Definition, finish: Callable[[Document], T]) -> None:
        super().__init__(definition)
        self._finish = finish

    def __call__(self, *inputs: Any, **params: Any) -> Any:
        """The spec, with these values for its parameters; on tensors of another net, a node of it."""
        if any(isinstance(one, Handle) for one in (*inputs, *params.values())):
            return super().__call__(*inputs, **params)
        _refuse_tensors(self.definition.name, inputs)
        use = BlockUse(self.definition, inputs, params)
        return self._finish(self._document(use.values))

    def _document(self, values: Mapping[str, Any]) -> Document:
        definition = self.definition
        for name, default in definition.params.items():
            if default is REQUIRED and name not in values:
                message = f"the net needs its parameter `{name}`"
                raise failure("missing-argument", message, f"write `{definition.name}({name}=…)`")
        writing = Writing()
        given = replace(definition, params={**definition.params, **values})
        trace, block = traced(writing, given, {})
        return Document(
            lego=VERSION,
            name=definition.name,
            doc=block.doc,
            params=block.params,
            inputs=block.inputs,
            blocks=writing.blocks,
            graph=block.graph,
            outputs=block.outputs,
            init=block.init,
            tie=block.tie,
            span=trace.span,
        )

    def __repr__(self) -> str:
        return f"<lego.net {self.definition.name}>"


def block(function: Callable[..., Any] | None = None, /, **shapes: Any) -> Any:
    """Decorate a function that writes a graph, as a block for others.

    `@lego.block` takes inputs of any shape, `@lego.block(x=["N", "T", "F"])` says which.

    Args:
        function: Its parameters are tensors first, without annotation and default, and then values.
        shapes: Of its inputs, as a document has them; they are checked, and bind symbols.
    """
    site = calling()
    if function is not None:
        return Block(define(function, None, site))

    def decorate(function: Callable[..., Any]) -> Block:
        return Block(define(function, shapes, site))

    return decorate


def net(
    shapes: Mapping[str, Any], finish: Callable[[Document], T], site: Site
) -> Callable[[Callable[..., Any]], Net[T]]:
    """Decorate a function that writes a document; `finish` makes of it what the net gives."""

    def decorate(function: Callable[..., Any]) -> Net[T]:
        definition = define(function, shapes, site)
        for name in definition.inputs:
            if name not in shapes:
                message = f"the input `{name}` has no shape"
                help = f'write `@lego.net({name}=["N", …])`; a parameter has an annotation: `{name}: int`'
                raise failure("missing-argument", message, help, definition.spans.get(name, definition.span))
        return Net(definition, finish)

    return decorate
