"""Which part of a document a dotted path names: `graph.conv1.Conv2d.out_channels`, `blocks.Up.graph.0`."""

from __future__ import annotations

from typing import Any, NamedTuple

from yaml.nodes import MappingNode, SequenceNode

from lego.diagnostics import Problem, Source, Span, SpecError, did_you_mean
from lego.spec.editing.layout import Collection, Entry, Text


class Place(NamedTuple):
    """Where a path leads.

    Attributes:
        node: The collection that holds the part.
        entry: The part; None where there is none of its name yet.
        name: Its key or number.
        around: The entry whose value the collection is; None at the root.
        outer: The collection that `around` stands in.
    """

    node: Collection
    entry: Entry | None
    name: str
    around: Entry | None = None
    outer: Collection | None = None


def locate(text: Text, path: str, source: Source) -> Place:
    """Follow a path; all but its last part must be there.

    Keys that have dots in them are taken whole: `tie.head.weight`.

    Raises:
        SpecError: `unknown-name`, with the nearest name.
    """
    node: Any = text.root
    around: Entry | None = None
    outer: Collection | None = None
    walked: list[str] = []
    rest = path
    while isinstance(node, MappingNode | SequenceNode):
        entries = text.entries(node)
        entry = _first(entries, rest)
        if entry is None:
            if "." in rest and not (walked and walked[-1] == "tie"):
                raise _unknown(source, node, entries, walked, rest.partition(".")[0])
            return Place(node, None, rest, around, outer)
        if entry.name == rest:
            return Place(node, entry, rest, around, outer)
        node, around, outer = entry.value, entry, node
        walked.append(entry.name)
        rest = rest[len(entry.name) + 1 :]
    if around is not None and outer is not None and around.is_empty and "." not in rest:
        return Place(outer, around, rest)  # its value is to become a mapping
    raise _no_parts(source, node, walked)


def missing(source: Source, text: Text, place: Place, path: str) -> SpecError:
    """The error that what should go is not there."""
    return _unknown(source, place.node, text.entries(place.node), path.split(".")[:-1], place.name)


def _first(entries: list[Entry], rest: str) -> Entry | None:
    """The entry that a path goes on with; of several the one whose name is longest."""
    fitting = [entry for entry in entries if rest == entry.name or rest.startswith(f"{entry.name}.")]
    return max(fitting, key=lambda entry: len(entry.name), default=None)


def _unknown(source: Source, node: Any, entries: list[Entry], walked: list[str], name: str) -> SpecError:
    where = f"`{'.'.join(walked)}`" if walked else "the document"
    known = [entry.name for entry in entries]
    help = did_you_mean(name, known) or f"it has: {', '.join(known) or 'nothing'}"
    return _error(source, node, f"{where} has no `{name}`", help)


def _no_parts(source: Source, node: Any, walked: list[str]) -> SpecError:
    path = ".".join(walked)
    return _error(source, node, f"`{path}` is `{node.value}`, which has no parts", f"replace `{path}` as a whole")


def _error(source: Source, node: Any, message: str, help: str) -> SpecError:
    mark = node.start_mark
    return SpecError([Problem("unknown-name", message, help=help).at(Span(source, mark.line + 1, mark.column + 1))])
