"""The composites: skip, split and share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lego.diagnostics import Span
from lego.spec.document import Copies, Graph, Node, Share, Skip, Split
from lego.spec.names import check_node_name
from lego.spec.parsing.issues import Issues, argument, kind
from lego.spec.parsing.reference import parse_reference
from lego.spec.tree import Mapping, Scalar, Sequence, Tree


class Within(NamedTuple):
    """How the graphs and nodes inside a composite are read."""

    graph: Callable[[Tree, Issues], Graph | None]
    node: Callable[[str, Tree, Span, Issues], Node | None]


def parse_skip(tree: Tree, issues: Issues, within: Within) -> Skip | None:
    """`skip: <graph>`, or the long form if and only if the key `graph` is there."""
    if not (isinstance(tree, Mapping) and tree.get("graph") is not None):
        graph = within.graph(tree, issues)
        return None if graph is None else Skip(graph=graph)
    entries = issues.mapping(tree, "skip", ("graph", "shortcut", "merge"))
    graph = within.graph(entries["graph"][1], issues)
    shortcut = _part("shortcut", entries, issues, within)
    merge = _part("merge", entries, issues, within)
    _reserve(graph, ("shortcut", "merge"), "skip", issues)
    return None if graph is None else Skip(graph=graph, shortcut=shortcut, merge=merge)


def parse_split(key: Scalar, tree: Tree, issues: Issues, within: Within) -> Split | Copies | None:
    """`split: {branches, by, merge}`, or `split: {copies, graph, merge}`."""
    if not isinstance(tree, Mapping):
        help = "write `split: {branches: {a: […], b: […]}, merge: {Concat: 1}}`"
        issues.add("bad-value", f"split must be a mapping, found {kind(tree)}", tree.span, help)
        return None
    if tree.get("copies") is not None:
        return _parse_copies(tree, issues, within)
    entries = issues.mapping(tree, "split", ("branches", "by", "merge"))
    if "branches" not in entries:
        help = "write `split: {branches: {a: […], b: […]}, merge: {Concat: 1}}`"
        issues.add("missing-argument", "split needs `branches`", key.span, help)
        return None
    _need_merge(key, entries, issues)
    branches, spans = _parse_branches(entries["branches"][1], issues, within)
    merge = _part("merge", entries, issues, within)
    return Split(branches=branches, by=_by(entries, issues, within), merge=merge, spans=spans)


def _parse_copies(tree: Mapping, issues: Issues, within: Within) -> Copies | None:
    entries = issues.mapping(tree, "split", ("copies", "graph", "by", "merge"))
    if "graph" not in entries:
        issues.add("missing-argument", "split with copies needs `graph`", entries["copies"][0].span)
        return None
    _need_merge(entries["copies"][0], entries, issues)
    graph = within.graph(entries["graph"][1], issues)
    if graph is None:
        return None
    merge = _part("merge", entries, issues, within)
    return Copies(copies=argument(entries["copies"][1]), graph=graph, by=_by(entries, issues, within), merge=merge)


def _need_merge(key: Scalar, entries: dict[str, tuple[Scalar, Tree]], issues: Issues) -> None:
    if "merge" not in entries:
        help = "`merge: {Concat: 1}` joins channels, `merge: Add` sums, `merge: none` gives one output a branch"
        issues.add("missing-argument", "split needs `merge`: how the branches come together", key.span, help)


def _parse_branches(tree: Tree, issues: Issues, within: Within) -> tuple[dict[str, Graph], dict[str, Span]]:
    match tree:
        case Mapping():
            entries = [(key, value) for key, value in tree.entries if issues.check(check_node_name, key)]
        case Sequence():
            entries = [(Scalar(str(index), True, item.span), item) for index, item in enumerate(tree.items)]
        case Scalar():
            entries = []
    if not entries and not (isinstance(tree, Mapping) and tree.entries):
        issues.add("bad-value", f"branches must be a mapping of names to graphs, found {kind(tree)}", tree.span)
    found: dict[str, Graph] = {}
    for key, value in entries:
        if key.text in ("merge", "by"):
            issues.add("bad-name", f"a branch may not be called `{key.text}`: its split has one", key.span)
        graph = within.graph(value, issues)
        if graph is not None:
            found[key.text] = graph
    return found, {key.text: key.span for key, _ in entries}


def parse_share(tree: Tree, issues: Issues) -> Share | None:
    """`share: other`."""
    reference = parse_reference(tree, issues)
    if reference is not None and reference.output is not None:
        issues.add("bad-value", "share names a node, not one of its outputs", tree.span)
        return None
    return None if reference is None else Share(of=reference)


def _part(name: str, entries: dict[str, tuple[Scalar, Tree]], issues: Issues, within: Within) -> Node | None:
    """The node under `shortcut` or `merge`; None where the default is meant, or `merge: none`."""
    if name not in entries:
        return None
    key, value = entries[name]
    if isinstance(value, Scalar) and (value.text == "none" or value.value is None):
        return None
    return within.node(name, value, key.span, issues)


def _by(entries: dict[str, tuple[Scalar, Tree]], issues: Issues, within: Within) -> Node | None:
    """How the input is divided: None where every branch gets a copy of it."""
    if "by" not in entries:
        return None
    key, value = entries["by"]
    if isinstance(value, Scalar) and value.text == "copy":
        return None
    return within.node("by", value, key.span, issues)


def _reserve(graph: Graph | None, names: tuple[str, ...], what: str, issues: Issues) -> None:
    for one in () if graph is None else graph.nodes:
        if one.name in names:
            message = f"a node of a {what} may not be called `{one.name}`: the {what} has one"
            issues.add("bad-name", message, one.span)
