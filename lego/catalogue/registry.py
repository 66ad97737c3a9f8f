"""The layers by name. Every concrete class of a family module is one; nothing lists them by hand."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from inspect import isclass

from lego.catalogue import families
from lego.catalogue.layer import Layer


@cache
def layers() -> dict[str, type[Layer]]:
    """All layers by name, family by family, each family in the order of its file."""
    found: dict[str, type[Layer]] = {}
    for module in pkgutil.iter_modules(families.__path__):
        name = f"{families.__name__}.{module.name}"
        members = vars(import_module(name))
        for member in members.values():
            if isclass(member) and issubclass(member, Layer) and member.__module__ == name:
                _add(found, member, module.name)
    return found


def _add(found: dict[str, type[Layer]], layer: type[Layer], family: str) -> None:
    if not layer.__name__.startswith("_"):
        layer.family = family
        found[layer.__name__] = layer


def is_layer(name: str) -> bool:
    """Whether a layer has this name."""
    return name in layers()
