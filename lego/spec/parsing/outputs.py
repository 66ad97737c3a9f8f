"""Outputs of a document, a block or a recurrent."""

from __future__ import annotations

from lego.spec.document import Output, Outputs
from lego.spec.parsing.issues import Issues, argument, kind
from lego.spec.parsing.reference import parse_reference
from lego.spec.tree import Mapping, Scalar, Sequence, Tree

_KEYS = ("from", "when")
_KEYS_OF_STEPS = (*_KEYS, "step")


def parse_outputs(tree: Tree, issues: Issues, *, steps: bool = False) -> Outputs | None:
    """A name, a list, or a mapping by key; those of a recurrent (`steps`) may say `step: last`."""
    keys = _KEYS_OF_STEPS if steps else _KEYS
    match tree:
        case Mapping() if steps and tree.get("from") is not None:
            found, form = [_long("", tree, issues, keys)], "one"
        case Scalar():
            found, form = [_output("", tree, issues, keys)], "one"
        case Sequence():
            found, form = [_output("", item, issues, keys) for item in tree.items], "list"
        case Mapping():
            found, form = [_output(key.text, value, issues, keys) for key, value in tree.entries], "mapping"
    if not found:
        issues.add("bad-value", "a graph has at least one output", tree.span, "leave `outputs` out for the last node")
    return Outputs(form=form, entries=tuple(one for one in found if one is not None))


def _output(key: str, tree: Tree, issues: Issues, keys: tuple[str, ...]) -> Output | None:
    """A name; or, under a key and among the outputs of steps, `{from: aux, when: $aux}`."""
    if isinstance(tree, Mapping) and (key or keys is _KEYS_OF_STEPS):
        return _long(key, tree, issues, keys)
    reference = parse_reference(tree, issues)
    return None if reference is None else Output(key=key or str(reference), reference=reference)


def _long(key: str, tree: Mapping, issues: Issues, keys: tuple[str, ...]) -> Output | None:
    entries = issues.mapping(tree, "an output", keys)
    if "from" not in entries:
        help = f"write `{key}: {{from: {key}, …}}`, say" if key else "write `{from: h, step: last}`, say"
        issues.add("missing-argument", f"{f'output `{key}`' if key else 'an output'} needs `from`", tree.span, help)
        return None
    reference = parse_reference(entries["from"][1], issues)
    when = argument(entries["when"][1]) if "when" in entries else None
    last = "step" in entries and _is_last(entries["step"][1], issues)
    return None if reference is None else Output(key=key or str(reference), reference=reference, when=when, last=last)


def _is_last(tree: Tree, issues: Issues) -> bool:
    if isinstance(tree, Scalar) and tree.text == "last":
        return True
    help = "write `step: last`, or leave it out for all steps"
    issues.add("bad-value", f"the step of an output is `last`, found {kind(tree)}", tree.span, help)
    return False
