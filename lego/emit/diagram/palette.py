"""Colours by kind, after Okabe and Ito (distinct for the colour-blind), each with a border of its own."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """How the boxes of a kind look: never by colour alone.

    Attributes:
        title: Its name in the legend.
        fill: On white paper.
        dark: On a dark screen.
        style: Of the border, in Graphviz's words.
        lines: Of the border, one inside the other.
        width: Of a line.
    """

    title: str
    fill: str
    dark: str
    style: str = ""
    lines: int = 1
    width: int = 1


LOOKS: dict[str, Look] = {
    "convolution": Look("convolution", "#f9d9a0", "#7a5200"),
    "linear": Look("linear, embedding", "#b5ddf5", "#12567c", lines=2),
    "sequence": Look("attention", "#edcadf", "#7a3860", style="rounded", width=2),
    "normalization": Look("normalization", "#e4e4e4", "#4d4d4d", style="dashed"),
    "activation": Look("activation", "#a9e0cd", "#00614a", style="rounded"),
    "pooling": Look("pooling, resizing", "#f5c5a5", "#853f00", style="rounded,dashed"),
    "dropout": Look("dropout", "#f7f2a8", "#665f00", style="dotted"),
    "operation": Look("operation", "#cbd6f2", "#27407e", width=0),
}
"""The kinds, in the order of the legend."""

_KINDS = {
    "convolution": "convolution",
    "linear": "linear",
    "sparse": "linear",
    "attention": "sequence",
    "recurrent": "sequence",
    "products": "sequence",
    "normalization": "normalization",
    "activation": "activation",
    "pooling": "pooling",
    "unpooling": "pooling",
    "upsampling": "pooling",
    "reduction": "pooling",
    "dropout": "dropout",
}


def kind_of(family: str) -> str:
    """The kind of a family of the catalogue; what has no colour of its own is an operation."""
    return _KINDS.get(family, "operation")


class Theme(NamedTuple):
    """The colours that do not depend on the kind.

    Attributes:
        tints: Of blocks, and of the frames around them.
    """

    paper: str
    ink: str
    faint: str
    line: str
    tints: tuple[str, ...]

    def fill(self, kind: str) -> str:
        """The colour of a kind."""
        return LOOKS[kind].dark if self is DARK else LOOKS[kind].fill


_LIGHT_TINTS = ("#f3f6fb", "#faf6ee", "#f0f7f1", "#fbf3f6", "#f5f2fa", "#f7f8ea")
_DARK_TINTS = ("#20252e", "#2a2620", "#1f2a23", "#2c2226", "#27232e", "#292a1e")

LIGHT = Theme("white", "#1a1a1a", "#5f5f5f", "#4d4d4d", _LIGHT_TINTS)
DARK = Theme("#16181d", "#f0f0f0", "#b4b4b4", "#b4b4b4", _DARK_TINTS)
