"""Nodes and graphs: from the text's tree to `Node` and `Graph`."""

from __future__ import annotations

from lego.catalogue import find_layer, is_layer, is_reserved
from lego.diagnostics import Span, nearest
from lego.spec.document import Argument, Graph, Node, Sequential, Unreadable, Use, What
from lego.spec.names import COMPOSITES, WIRING, check_module_name, check_node_name, is_plain
from lego.spec.parsing.composite import Within, parse_share, parse_skip, parse_split
from lego.spec.parsing.initial import parse_init
from lego.spec.parsing.issues import Issues, argument, shown, unreadable, unreadable_graph
from lego.spec.parsing.recurrent import RECURRENT_EXAMPLE, parse_recurrent
from lego.spec.parsing.reference import parse_reads
from lego.spec.tree import Mapping, Scalar, Sequence, Tree, to_value

_WIRING = frozenset(WIRING)
_COMPOSITES = frozenset(COMPOSITES)

Entry = tuple[Scalar, Tree]


def parse_graph(tree: Tree, issues: Issues) -> Graph:
    """A list (nodes are numbered), a mapping (keys are names), or a lone name (a graph of one node)."""
    match tree:
        case Sequence():
            nodes = [parse_node(str(index), item, item.span, issues) for index, item in enumerate(tree.items)]
        case Mapping():
            slips = [key for key, _ in tree.entries if is_reserved(key.text)]
            nodes = [_named(key, value, issues) for key, value in tree.entries]
            if slips:
                _listed(slips, tree, issues)
        case Scalar() if tree.value is not None:
            nodes = [parse_node("0", tree, tree.span, issues)]
        case Scalar():
            nodes = []
    if not nodes:
        help = "a graph that does nothing is `[Identity]`"
        issues.add("bad-value", "a graph needs at least one node", tree.span, help)
        return unreadable_graph(tree.span)
    listed = not isinstance(tree, Mapping)
    return Graph(nodes=tuple(nodes), listed=listed, span=tree.span)


def _named(key: Scalar, value: Tree, issues: Issues) -> Node:
    if is_reserved(key.text):
        return unreadable(key.text, key.span)
    if not is_plain(key.text):
        issues.check(check_node_name if key.plain else check_module_name, key)
    return parse_node(key.text, value, key.span, issues)


def _listed(slips: list[Scalar], tree: Mapping, issues: Issues) -> None:
    """The newcomer's slip: layers where the names of nodes stand."""
    layer = slips[0].text
    message = f"the keys of a graph are names of nodes, and `{layer}` is a layer"
    if len(slips) == len(tree.entries):
        help = f"write a list: `[{', '.join(_item(*entry) for entry in tree.entries)}]`"
    else:
        value = next(value for key, value in tree.entries if key is slips[0])
        help = f"name the node: `{layer.lower()}: {_item(slips[0], value)}`"
    issues.add("bad-name", message, slips[0].span, help)


def _item(key: Scalar, value: Tree) -> str:
    empty = isinstance(value, Scalar) and value.value is None
    return key.text if empty else f"{{{key.text}: {shown(value)}}}"


def parse_node(name: str, tree: Tree, span: Span, issues: Issues) -> Node:
    """One node; `span` is that of its key, or of itself in a list."""
    match tree:
        case Scalar():
            return Node(name=name, what=_by_name(name, tree, issues), span=span)
        case Sequence():
            return Node(name=name, what=Sequential(graph=parse_graph(tree, issues)), span=span)
        case Mapping():
            return _from_mapping(name, tree, span, issues)


def _by_name(name: str, tree: Scalar, issues: Issues) -> Use:
    if tree.value is None or not tree.text:
        issues.add("bad-value", f"node `{name}` says nothing", tree.span, f"name its layer: `{name}: ReLU`, say")
        return Unreadable(span=tree.span)
    if tree.text in COMPOSITES:
        message, help = f"`{tree.text}` needs a graph", f"write `{{{tree.text}: [{{Linear: 10}}, ReLU]}}`, say"
        if tree.text == "share":
            message, help = "`share` needs the name of a node", "write `{share: encoder}`, say"
        elif tree.text == "recurrent":
            help = f"write `{RECURRENT_EXAMPLE}`, say"
        issues.add("missing-argument", message, tree.span, help)
        return Unreadable(span=tree.span)
    return Use(name=tree.text, span=tree.span)


def _from_mapping(name: str, tree: Mapping, span: Span, issues: Issues) -> Node:
    if len(tree.entries) == 1 and tree.entries[0][0].text not in _WIRING:
        return Node(name=name, what=parse_what(*tree.entries[0], issues), span=span)
    kinds = [(key, value) for key, value in tree.entries if key.text not in _WIRING]
    wiring = {key.text: (key, value) for key, value in tree.entries if key.text in _WIRING}
    if len(kinds) != 1:
        kinds = _one_of(name, kinds, wiring, tree, issues)
    what = parse_what(*kinds[0], issues) if len(kinds) == 1 else Unreadable(span=span)
    if not wiring:
        return Node(name=name, what=what, span=span)
    wired = _parse_wiring(wiring, issues)
    if wired is None:
        return unreadable(name, span)
    return Node(name=name, what=what, span=span, **wired)  # pyright: ignore[reportArgumentType]


