"""Layers from outside: what the program registers, and what installed packages offer.

A package offers a layer as an entry point of the group `lego.layers`: the name is the layer's, the value says where its
class is. A document only names layers: a name is looked up, whole, among these, and no text of it is ever imported.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from lego.catalogue.layer import Layer
from lego.diagnostics import Note, Problem

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "lego.layers"
REGISTERED = "registered"
"""The family of a layer that names none, and of which no package is known."""

_NAME = re.compile(r"[A-Z][A-Za-z0-9_]*")
_TAKEN = frozenset(("Sequential",))
"""Words of the language that look like the name of a layer."""


class _Registered(NamedTuple):
    definition: type
    layer: type[Layer]


_registered: dict[str, _Registered] = {}


# -- what the program registers ------------------------------------------------------------------------------------


def add_layer(layer: type[Layer], definition: type) -> None:
    """Make a layer known to the documents of this program.

    Args:
        layer: The layer; it goes by the name of its class.
        definition: The class that it stands for: itself, or a torch module.

    Raises:
        ValueError: the name cannot be a layer's, or another class has registered it. The same class, defined again
            in a notebook, say, takes its own place.
    """
    name = layer.__name__
    wrong = name_fault(name)
    if wrong:
        raise ValueError(f"`{name}` cannot be registered: {wrong}")
    known = _registered.get(name)
    if known is not None and _place(known.definition) != _place(definition):
        raise ValueError(f"`{name}` cannot be registered: {_place(known.definition)} has that name already")
    layer.family = layer.family or REGISTERED
    _registered[name] = _Registered(definition, layer)


def _place(definition: type) -> str:
    return f"{definition.__module__}.{definition.__qualname__}"


def name_fault(name: str) -> str | None:
    """Why a layer from outside may not have this name; None where it may."""
    if name in _TAKEN:
        return "it is a word of the language"
    return None if _NAME.fullmatch(name) else "the name of a layer starts with a capital letter"


# -- what installed packages offer -----------------------------------------------------------------------------------


@cache
def _offers() -> dict[str, tuple[EntryPoint, ...]]:
    """The entry points by name; looked for once a process."""
    from importlib.metadata import entry_points

    found: dict[str, tuple[EntryPoint, ...]] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (_package(entry), entry.name)):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return found


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.value.partition(":")[0]


@cache
def _load(entry: EntryPoint) -> type[Layer] | Problem:
    """The layer of an entry point, or what is wrong with it."""
    package = _package(entry)
    offers = Note("offers", entry.value)
    try:
        definition = entry.load()
    except Exception as error:  # whatever the package does when it is imported
        message = f"the layer `{entry.name}` of the package {package} cannot be loaded"
        reason = Note("reason", f"{type(error).__name__}: {error}".splitlines()[0])
        help = f"install {package} with all that it needs"
        return Problem("unknown-layer", message, notes=[offers, reason], help=help)
    layer = _as_layer(definition)
    if layer is None:
        message = f"what the package {package} offers as the layer `{entry.name}` is no layer"
        help = 'derive it from `lego.Layer`, or register the torch module: `@lego.register(infer="meta")`'
        return Problem("unknown-layer", message, notes=[offers], help=help)
    if layer.__name__ != entry.name:
        message = f"the package {package} offers the layer {layer.__name__} under another name, `{entry.name}`"
        return Problem("unknown-layer", message, notes=[offers], help="call the entry point as its class is called")
    if layer.family in ("", REGISTERED):
        layer.family = package
    return layer


def _as_layer(definition: object) -> type[Layer] | None:
    if not isinstance(definition, type):
        return None
    if issubclass(definition, Layer):
        return definition
    known = _registered.get(definition.__name__)
    return known.layer if known is not None and known.definition is definition else None


# -- both --------------------------------------------------------------------------------------------------------------


def find_outside(name: str) -> type[Layer] | Problem | None:
    """The layer from outside that has this name, or what is wrong with it; None where there is none."""
    if name_fault(name):
        return None
    offers = _offers().get(name, ())
    if len(offers) > 1:
        return _twice(name, [f"the package {_package(entry)}" for entry in offers], offers)
    offered = _load(offers[0]) if offers else None
    registered = _registered[name].layer if name in _registered else None
    if offered is None or registered is None or offered is registered:
        return offered or registered
    return _twice(name, ["the program", *(f"the package {_package(entry)}" for entry in offers)], offers)


def _twice(name: str, sources: list[str], offers: tuple[EntryPoint, ...]) -> Problem:
    message = f"the layer `{name}` comes from {' and from '.join(sources)}"
    notes = [Note(_package(entry), entry.value) for entry in offers]
    return Problem("unknown-layer", message, notes=notes, help="rename one of them, or uninstall a package")


def outside_names() -> dict[str, str]:
    """Where each layer from outside comes from, by its name: a package, or `registered`; loads none."""
    offered = {name: _package(entries[0]) for name, entries in _offers().items() if not name_fault(name)}
    return {**offered, **{name: known.layer.family for name, known in _registered.items()}}


def misnamed_offers(own: frozenset[str]) -> dict[str, Problem]:
    """The offers that no document can reach, for their name is one of lego's `own` or none for a layer."""
    found: dict[str, Problem] = {}
    for name, entries in _offers().items():
        fault = "lego has a layer of that name itself" if name in own else name_fault(name)
        if fault:
            message = f"the package {_package(entries[0])} offers a layer `{name}`, which is left out: {fault}"
            notes = [Note("offers", entry.value) for entry in entries]
            found[name] = Problem("unknown-layer", message, notes=notes, help="rename it in the package")
    return found
