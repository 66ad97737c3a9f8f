"""Collects what is wrong while the rest is still read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from lego.diagnostics import Diagnostic, Problem, Span, did_you_mean
from lego.spec.document import Argument
from lego.spec.tree import Mapping, Scalar, Sequence, Tree, to_value


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

    def mapping(self, tree: Tree, what: str, known: Collection[str] | None = None) -> dict[str, tuple[Scalar, Tree]]:
        """The entries of what must be a mapping, by key; unknown keys are noted and left out."""
        if not isinstance(tree, Mapping):
            if not _is_null(tree):
                self.add("bad-value", f"{what} must be a mapping, found {kind(tree)}", tree.span)
            return {}
        entries = {key.text: (key, value) for key, value in tree.entries}
        if known is None:
            return entries
        for name, (key, _) in entries.items():
            if name not in known:
                help = did_you_mean(name, known) or f"known are: {', '.join(known)}"
                self.add("unknown-key", f"{what} has no key `{name}`", key.span, help)
        return {name: entry for name, entry in entries.items() if name in known}

    def text(self, tree: Tree, what: str) -> str:
        """A string."""
        value = to_value(tree)
        if not isinstance(tree, Scalar) or value is None:
            self.add("bad-value", f"{what} must be a text, found {kind(tree)}", tree.span)
            return ""
        return tree.text

    def flag(self, tree: Tree, what: str) -> bool:
        """A boolean."""
        value = to_value(tree)
        if not isinstance(value, bool):
            self.add("bad-value", f"{what} must be true or false, found {kind(tree)}", tree.span)
            return False
        return value


def argument(tree: Tree) -> Argument:
    """A value with its place."""
    return Argument(to_value(tree), tree.span)


def _is_null(tree: Tree) -> bool:
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
            return "nothing" if value is None else f"`{tree.text}`"
