"""The layers by name. Every concrete class of a family's file is one; nothing lists them by hand.

Which layers a family has is read off its text, and its file is imported when one of them is used: checking a spec
should not wait for the hundred layers that it does not have.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

from lego.catalogue import families
from lego.catalogue.layer import Layer

_CLASS = re.compile(r"^class ([A-Za-z]\w*)\(", re.MULTILINE)


@cache
def layer_names() -> dict[str, str]:
    """The family of each layer, by the layer's name: family by family, each in the order of its file."""
    files = sorted(path for folder in families.__path__ for path in Path(folder).glob("*.py"))
    texts = ((path.stem, path.read_text(encoding="utf-8")) for path in files)
    return {name: family for family, text in texts for name in _CLASS.findall(text)}


def is_layer(name: str) -> bool:
    """Whether a layer has this name."""
    return name in layer_names()


@cache
def find_layer(name: str) -> type[Layer] | None:
    """The layer of this name; None where there is none."""
    family = layer_names().get(name)
    if family is None:
        return None
    layer: type[Layer] = vars(import_module(f"{families.__name__}.{family}"))[name]
    layer.family = family
    return layer


def layers() -> dict[str, type[Layer]]:
    """All layers by name."""
    found = {name: find_layer(name) for name in layer_names()}
    return {name: layer for name, layer in found.items() if layer is not None}
