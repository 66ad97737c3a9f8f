"""Collects what is wrong while the rest is still read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from lego.diagnostics import Diagnostic, Problem, Span, did_you_mean, nearest
from lego.spec.document import Argument, Graph, Node, Unreadable
from lego.spec.tree import Mapping, Scalar, Sequence, Tree, to_value

_WIDEST = 80  # what a help line can quote


class Issues:
    """Diagnostics so far."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def add(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        """Say what is wrong at a place."""
        self.found.append(Diagnostic(code, message, span, help=help))

    def check(self, rule: Callable[[str], None], scalar: Scalar) -> bool:
        """Whether a name keeps a rule; where not, the problem is noted."""
        try:
            rule(scalar.text)
        except Problem as problem:
            self.found.append(problem.at(scalar.span))
            return False
        return True

    def mapping(
        self, tree: Tree, what: str, known: Collection[str] | None = None, example: str | None = None
    ) -> dict[str, tuple[Scalar, Tree]]:
        """The entries of what must be a mapping, by key.

        A key that is not known is noted; where it is a misspelt one, it is read as the one that was meant.
        """
        if not isinstance(tree, Mapping):
            if not is_null(tree):
                help = f"write `{example}`, say" if example else None
                self.add("bad-value", f"{what} must be a mapping, found {kind(tree)}", tree.span, help)
            return {}
        entries = {key.text: (key, value) for key, value in tree.entries}
        if known is None or entries.keys() <= set(known):
            return entries
        for name in [name for name in entries if name not in known]:
            key, value = entries.pop(name)
            help = did_you_mean(name, known) or f"known are: {', '.join(known)}"
            self.add("unknown-key", f"{what} has no key `{name}`", key.span, help)
            entries.setdefault(nearest(name, known) or "", (key, value))
        entries.pop("", None)
        return entries

    def text(self, tree: Tree, what: str) -> str:
        """A string."""
        if not isinstance(tree, Scalar) or tree.value is None:
            self.add("bad-value", f"{what} must be a text, found {kind(tree)}", tree.span)
            return ""
        return tree.text

    def flag(self, tree: Tree, what: str) -> bool:
        """A boolean."""
        value = to_value(tree)
        if not isinstance(value, bool):
            help = "YAML 1.2 knows `true` and `false` only" if value in ("yes", "no", "on", "off") else None
            self.add("bad-value", f"{what} must be true or false, found {kind(tree)}", tree.span, help)
            return False
        return value


def argument(tree: Tree) -> Argument:
    """A value with its place."""
    return Argument(to_value(tree), tree.span)


def unreadable(name: str, span: Span) -> Node:
    """A node in place of one that could not be read."""
    return Node(name=name, what=Unreadable(span=span), span=span)


def unreadable_graph(span: Span) -> Graph:
    """A graph in place of one that could not be read."""
    return Graph(nodes=(unreadable("0", span),), listed=True, span=span)


def is_null(tree: Tree) -> bool:
    """Whether nothing stands there."""
    return isinstance(tree, Scalar) and tree.value is None


def kind(tree: Tree) -> str:
    """What stands there, for a message."""
    match tree:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar():
            value: Any = tree.value
            return "nothing" if value is None else f"`{shown(tree)}`"


def shown(tree: Tree) -> str:
    """A tree on one line, to be quoted in a help line; its inner part is left out where it is long."""
    text = _flow(tree)
    return text if len(text) <= _WIDEST else "…"


def _flow(tree: Tree) -> str:
    match tree:
        case Scalar():
            return tree.text if tree.plain else f'"{tree.text}"'
        case Sequence():
            return f"[{', '.join(map(_flow, tree.items))}]"
        case Mapping():
            return f"{{{', '.join(f'{key.text}: {_flow(value)}' for key, value in tree.entries)}}}"
