"""The layers by name. Every concrete class of a family's file is one; nothing lists them by hand.

Which layers a family has is read off its text, and its file is imported when one of them is used: checking a spec
should not wait for the hundred layers that it does not have. What comes from outside is asked for last.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

from lego.catalogue import families
from lego.catalogue.layer import Layer
from lego.catalogue.outside import add_layer, find_outside, misnamed_offers, outside_names
from lego.diagnostics import Problem

_CLASS = re.compile(r"^class ([A-Za-z]\w*)\(", re.MULTILINE)


@cache
def own_names() -> dict[str, str]:
    """The family of each layer of lego's own, by the layer's name: family by family, each in the order of its file."""
    files = sorted(path for folder in families.__path__ for path in Path(folder).glob("*.py"))
    texts = ((path.stem, path.read_text(encoding="utf-8")) for path in files)
    return {name: family for family, text in texts for name in _CLASS.findall(text)}


def layer_names() -> dict[str, str]:
    """The family of each layer, by the layer's name; those from outside last, by the package that has them."""
    own = own_names()
    return {**own, **{name: source for name, source in outside_names().items() if name not in own}}


def is_reserved(name: str) -> bool:
    """Whether lego itself has a layer of this name, which nothing else can have, whatever is installed."""
    return name in own_names()


def is_layer(name: str) -> bool:
    """Whether a layer has this name."""
    return name in own_names() or find_layer(name) is not None


def find_layer(name: str) -> type[Layer] | None:
    """The layer of this name; None where there is none, or where `layer_fault` says what is wrong with it."""
    if name in own_names():
        return _own_layer(name)
    found = find_outside(name)
    return None if isinstance(found, Problem) else found


@cache
def _own_layer(name: str) -> type[Layer]:
    family = own_names()[name]
    layer: type[Layer] = vars(import_module(f"{families.__name__}.{family}"))[name]
    layer.family = family
    return layer


def layers() -> dict[str, type[Layer]]:
    """All layers by name."""
    found = {name: find_layer(name) for name in layer_names()}
    return {name: layer for name, layer in found.items() if layer is not None}


def family_layers(*families: str) -> tuple[type[Layer], ...]:
    """The layers of some of lego's own families, in the order of their files."""
    return tuple(_own_layer(name) for name, family in own_names().items() if family in families and name[0] != "_")


def layer_fault(name: str) -> Problem | None:
    """Why a layer that is there by name cannot be used: its package is broken, or two have one name."""
    found = None if name in own_names() else find_outside(name)
    return found if isinstance(found, Problem) else None


def layer_faults() -> list[Problem]:
    """All that is wrong with the layers from outside."""
    faults = [layer_fault(name) for name in outside_names()]
    return [*misnamed_offers(frozenset(own_names())).values(), *(fault for fault in faults if fault is not None)]


def register_layer(layer: type[Layer], definition: type) -> None:
    """Make a layer known to this program's documents; `definition` is its class, or the torch module it stands for.

    Raises:
        ValueError: the name is one of lego's own, cannot be a layer's, or is another class's.
    """
    if layer.__name__ in own_names():
        raise ValueError(f"`{layer.__name__}` cannot be registered: lego has a layer of that name itself")
    add_layer(layer, definition)
