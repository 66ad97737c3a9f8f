"""YAML events to a tree, in one loop: bounds are met before anything is built upon, and mistakes are collected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from lego.diagnostics import Diagnostic, Problem, Source, Span, SpecError
from lego.spec.collector import collector_paused
from lego.spec.limits import Limits
from lego.spec.quoting import cut_apart, is_balanced
from lego.spec.scalars import is_larger
from lego.spec.syntax import explain
from lego.spec.tree import Mapping, Scalar, Sequence, Tree

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where PyYAML was built with it
_Place = tuple[Source, int, int, int]
_span: Callable[[_Place], Span] = partial(tuple.__new__, Span)  # pyright: ignore[reportUnknownMemberType]
"""A span at half the cost of `Span(…)`, of which there are many."""


def compose(source: Source, limits: Limits) -> Tree:
    """The tree of the one document in a source; raises SpecError with all that is wrong in its text."""
    composer = _Composer(source, limits)
    failure = None
    with collector_paused():
        try:
            composer.consume()
        except (yaml.YAMLError, UnicodeError) as error:
            failure = error
    diagnostics = cut_apart(source, composer.suspects, failure, composer.in_flow)
    if not diagnostics and failure is not None:
        diagnostics = [*composer.diagnostics, explain(source, failure)]
    diagnostics = diagnostics or composer.diagnostics
    if diagnostics:
        raise SpecError(sorted(diagnostics, key=lambda diagnostic: diagnostic.span[1:3]))
    return composer.root


_NO_ANCHORS = "write it out, or use a block or a parameter; quote a text that begins with `&` or `*`"

_ENOUGH = 50  # mistakes, after which nobody reads on


class _Stop(Exception):
    """Nothing after this is worth reading."""


class _Composer:
    """What is known while the events of one document go by."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.diagnostics: list[Diagnostic] = []
        self.suspects: list[Scalar] = []
        self.in_flow = False
        self._parts: list[Tree] = []  # of the innermost collection; a mapping's keys and values by turns
        self._open: list[tuple[Any, list[Tree]]] = []  # each open collection's event, and the parts around it
        self._nodes = 0
        self._most = limits.tree
        self._documents = 0
        self._short = min(len(str(limits.integer)), len(hex(limits.integer)))

    @property
    def root(self) -> Tree:
        return self._parts[0]

    def consume(self) -> None:
        """Read all events; raises what PyYAML raises."""
        handlers: dict[type[Event], Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            SequenceStartEvent: self._start,
            MappingStartEvent: self._start,
            SequenceEndEvent: self._end_sequence,
            MappingEndEvent: self._end_mapping,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
            DocumentEndEvent: _pass,
            StreamStartEvent: _pass,
            StreamEndEvent: self._end,
        }
        try:
            for event in iter(_Loader(self.source.text).get_event, None):
                handlers[type(event)](event)
        except _Stop:
            return

    def _scalar(self, event: Any) -> None:
        start = event.start_mark
        line: int = start.line
        column: int = start.column
        end = event.end_mark
        length: int = end.column - column if end.line == line else self._rest_of_line(start)
        text: str = event.value
        scalar = Scalar(text, not event.style, _span((self.source, line + 1, column + 1, length)), self.in_flow)
        if not text.isidentifier():
            self._check_text(scalar)
        if event.anchor or event.tag:
            self._check_properties(event)
        self._nodes += 1
        if self._nodes > self._most:
            self._too_many(event)
        self._parts.append(scalar)

    def _check_text(self, scalar: Scalar) -> None:
        text = scalar.text
        if not scalar.plain or (text.isalnum() and len(text) < self._short):
            return
        if len(text) >= self._short and is_larger(text, self.limits.integer):
            what = f"this integer is larger than {self.limits.integer:,}"
            self._report(scalar.span, self.limits.exceeded("integer", what))
        at_key = self._at_key()
        if at_key and text == "<<":
            self._report(scalar.span, Problem("yaml-syntax", "a spec has no merge keys", help=_NO_ANCHORS))
        if (at_key or self.in_flow) and not is_balanced(text):
            self.suspects.append(scalar)
            if len(self.suspects) == _ENOUGH:
                raise _Stop

    def _rest_of_line(self, mark: Any) -> int:
        if self.source.text[mark.index : mark.index + 1] in "|>":
            return 1
        end = self.source.text.find("\n", mark.index)
        return (len(self.source.text) if end < 0 else end) - mark.index

    def _at_key(self) -> bool:
        return bool(self._open) and type(self._open[-1][0]) is MappingStartEvent and len(self._parts) % 2 == 0

    def _start(self, event: Any) -> None:
        if len(self._open) >= self.limits.depth:
            problem = self.limits.exceeded("depth", f"the document is nested more than {self.limits.depth} deep")
            self._report(self._mark(event), problem)
            raise _Stop
        if self._at_key():
            self._mistake(event, "a key is a plain text, not a list or a mapping", "quote it if it is meant as text")
            raise _Stop
        if event.anchor or event.tag:
            self._check_properties(event)
        self._nodes += 1
        if self._nodes > self._most:
            self._too_many(event)
        self._open.append((event, self._parts))
        self._parts = []
        self.in_flow = event.flow_style

    def _end_sequence(self, _: Any) -> None:
        event, items = self._close()
        self._parts.append(Sequence(items, self._mark(event), event.flow_style))

    def _end_mapping(self, _: Any) -> None:
        event, parts = self._close()
        keys: Any = parts[::2]
        entries: list[tuple[Scalar, Tree]] = list(zip(keys, parts[1::2], strict=True))
        if len(entries) > 1 and len({key.text for key in keys}) < len(entries):
            self._report_duplicates(keys)
        span = self._mark(event) if event.flow_style or not entries else keys[0].span
        self._parts.append(Mapping(entries, span, event.flow_style))

    def _close(self) -> tuple[Any, list[Tree]]:
        event, around = self._open.pop()
        parts = self._parts
        self._parts = around
        self.in_flow = bool(self._open) and self._open[-1][0].flow_style
        return event, parts

    def _report_duplicates(self, keys: list[Scalar]) -> None:
        first: dict[str, Scalar] = {}
        for key in keys:
            earlier = first.setdefault(key.text, key)
            if earlier is not key:
                message = f"`{key.text}` is given twice, first on line {earlier.span.line}"
                self._report(key.span, Problem("duplicate-key", message, help="rename one of them, or leave one out"))

    def _check_properties(self, event: Any) -> None:
        if event.anchor:
            self._mistake(event, f"`&{event.anchor}` is an anchor, and a spec has none", _NO_ANCHORS)
        if event.tag:
            self._mistake(event, "a spec has no tags", "quote the text if it begins with `!`")

    def _alias(self, event: Any) -> None:
        after_merge = self._parts and type(self._parts[-1]) is Scalar and self._parts[-1].text == "<<"
        if not after_merge:
            self._mistake(event, f"`*{event.anchor}` is an alias, and a spec has none", _NO_ANCHORS)
        self._parts.append(Scalar("", True, self._mark(event), self.in_flow))

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._mistake(
                event, "a second document begins here, a file holds one spec", "write it to a file of its own"
            )
            raise _Stop
        if event.version or event.tags:
            self._mistake(event, "a spec has no directives", "leave out the line that begins with `%`")

    def _end(self, event: Any) -> None:
        root = self._parts[0] if self._parts else None
        if root is None or (type(root) is Scalar and root.plain and not root.text):
            problem = Problem("yaml-syntax", "the document is empty", help="a spec begins with `lego: 1`")
            self._report(Span(self.source, 1, 1), problem)

    def _too_many(self, event: Any) -> None:
        what = f"the document has more than {self.limits.tree:,} keys and values"
        self._report(self._mark(event), self.limits.exceeded("tree", what))
        raise _Stop

    def _mistake(self, event: Any, message: str, help: str | None) -> None:
        self._report(self._mark(event), Problem("yaml-syntax", message, help=help))

    def _report(self, span: Span, problem: Problem) -> None:
        self.diagnostics.append(problem.at(span))
        if len(self.diagnostics) == _ENOUGH:
            raise _Stop

    def _mark(self, event: Any) -> Span:
        mark = event.start_mark
        return _span((self.source, mark.line + 1, mark.column + 1, 1))


def _pass(_: Any) -> None:
    """Nothing to be learnt from this event."""
