"""Recurrent blocks: `recurrent: {over, state, graph, next, outputs, reverse, bidirectional, lengths}`."""

from __future__ import annotations

from typing import Any

from lego.diagnostics import Span, did_you_mean
from lego.spec.document import Argument, Node, Recurrent, Reference, State, Unreadable, What
from lego.spec.names import check_node_name
from lego.spec.parsing.composite import Entries, Within
from lego.spec.parsing.inputs import parse_shape, parse_type
from lego.spec.parsing.issues import Issues, argument, is_null, kind, unreadable_graph
from lego.spec.parsing.outputs import parse_outputs
from lego.spec.parsing.reference import parse_reference
from lego.spec.tree import Mapping, Scalar, Sequence, Tree, to_value

_KEYS = ("over", "state", "graph", "next", "outputs", "reverse", "bidirectional", "lengths")
RECURRENT_EXAMPLE = "recurrent: {over: T, state: {h: [N, 64]}, graph: {…}, next: {h: …}}"
_MISSING = {
    "over": "say which dim is scanned: `over: T`, or how many steps are taken: `over: {steps: 20}`",
    "state": "declare what is kept from step to step: `state: {h: [N, 64]}`",
    "graph": "add the graph of one step: `graph: {…}`",
    "next": "say what each state becomes: `next: {h: …}`",
}
_STARTS = ("zeros", "ones", "learned")
_NO_FLAGS = ("yes", "no", "on", "off")


def parse_recurrent(key: Scalar, tree: Tree, issues: Issues, within: Within) -> What:
    """A recurrent; `Unreadable` where a part that its shape depends on is missing or wrong."""
    if not isinstance(tree, Mapping):
        message = f"recurrent must be a mapping, found {kind(tree)}"
        issues.add("bad-value", message, tree.span, f"write `{RECURRENT_EXAMPLE}`, say")
        return Unreadable(span=tree.span)
    entries = issues.mapping(tree, "recurrent", _KEYS)
    entries = {name: entry for name, entry in entries.items() if name not in _MISSING or not is_null(entry[1])}
    graph = within.graph(entries["graph"][1], issues) if "graph" in entries else unreadable_graph(tree.span)
    before = len(issues.found)
    _complete(key, entries, issues)
    fields = _parts(entries, issues, within)
    if len(issues.found) > before or graph == unreadable_graph(tree.span):
        return Unreadable(span=tree.span)
    return Recurrent(graph=graph, **fields)


def _complete(key: Scalar, entries: Entries, issues: Issues) -> None:
    missing = [name for name in _MISSING if name not in entries]
    if missing:
        *most, last = [f"`{name}`" for name in missing]
        names = f"{', '.join(most)} and {last}" if most else last
        help = _MISSING[missing[0]] if len(missing) == 1 else f"write `{RECURRENT_EXAMPLE}`, say"
        issues.add("missing-argument", f"recurrent needs {names}", key.span, help)


def _parts(entries: Entries, issues: Issues, within: Within) -> dict[str, Any]:
    """All fields but the graph, which finds its own mistakes."""
    fields: dict[str, Any] = {}
    if "over" in entries:
        fields["over"] = _over(entries["over"][1], issues)
    if "state" in entries:
        fields["state"] = parse_states(entries["state"][1], issues)
    if "next" in entries:
        fields["following"], fields["spans"] = _following(entries["next"][1], issues)
        if all(isinstance(entries[name][1], Mapping) for name in ("state", "next") if name in entries):
            _agree(entries, fields, issues)
    if "outputs" in entries:
        fields["outputs"] = parse_outputs(entries["outputs"][1], issues, steps=True)
    if "reverse" in entries:
        fields["reverse"] = argument(entries["reverse"][1])
    if "bidirectional" in entries:
        fields["bidirectional"] = _bidirectional(*entries["bidirectional"], issues, within)
    if "lengths" in entries:
        fields["lengths"] = parse_reference(entries["lengths"][1], issues)
    return fields


def _over(tree: Tree, issues: Issues) -> Argument:
    """A dim; or the number of steps, with the place of the number."""
    if isinstance(tree, Mapping):
        entries = issues.mapping(tree, "over", ("steps",))
        if "steps" in entries:
            return Argument(to_value(tree), entries["steps"][1].span)
        issues.add("missing-argument", "over needs `steps`", tree.span, "write `over: {steps: 20}`, say")
    elif isinstance(tree, Sequence) or isinstance(tree.value, bool | float | None):
        help = "write `over: T`, `over: 1` or `over: {steps: 20}`"
        issues.add("bad-value", f"over is a symbol, an index or `{{steps: n}}`, found {kind(tree)}", tree.span, help)
    return argument(tree)


