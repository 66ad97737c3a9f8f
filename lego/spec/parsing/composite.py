"""The composites: skip, split and share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lego.diagnostics import Span
from lego.spec.document import Copies, Graph, Node, Share, Skip, Split, Unreadable, What
from lego.spec.names import check_node_name
from lego.spec.parsing.issues import Issues, argument, kind
from lego.spec.parsing.reference import parse_reference
from lego.spec.tree import Mapping, Scalar, Sequence, Tree

Entries = dict[str, tuple[Scalar, Tree]]

_EXAMPLE = "write `split: {branches: {a: […], b: […]}, merge: {Concat: 1}}`"


class Within(NamedTuple):
    """How the graphs and nodes inside a composite are read."""

    graph: Callable[[Tree, Issues], Graph]
    node: Callable[[str, Tree, Span, Issues], Node]


def parse_skip(tree: Tree, issues: Issues, within: Within) -> What:
    """`skip: <graph>`, or the long form if and only if the key `graph` is there."""
    if not (isinstance(tree, Mapping) and tree.get("graph") is not None):
        graph = within.graph(tree, issues)
        return Skip(graph=graph) if _is_free(graph, issues) else Unreadable(span=tree.span)
    entries = issues.mapping(tree, "skip", ("graph", "shortcut", "merge"))
    graph = within.graph(entries["graph"][1], issues)
    shortcut, merge = (_part(name, entries, issues, within) for name in ("shortcut", "merge"))
    is_free = _is_free(graph, issues)
    return Skip(graph=graph, shortcut=shortcut, merge=merge) if is_free else Unreadable(span=tree.span)


def _is_free(graph: Graph, issues: Issues) -> bool:
    """Whether the names of a skip's own parts, which stand beside the nodes of its graph, are free."""
    taken = [one for one in graph.nodes if one.name in ("shortcut", "merge")]
    for one in taken:
        message = f"a node of a skip may not be called `{one.name}`: the skip has one"
        help = f"rename it, or write the long form: `skip: {{graph: …, {one.name}: …}}`"
        issues.add("bad-name", message, one.span, help)
    return not taken


def parse_split(key: Scalar, tree: Tree, issues: Issues, within: Within) -> What:
    """`split: {branches, by, merge}`, or `split: {copies, graph, merge}`."""
    if not isinstance(tree, Mapping):
        issues.add("bad-value", f"split must be a mapping, found {kind(tree)}", tree.span, _EXAMPLE)
        return Unreadable(span=tree.span)
    known = ("copies", "graph") if tree.get("copies") is not None else ("branches",)
    entries = issues.mapping(tree, "split", (*known, "by", "merge"))
    if known[-1] not in entries:
        help = "add the graph of one copy: `graph: […]`" if "copies" in entries else _EXAMPLE
        issues.add("missing-argument", f"split needs `{known[-1]}`", key.span, help)
        return Unreadable(span=tree.span)
    if "merge" not in entries:
        help = "`merge: {Concat: 1}` joins channels, `merge: Add` sums, `merge: none` gives one output a branch"
        issues.add("missing-argument", "split needs `merge`: how the branches come together", key.span, help)
        return Unreadable(span=tree.span)
    return _copies(entries, issues, within) if "copies" in entries else _branches(entries, issues, within)


def _copies(entries: Entries, issues: Issues, within: Within) -> Copies:
    graph = within.graph(entries["graph"][1], issues)
    by, merge = _part("by", entries, issues, within, "copy"), _part("merge", entries, issues, within, "none")
    return Copies(copies=argument(entries["copies"][1]), graph=graph, by=by, merge=merge)


def _branches(entries: Entries, issues: Issues, within: Within) -> What:
    tree = entries["branches"][1]
    branches = _named(tree)
    if not branches:
        help = "write `branches: {a: […], b: […]}`"
        message = f"branches must be a mapping of names to graphs, found {kind(tree)}"
        issues.add("bad-value", message, tree.span, help)
        return Unreadable(span=tree.span)
    for key, _ in branches:
        if issues.check(check_node_name, key) and key.text in ("merge", "by"):
            issues.add("bad-name", f"a branch may not be called `{key.text}`: its split has one", key.span)
    graphs = {key.text: within.graph(value, issues) for key, value in branches}
    by, merge = _part("by", entries, issues, within, "copy"), _part("merge", entries, issues, within, "none")
    return Split(branches=graphs, by=by, merge=merge, spans={key.text: key.span for key, _ in branches})


def _named(tree: Tree) -> list[tuple[Scalar, Tree]]:
    match tree:
        case Mapping():
            return tree.entries
        case Sequence():
            return [(Scalar(str(index), True, item.span), item) for index, item in enumerate(tree.items)]
        case Scalar():
            return []


def parse_share(tree: Tree, issues: Issues) -> What:
    """`share: other`."""
    reference = parse_reference(tree, issues)
    if reference is None:
        return Unreadable(span=tree.span)
    if reference.output is not None:
        help = f"write `share: {reference.name}`"
        issues.add("bad-value", "share names a node, not one of its outputs", tree.span, help)
        return Unreadable(span=tree.span)
    return Share(of=reference)


def _part(name: str, entries: Entries, issues: Issues, within: Within, absent: str = "") -> Node | None:
    """The node under `shortcut`, `by` or `merge`; None without it, and where `absent` says so."""
    if name not in entries:
        return None
    key, value = entries[name]
    if isinstance(value, Scalar) and (value.value is None or value.text == absent):
        return None
    return within.node(name, value, key.span, issues)
