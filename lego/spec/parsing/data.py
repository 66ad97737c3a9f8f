"""What Python gives in place of YAML: plain data, read by the same rules."""

from __future__ import annotations

from collections.abc import Mapping as Entries
from typing import Any, cast

from lego.diagnostics import Span, SpecError
from lego.spec.document import Init, Input, State
from lego.spec.parsing.initial import parse_init
from lego.spec.parsing.inputs import parse_block_inputs, parse_inputs
from lego.spec.parsing.issues import Issues
from lego.spec.parsing.recurrent import parse_states
from lego.spec.tree import Mapping, Scalar, Sequence, Tree


def read_init(value: Any, span: Span) -> Init | None:
    """An `init`, all of whose parts stand in one place.

    Raises:
        SpecError: it is none.
    """
    issues = Issues()
    return _sound(parse_init(tree_of(value, span), issues), issues)


def read_inputs(shapes: Entries[str, Any], spans: Entries[str, Span]) -> tuple[Input, ...]:
    """Inputs by name, as a document has them; where none has a shape or some have none, those of a block.

    Raises:
        SpecError: a shape is none.
    """
    issues = Issues()
    parse = parse_inputs if all(value is not None for value in shapes.values()) else parse_block_inputs
    return _sound(parse(_mapping(shapes, spans), issues), issues)


def read_states(states: Entries[str, Any], spans: Entries[str, Span]) -> tuple[State, ...]:
    """The states of a recurrent by name.

    Raises:
        SpecError: one of them is none.
    """
    issues = Issues()
    return _sound(parse_states(_mapping(states, spans), issues), issues)


def _sound(found: Any, issues: Issues) -> Any:
    if issues.found:
        raise SpecError(issues.found)
    return found


def _mapping(values: Entries[str, Any], spans: Entries[str, Span]) -> Mapping:
    entries = [(Scalar(name, False, spans[name]), tree_of(value, spans[name])) for name, value in values.items()]
    return Mapping(list(entries), next(iter(spans.values())))


def tree_of(value: Any, span: Span) -> Tree:
    """Plain data as a tree, every part of it at one place."""
    match value:
        case None:
            return Scalar("null", True, span)
        case bool():
            return Scalar(str(value).lower(), True, span)
        case int() | float():
            return Scalar(repr(value), True, span)
        case list() | tuple():
            return Sequence([tree_of(item, span) for item in cast("list[Any]", value)], span)
        case dict():
            entries = cast("dict[Any, Any]", value).items()
            return Mapping([(Scalar(str(name), False, span), tree_of(item, span)) for name, item in entries], span)
        case _:
            return Scalar(str(value), False, span)
