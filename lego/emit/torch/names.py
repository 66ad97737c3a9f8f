"""Names in the generated source: what a spec calls a thing, unless Python or the source itself calls something so."""

from __future__ import annotations

from collections.abc import Collection
from keyword import iskeyword

OWN = frozenset(
    ("F", "OrderedDict", "checkpoint", "getattr", "input", "layer", "nn", "range", "self", "super", "torch")
)
"""Names that the source uses for something of its own, in constructors and forwards."""


def variable(name: str) -> str:
    """A name for a variable or argument: that of the node or parameter; the input that has no name of its own is x."""
    if name == "input":
        return "x"
    if name.isdigit():
        return f"x{name}"
    name = name.replace("-", "_")
    return f"{name}_" if name in OWN or iskeyword(name) else name


def unique(name: str, taken: Collection[str], separator: str = "_") -> str:
    """The name, or with the first number from 2 that makes it new; after a digit, always apart."""
    separator = separator or ("_" if name[-1:].isdigit() else "")
    found, number = name, 2
    while found in taken:
        found = f"{name}{separator}{number}"
        number += 1
    return found


def class_name(name: str) -> str:
    """`resnet18` → `Resnet18`, `basic_block` → `BasicBlock`; letters and digits only, and no digit first."""
    words = "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in name).split()
    joined = "".join(word[0].upper() + word[1:] for word in words)
    if not joined or joined[0].isdigit() or iskeyword(joined):
        joined = f"Net{joined}"
    return f"{joined}_" if joined in OWN else joined