# -- states and what they become -----------------------------------------------------------------------------------


def parse_states(tree: Tree, issues: Issues) -> tuple[State, ...]:
    """The states by name."""
    entries = issues.mapping(tree, "state", example="state: {h: [N, 64]}")
    if isinstance(tree, Mapping) and not entries:
        issues.add("bad-value", "a recurrent has at least one state", tree.span, _MISSING["state"])
    states = [_state(key, value, issues) for key, value in entries.values()]
    return tuple(state for state in states if state is not None)


def _state(key: Scalar, tree: Tree, issues: Issues) -> State | None:
    """A shape, or `{shape, dtype, range, init, delay}`; None where it cannot be read, which is noted."""
    before = len(issues.found)
    issues.check(check_node_name, key)
    fields: dict[str, Any] = {}
    match tree:
        case Sequence():
            fields = parse_shape(tree, issues)
        case Mapping():
            entries = issues.mapping(tree, f"state `{key.text}`", ("shape", "dtype", "range", "init", "delay"))
            fields = parse_type(f"state `{key.text}`", key, entries, issues)
            if "init" in entries:
                fields["start"] = _start(entries["init"][1], issues)
            if "delay" in entries:
                fields["delay"] = argument(entries["delay"][1])
        case Scalar():
            help = f"write `{key.text}: [N, 64]`, say"
            issues.add("bad-value", f"state `{key.text}` needs a shape, found {kind(tree)}", key.span, help)
    return State(name=key.text, span=key.span, **fields) if len(issues.found) == before else None


def _start(tree: Tree, issues: Issues) -> str | Reference | None:
    if isinstance(tree, Scalar) and tree.text in _STARTS:
        return tree.text
    if isinstance(tree, Scalar) and not isinstance(tree.value, str):
        help = "write `zeros`, `ones`, `learned`, or the name of a node outside"
        issues.add("bad-value", f"a state starts at no `{tree.text}`", tree.span, help)
        return None
    return parse_reference(tree, issues)


def _following(tree: Tree, issues: Issues) -> tuple[dict[str, Reference], dict[str, Span]]:
    entries = issues.mapping(tree, "next", example="next: {h: h_new}")
    found = {name: parse_reference(value, issues) for name, (_, value) in entries.items()}
    references = {name: one for name, one in found.items() if one is not None}
    return references, {name: key.span for name, (key, _) in entries.items()}


def _agree(entries: Entries, fields: dict[str, Any], issues: Issues) -> None:
    """Every state has a `next`, and every `next` a state."""
    states = [state.name for state in fields.get("state", ())]
    declared = entries["state"][1] if "state" in entries else None
    known = [key.text for key, _ in declared.entries] if isinstance(declared, Mapping) else []
    for name, span in fields["spans"].items():
        if known and name not in known:
            help = did_you_mean(name, known) or f"declare it: `state: {{{name}: [N, 64]}}`, say, or take it out"
            issues.add("unknown-name", f"there is no state `{name}`", span, help)
    for state in fields.get("state", ()):
        if state.name not in fields["spans"]:
            help = f"say which node it becomes: `next: {{{state.name}: …}}`"
            message = f"`next` does not say what the state `{state.name}` becomes"
            issues.add("missing-argument", message, entries["next"][0].span, help)
    fields["following"] = {name: fields["following"][name] for name in states if name in fields["following"]}


# -- directions ----------------------------------------------------------------------------------------------------


def _bidirectional(key: Scalar, tree: Tree, issues: Issues, within: Within) -> Argument | Node:
    """A flag, or the node that merges both directions."""
    if isinstance(tree, Scalar) and (isinstance(tree.value, bool) or tree.text.startswith("$")):
        return argument(tree)
    if isinstance(tree, Scalar) and (not isinstance(tree.value, str) or tree.text in _NO_FLAGS):
        message = f"bidirectional is true, false, or the merge of both directions, found {kind(tree)}"
        issues.add("bad-value", message, tree.span, "write `bidirectional: true`, or the merge: `Add`, `{Concat: 1}`")
        return argument(tree)
    return within.node("merge", tree, key.span, issues)
