"""A document as it is written: scalars, sequences and mappings, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from lego.diagnostics import Span
from lego.spec.scalars import Value, resolve

PlainData = Value | list["PlainData"] | dict[str, "PlainData"]


class Scalar:
    """One text; `plain` tells `64` from `"64"`, `flow` whether it stands inside `[…]` or `{…}`."""

    __slots__ = ("flow", "plain", "span", "text")

    def __init__(self, text: str, plain: bool, span: Span, flow: bool = False) -> None:
        self.text = text
        self.plain = plain
        self.span = span
        self.flow = flow

    @property
    def value(self) -> Value:
        """What the text says in YAML 1.2's core schema; quoted text is a string."""
        return resolve(self.text) if self.plain else self.text

    def __repr__(self) -> str:
        return f"Scalar({self.text!r}, plain={self.plain})"


class Sequence:
    """Items in order; `span` marks the first character."""

    __slots__ = ("flow", "items", "span")

    def __init__(self, items: list[Tree], span: Span, flow: bool = False) -> None:
        self.items = items
        self.span = span
        self.flow = flow

    def __iter__(self) -> Iterator[Tree]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Sequence({self.items!r})"


class Mapping:
    """Keys with their values, in order; `span` marks the opening brace, or the first key."""

    __slots__ = ("entries", "flow", "span")

    def __init__(self, entries: list[tuple[Scalar, Tree]], span: Span, flow: bool = False) -> None:
        self.entries = entries
        self.span = span
        self.flow = flow

    def get(self, key: str) -> Tree | None:
        """The value under a key, which is compared by its text; None where there is none."""
        return next((value for name, value in self.entries if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, Tree]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"Mapping({self.entries!r})"


Tree = Scalar | Sequence | Mapping


def to_value(tree: Tree) -> PlainData:
    """The plain Python data that a tree says; keys by their text, expressions as they are written."""
    match tree:
        case Scalar():
            return tree.value
        case Sequence():
            return [to_value(item) for item in tree.items]
        case Mapping():
            return {key.text: to_value(value) for key, value in tree.entries}
