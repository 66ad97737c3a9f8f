"""The layers of the catalogue as classes, whose instances are called on handles."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

from lego.builder.data import Component, Text, argument
from lego.builder.failure import failure
from lego.builder.handle import Handle, OutputNames
from lego.builder.module import Module, Reads, split_options
from lego.builder.place import Site
from lego.builder.scope import Draft, Scope
from lego.catalogue import INFERRED, Variadic, find_layer, layer_fault, layer_names
from lego.catalogue import Layer as CatalogueLayer
from lego.diagnostics import did_you_mean
from lego.spec import Argument, Use


class Layer(Module, Component):
    """A layer of the catalogue with its arguments."""

    definition: type[CatalogueLayer]

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        fields = tuple(self.definition.model_fields)
        options, named = split_options(keywords, fields)
        super().__init__(options)
        if any(isinstance(one, Handle) for one in arguments):
            message = f"{self.label} takes its arguments first, and then its tensors; found a tensor of the graph"
            raise failure("bad-value", message, f"write `L.{self.label}(…)(x)`", self._options.site.span)
        order = positional_order(self.definition)
        if len(arguments) > len(order):
            raise self._too_many(len(arguments), order)
        given = dict(zip(order, arguments, strict=False))
        for name in given.keys() & named.keys():
            site = self._options.site
            raise failure("bad-value", f"`{name}` of {self.label} is given twice", None, site.argument(name))
        self.arguments = {**given, **named}
        self._positional = tuple(given)

    @property
    def label(self) -> str:
        """The layer's name."""
        return self.definition.__name__

    @property
    def weightless(self) -> bool:
        """Whether it has neither weights nor buffers, whatever its arguments."""
        cls = self.definition
        return cls.weights is CatalogueLayer.weights and cls.buffers is CatalogueLayer.buffers

    def _too_many(self, found: int, order: tuple[str, ...]) -> Exception:
        takes = ", ".join(order) or "no arguments"
        message = f"{self.label} takes {len(order)} arguments by position at most, found {found}"
        help = f"in order: {takes}; the input decides the others" if order else "call it on tensors: `L.Add()(x, y)`"
        return failure("unknown-argument", message, help, self._options.site.argument(len(order)))

    # -- the node --------------------------------------------------------------------------------------------------

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node: the arguments are written as seen from what it reads first."""
        first = reads[0][1] if reads else None
        use = self._use(partial(scope.text, first=first), site)
        fields = self._options.fields(scope, first)
        draft = Draft(snake_case(self.label), self._options.name, lambda: use, reads, site.span, fields)
        return draft, self.output_names

    def _use(self, text: Text, site: Site) -> Use:
        primary, arguments = self._written(text)
        return Use(name=self.label, arguments=arguments, primary=primary, span=site.span)

    def _written(self, text: Text) -> tuple[Argument | None, dict[str, Argument]]:
        """The arguments as a person would write them: the primary one, if it is the only one, by itself."""
        site = self._options.site
        keys = {name: at for at, name in enumerate(self._positional)}
        found = {
            name: argument(value, text, self.label, site, keys.get(name, name))
            for name, value in self.arguments.items()
        }
        alone = found.get(self.definition.primary() or "") if len(found) == len(keys) == 1 else None
        if alone is not None and alone.value is not None and not isinstance(alone.value, dict):
            return alone, {}
        return None, found

    def component(self, text: Text) -> Any:
        """As the value of a parameter; there are no wiring keys in one."""
        if self._options.given:
            name = next(iter(self._options.given))
            message = f"a layer that is the value of a parameter has no `{name}`"
            raise failure("bad-value", message, "give it where the layer is used", self._options.site.argument(name))
        primary, arguments = self._written(text)
        if primary is not None:
            return {self.label: primary.value}
        return {self.label: {name: one.value for name, one in arguments.items()}} if arguments else self.label

    def output_names(self) -> tuple[str, ...] | None:
        """Names of its outputs; numbers where they have none, None where only the shapes tell how many."""
        known = {name: value for name, value in self.arguments.items() if name in self.definition.model_fields}
        names = self.definition.model_construct(None, **known).output_names()
        if names:
            return names
        parts = next(iter(self.arguments.values()), None)
        count = len(parts) if isinstance(parts, list | tuple) else parts  # pyright: ignore[reportUnknownArgumentType]
        is_count = self.label == "Chunk" or isinstance(parts, list | tuple)
        return tuple(map(str, range(int(count)))) if is_count and count is not None else None

    # -- its inputs ------------------------------------------------------------------------------------------------

    def bind(self, inputs: list[Handle], slots: dict[str, Handle], site: Site) -> Reads:
        """By position as far as that goes, else by slot."""
        if isinstance(self.definition.slots, Variadic):
            return self._bind_equal(inputs, slots, self.definition.slots.least, site)
        known = [one.name for one in self.definition.slots]
        if len(inputs) > len(known):
            takes = f"takes {_count(len(known))}" + (f" ({', '.join(known)})" if known else "")
            message = f"{self.label} {takes}, found {len(inputs)}"
            raise failure("unknown-argument", message, None, site.argument(len(known)))
        bound = dict(zip(known, inputs, strict=False))
        for name, handle in slots.items():
            if name not in known or name in bound:
                wrong = "twice" if name in bound else "as an input it does not have"
                help = did_you_mean(name, known) or f"its inputs are {', '.join(known) or 'none'}"
                message = f"{self.label} is given `{name}` {wrong}"
                raise failure("unknown-argument", message, help, site.argument(name))
            bound[name] = handle
        for one in self.definition.slots:
            if not one.optional and one.name not in bound:
                message = f"{self.label} takes {_count(len(known))}, and `{one.name}` is missing"
                raise failure("missing-argument", message, f"its inputs are {', '.join(known)}", site.span)
        ordered = [(name, bound[name]) for name in known if name in bound]
        if [name for name, _ in ordered] == known[: len(ordered)]:
            return [("", handle) for _, handle in ordered]
        return ordered

    def _bind_equal(self, inputs: list[Handle], slots: dict[str, Handle], least: int, site: Site) -> Reads:
        for name in slots:
            message = f"{self.label} takes its inputs by position, found `{name}`"
            raise failure("unknown-argument", message, f"write `L.{self.label}(…)(x, y)`", site.argument(name))
        if len(inputs) < least:
            message = f"{self.label} takes {_count(least)} or more, found {len(inputs)}"
            raise failure("missing-argument", message, f"write `L.{self.label}(…)(x, y)`", site.span)
        return [("", handle) for handle in inputs]


def _count(number: int) -> str:
    return "1 input" if number == 1 else f"{number or 'no'} inputs"


def positional_order(layer: type[CatalogueLayer]) -> tuple[str, ...]:
    """The arguments that go by position, in order."""
    fields = layer.model_fields
    primary = layer.primary()
    if primary is not None and INFERRED in fields[primary].metadata:
        return tuple(fields)
    return tuple(name for name, info in fields.items() if INFERRED not in info.metadata)


def snake_case(name: str) -> str:
    """`batch_norm2d` of `BatchNorm2d`, as torch calls its functions."""
    for word in ("RReLU", "PReLU", "ReLU", "SiLU"):
        name = name.replace(word, word.capitalize())
    parts = [
        f"_{letter}" if at and letter.isupper() and _begins(name, at) else letter for at, letter in enumerate(name)
    ]
    return "".join(parts).lower()


def _begins(name: str, at: int) -> bool:
    """Whether a word begins at a capital."""
    return not name[at - 1].isupper() or (at + 1 < len(name) and name[at + 1].islower() and name[at - 1] != "_")


_classes: dict[type[CatalogueLayer], type[Layer]] = {}


def class_of(layer: type[CatalogueLayer]) -> type[Layer]:
    """The class whose instances write a layer."""
    if layer not in _classes:
        doc = inspect.getdoc(layer)
        members = {"definition": layer, "__doc__": doc, "__module__": __name__, "__signature__": _signature(layer)}
        _classes[layer] = type(layer.__name__, (Layer,), members)
    return _classes[layer]


def _signature(layer: type[CatalogueLayer]) -> inspect.Signature:
    order = positional_order(layer)
    rest = [name for name in layer.model_fields if name not in order]
    kinds = [(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in order]
    kinds += [(name, inspect.Parameter.KEYWORD_ONLY) for name in rest]
    found = [inspect.Parameter(name, kind, default=_default(layer, name)) for name, kind in kinds]
    # A required argument may stand after one with a default in torch's order, but not in a signature of Python.
    ordered = [
        one if one.default is not one.empty or not seen else one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for one, seen in zip(found, _after_default(found), strict=True)
    ]
    return inspect.Signature(sorted(ordered, key=lambda one: one.kind))


def _default(layer: type[CatalogueLayer], name: str) -> Any:
    info = layer.model_fields[name]
    return inspect.Parameter.empty if info.is_required() else info.default


def _after_default(parameters: list[inspect.Parameter]) -> list[bool]:
    seen, found = False, list[bool]()
    for one in parameters:
        found.append(seen)
        seen |= one.default is not one.empty
    return found


def layer_class(name: str) -> type[Layer]:
    """The class of a layer by its name.

    Raises:
        AttributeError: there is none, or its package is broken.
    """
    layer = find_layer(name)
    if layer is not None:
        return class_of(layer)
    fault = layer_fault(name)
    if fault is not None:
        raise AttributeError(fault.message)
    help = did_you_mean(name, (*layer_names(), "Sequential"))
    raise AttributeError(f"there is no layer `{name}`" + (f"; {help}" if help else ""))
