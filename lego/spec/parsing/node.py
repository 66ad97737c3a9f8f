"""Nodes and graphs: from the text's tree to `Node` and `Graph`."""

from __future__ import annotations

from lego.diagnostics import Span, nearest
from lego.spec.document import Argument, Graph, Node, Sequential, Use, What
from lego.spec.names import COMPOSITES, WIRING, check_listed, check_node_name
from lego.spec.parsing.composite import Within, parse_share, parse_skip, parse_split
from lego.spec.parsing.initial import parse_init
from lego.spec.parsing.issues import Issues, argument
from lego.spec.parsing.reference import parse_reads
from lego.spec.tree import Mapping, Scalar, Sequence, Tree, to_value

_WIRING = frozenset(WIRING)


def parse_graph(tree: Tree, issues: Issues) -> Graph | None:
    """A list (nodes are numbered), a mapping (keys are names), or a lone name (a graph of one node)."""
    match tree:
        case Sequence():
            nodes = [parse_node(str(index), item, item.span, issues) for index, item in enumerate(tree.items)]
        case Mapping():
            nodes = [_named(key, value, issues) for key, value in tree.entries]
        case Scalar() if tree.value is not None:
            nodes = [parse_node("0", tree, tree.span, issues)]
        case Scalar():
            nodes = []
    if not nodes:
        help = "a graph that does nothing is `[Identity]`"
        issues.add("bad-value", "a graph needs at least one node", tree.span, help)
        return None
    listed = not isinstance(tree, Mapping)
    return Graph(nodes=tuple(node for node in nodes if node is not None), listed=listed, span=tree.span)


def _named(key: Scalar, value: Tree, issues: Issues) -> Node | None:
    if not issues.check(check_listed, key) or not issues.check(check_node_name, key):
        return None
    return parse_node(key.text, value, key.span, issues)


def parse_node(name: str, tree: Tree, span: Span, issues: Issues) -> Node | None:
    """One node; `span` is that of its key, or of itself in a list."""
    match tree:
        case Scalar():
            what = _by_name(name, tree, issues)
            return None if what is None else Node(name=name, what=what, span=span)
        case Sequence():
            graph = parse_graph(tree, issues)
            return None if graph is None else Node(name=name, what=Sequential(graph=graph), span=span)
        case Mapping():
            return _from_mapping(name, tree, span, issues)


def _by_name(name: str, tree: Scalar, issues: Issues) -> Use | None:
    if tree.value is None or not tree.text:
        issues.add("bad-value", f"node `{name}` says nothing", tree.span, f"name its layer: `{name}: ReLU`, say")
        return None
    if tree.text in COMPOSITES:
        message = f"`{tree.text}` needs a graph"
        issues.add("missing-argument", message, tree.span, f"write `{{{tree.text}: [Linear: 10, ReLU]}}`, say")
        return None
    return Use(name=tree.text, span=tree.span)


def _from_mapping(name: str, tree: Mapping, span: Span, issues: Issues) -> Node | None:
    kinds = [(key, value) for key, value in tree.entries if key.text not in _WIRING]
    if len(kinds) != 1:
        _not_one(name, [key for key, _ in kinds], tree, issues)
        return None
    key, value = kinds[0]
    what = parse_what(key, value, issues)
    if len(tree.entries) == 1:
        return None if what is None else Node(name=name, what=what, span=span)
    wiring = _parse_wiring({key.text: (key, value) for key, value in tree.entries if key.text in _WIRING}, issues)
    return None if what is None else Node(name=name, what=what, span=span, **wiring)  # pyright: ignore[reportArgumentType]


def _not_one(name: str, keys: list[Scalar], tree: Mapping, issues: Issues) -> None:
    """A node that says nothing, or too much: a misspelt wiring key is the likeliest reason for the latter."""
    if not keys:
        help = f"add its layer: `{name}: {{Linear: 10, …}}`, say"
        issues.add("bad-value", f"node `{name}` does not say what it is", tree.span, help)
        return
    misspelt = [key for key in keys if key.text.islower() and key.text not in COMPOSITES and nearest(key.text, WIRING)]
    if 0 < len(misspelt) < len(keys):
        for key in misspelt:
            help = f"did you mean `{nearest(key.text, WIRING)}`?"
            issues.add("unknown-key", f"a node has no key `{key.text}`", key.span, help)
        return
    names = " and ".join(f"`{key.text}`" for key in keys)
    items = ", ".join(key.text for key in keys)
    arguments = f"`{{{keys[0].text}: {{…}}}}`"
    help = f"several layers in a row are a list: `[{items}]`; arguments stand under their layer: {arguments}"
    issues.add("unknown-key", f"a node is one thing, but `{name}` says {names}", keys[1].span, help)


# -- what the node is ---------------------------------------------------------------------------------------------


def parse_what(key: Scalar, value: Tree, issues: Issues) -> What | None:
    """What a node is, from the one key that says so."""
    match key.text:
        case "Sequential":
            graph = parse_graph(value, issues)
            return None if graph is None else Sequential(graph=graph)
        case "skip":
            return parse_skip(value, issues, _WITHIN)
        case "split":
            return parse_split(key, value, issues, _WITHIN)
        case "share":
            return parse_share(value, issues)
        case "recurrent":
            help = "use LSTM, GRU or RNN, or unroll a few steps with `repeat` and `share`"
            issues.add("version", "recurrent blocks are not part of this version of lego", key.span, help)
            return None
        case _:
            return _use(key, value)


def _use(key: Scalar, value: Tree) -> Use:
    if isinstance(value, Mapping):
        arguments = {name.text: Argument(to_value(tree), name.span) for name, tree in value.entries}
        return Use(name=key.text, arguments=arguments, span=key.span)
    primary = argument(value)
    if primary.value is None:
        return Use(name=key.text, span=key.span)
    return Use(name=key.text, primary=primary, span=key.span)


# -- wiring --------------------------------------------------------------------------------------------------------


def _parse_wiring(entries: dict[str, tuple[Scalar, Tree]], issues: Issues) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, (_, value) in entries.items():
        match name:
            case "from":
                found["reads"] = parse_reads(value, issues)
            case "repeat" | "each" | "when":
                found[name] = argument(value)
            case "init":
                found[name] = parse_init(value, issues)
            case "doc":
                found[name] = issues.text(value, "doc")
            case _:
                found[name] = issues.flag(value, name)
    if "repeat" in found and "each" in found:
        issues.add(
            "bad-value", "a node has `repeat` or `each`, not both", entries["each"][0].span, "nest one in a list"
        )
    return {name: value for name, value in found.items() if value is not None}


_WITHIN = Within(parse_graph, parse_node)