# -- nodes that say too much or nothing ------------------------------------------------------------------------------


def _one_of(name: str, kinds: list[Entry], wiring: dict[str, Entry], tree: Mapping, issues: Issues) -> list[Entry]:
    """What is left when misspelt wiring is read as it was meant; what is wrong is noted."""
    if not kinds:
        help = f"add its layer: `{name}: {{Linear: 10, …}}`, say"
        issues.add("bad-value", f"node `{name}` does not say what it is", tree.span, help)
        return []
    misspelt = [entry for entry in kinds if _is_misspelt(entry[0].text)]
    if 0 < len(misspelt) < len(kinds):
        for key, value in misspelt:
            meant = nearest(key.text, WIRING) or ""
            issues.add("unknown-key", f"a node has no key `{key.text}`", key.span, f"did you mean `{meant}`?")
            wiring.setdefault(meant, (key, value))
        kinds = [entry for entry in kinds if entry not in misspelt]
    if len(kinds) > 1:
        _too_many(name, kinds, issues)
    return kinds


def _is_misspelt(key: str) -> bool:
    return key.islower() and key not in COMPOSITES and nearest(key, WIRING) is not None


def _too_many(name: str, kinds: list[Entry], issues: Issues) -> None:
    """Two layers in one node; or arguments that stand beside their layer, in place of under it."""
    known = [entry for entry in kinds if is_layer(entry[0].text) or entry[0].text in COMPOSITES]
    if len(known) == 1 and is_layer(known[0][0].text):
        layer, value = known[0]
        beside = [entry for entry in kinds if entry is not known[0]]
        names = " and ".join(f"`{key.text}`" for key, _ in beside)
        message = f"{names} stand{'s' * (len(beside) == 1)} beside {layer.text}, not under it"
        issues.add("unknown-key", message, beside[0][0].span, f"write `{_under(layer.text, value, beside)}`")
        return
    names = " and ".join(f"`{key.text}`" for key, _ in kinds)
    help = f"several nodes in a row are a list: `[{', '.join(_item(*entry) for entry in kinds)}]`"
    issues.add("unknown-key", f"a node is one thing, but `{name}` says {names}", kinds[1][0].span, help)


def _under(layer: str, value: Tree, beside: list[Entry]) -> str:
    """The layer with what stands beside it among its arguments."""
    found = find_layer(layer)
    primary = found.primary() if found is not None else None
    inside = value.entries if isinstance(value, Mapping) else ()
    arguments = [f"{key.text}: {shown(one)}" for key, one in (*inside, *beside)]
    if not isinstance(value, Mapping) and to_value(value) is not None:
        arguments.insert(0, f"{primary}: {shown(value)}")
    return f"{{{layer}: {{{', '.join(arguments)}}}}}"


# -- what the node is ---------------------------------------------------------------------------------------------


def parse_what(key: Scalar, value: Tree, issues: Issues) -> What:
    """What a node is, from the one key that says so."""
    if key.text not in _COMPOSITES:
        return _use(key, value)
    match key.text:
        case "Sequential":
            return Sequential(graph=parse_graph(value, issues))
        case "skip":
            return parse_skip(value, issues, _WITHIN)
        case "split":
            return parse_split(key, value, issues, _WITHIN)
        case "share":
            return parse_share(value, issues)
        case _:
            return parse_recurrent(key, value, issues, _WITHIN)


def _use(key: Scalar, value: Tree) -> Use:
    if isinstance(value, Mapping):
        arguments = {name.text: Argument(to_value(tree), name.span) for name, tree in value.entries}
        return Use(name=key.text, arguments=arguments, span=key.span)
    primary = argument(value)
    if primary.value is None:
        return Use(name=key.text, span=key.span)
    return Use(name=key.text, primary=primary, span=key.span)


# -- wiring --------------------------------------------------------------------------------------------------------


def _parse_wiring(entries: dict[str, Entry], issues: Issues) -> dict[str, object] | None:
    """The fields of a node that say how it is wired; None where they leave open what it reads or how often it is."""
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
        help = "repeat a list that has the `each` in it: `{Sequential: [{…, each: …}], repeat: …}`"
        issues.add("bad-value", "a node has `repeat` or `each`, not both", entries["each"][0].span, help)
        return None
    if "reads" in found and found["reads"] is None:
        return None
    return {name: value for name, value in found.items() if value is not None}


_WITHIN = Within(parse_graph, parse_node)
