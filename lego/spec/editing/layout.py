"""Where in a text the parts of a document stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any, NamedTuple, TypeAlias

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

Collection: TypeAlias = MappingNode | SequenceNode

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COLON = re.compile(r"\s*:")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML."""


class Entry(NamedTuple):
    """An entry of a mapping, or an item of a list, as offsets into the text.

    Attributes:
        name: Its key, or its number.
        start: Where its line of the collection begins: at its key, or at the `-` of a block list.
        head: Where its key with the colon ends, or its `-`; a key of a flow mapping may stand alone.
        value: What stands there.
        begin: Where its value begins.
        end: Where it ends, comments and empty lines after it left out.
    """

    name: str
    start: int
    head: int
    value: Any
    begin: int
    end: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written after its head."""
        return self.begin == self.end


class Text:
    """A text with the tree of its document."""

    def __init__(self, text: str) -> None:
        self.text = text
        breaks = list(_BREAK.finditer(text))
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._starts = [0, *(found.end() for found in breaks)]
        self._ends = [*(found.start() for found in breaks), len(text)]
        self.root: Any = yaml.compose(text, _LOADER)

    def entries(self, node: Collection) -> list[Entry]:
        """The entries of a collection, in order."""
        if isinstance(node, MappingNode):
            return [self._pair(key, value) for key, value in node.value]
        return [self._item(node, number, item) for number, item in enumerate(node.value)]

    def start(self, node: Any) -> int:
        """Where a part begins."""
        return node.start_mark.index

    def end(self, node: Any) -> int:
        """Where a part ends; a block collection with its last entry."""
        end: int = node.end_mark.index
        if isinstance(node, ScalarNode):
            return end if node.style not in ("|", ">") else self._end_of_lines(self.start(node), end)
        return end if node.flow_style or not node.value else self.entries(node)[-1].end

    def is_flow(self, node: Collection) -> bool:
        """Whether brackets stand around it, or around what it stands in."""
        return bool(node.flow_style)

    def line_start(self, offset: int) -> int:
        """The first character of the line."""
        return self._starts[self._line(offset)]

    def line_end(self, offset: int) -> int:
        """Where the line ends, before its line break."""
        return self._ends[self._line(offset)]

    def next_line(self, offset: int) -> int:
        """Where the next line begins; the end of the text after the last."""
        following = self._line(offset) + 1
        return self._starts[following] if following < len(self._starts) else len(self.text)

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _pair(self, key: Any, value: Any) -> Entry:
        after = key.end_mark.index
        colon = _COLON.match(self.text, after)
        head = colon.end() if colon else after
        begin, end = self._extent(value, head)
        return Entry(str(key.value), self.start(key), head, value, begin, end)

    def _item(self, node: SequenceNode, number: int, item: Any) -> Entry:
        start = self.start(item)
        if node.flow_style:
            return Entry(str(number), start, start, item, start, self.end(item))
        dash = self._dash(node.start_mark.column, start)
        begin, end = self._extent(item, dash + 1)
        return Entry(str(number), dash, dash + 1, item, begin, end)

    def _extent(self, value: Any, head: int) -> tuple[int, int]:
        """Where a value begins and ends; twice the end of its head where nothing is written."""
        is_empty = isinstance(value, ScalarNode) and not value.style and not value.value
        return (head, head) if is_empty else (self.start(value), self.end(value))

    def _dash(self, column: int, offset: int) -> int:
        """The `-` of an item of a block list that begins at an offset."""
        line = self._line(offset)
        while self.text[self._starts[line] + column : self._ends[line]][:1] != "-":
            line -= 1
        return self._starts[line] + column

    def _end_of_lines(self, start: int, end: int) -> int:
        """The end of a block scalar: its empty lines at the end count only where its header keeps them."""
        chunk = self.text[start:end]
        if "+" in chunk.splitlines()[0].partition("#")[0]:
            return end - (len(chunk) - len(chunk.removesuffix("\n").removesuffix("\r")))
        return start + len(chunk.rstrip())
