"""Inputs: their shapes, dtypes and ranges; and the states of a recurrent, which are declared like them."""

from __future__ import annotations

from typing import Any

from lego.shapes import DTYPES
from lego.spec.document import Input
from lego.spec.names import check_node_name
from lego.spec.parsing.issues import Issues, argument, kind, shown
from lego.spec.tree import Mapping, Scalar, Sequence, Tree

Entries = dict[str, tuple[Scalar, Tree]]


def parse_inputs(tree: Tree, issues: Issues) -> tuple[Input, ...]:
    entries = issues.mapping(tree, "inputs", example="inputs: {image: [N, 3, H, W]}")
    if isinstance(tree, Sequence):  # which is wrong, but has the names
        return tuple(Input(name=item.text, span=item.span) for item in tree.items if isinstance(item, Scalar))
    return tuple(_input(key, value, issues, needs_shape=True) for key, value in entries.values())


def _input(key: Scalar, tree: Tree, issues: Issues, needs_shape: bool) -> Input:
    """An input; one that cannot be read has no shape."""
    before = len(issues.found)
    issues.check(check_node_name, key)
    fields: dict[str, Any] = {}
    match tree:
        case Sequence():
            fields = parse_shape(tree, issues)
        case Mapping():
            entries = issues.mapping(tree, f"input `{key.text}`", ("shape", "dtype", "range"))
            fields = parse_type(f"input `{key.text}`", key, entries, issues)
        case Scalar() if needs_shape or tree.value is not None:
            help = f"write `{key.text}: [N, 3, H, W]`, say"
            issues.add("bad-value", f"input `{key.text}` needs a shape, found {kind(tree)}", key.span, help)
        case Scalar():
            pass
    sound = fields if len(issues.found) == before else {}
    return Input(name=key.text, span=key.span, **sound)


def parse_type(what: str, key: Scalar, entries: Entries, issues: Issues) -> dict[str, Any]:
    """The keys `shape`, `dtype` and `range` of a long form; `what` is it that has them, for messages."""
    fields: dict[str, Any] = {}
    if "shape" not in entries:
        issues.add("missing-argument", f"{what} needs `shape`", key.span, "add `shape: [N, T]`, say")
    elif isinstance(entries["shape"][1], Sequence):
        fields = parse_shape(entries["shape"][1], issues)
    else:
        message = f"a shape is a list, found {kind(entries['shape'][1])}"
        issues.add("bad-value", message, entries["shape"][1].span, "write `shape: [N, 3, H, W]`, say")
    if "dtype" in entries:
        fields["dtype"] = issues.text(entries["dtype"][1], "dtype")
        if fields["dtype"] not in DTYPES:
            message = f"`{shown(entries['dtype'][1])}` is no dtype"
            issues.add("bad-value", message, entries["dtype"][1].span, f"known are: {', '.join(DTYPES)}")
    if "range" in entries:
        fields["range"] = argument(entries["range"][1])
    return fields


def parse_shape(tree: Sequence, issues: Issues) -> dict[str, Any]:
    """Dims as they are written, and their places."""
    for item in tree.items:
        if not isinstance(item, Scalar) or item.value is None:
            issues.add("bad-value", f"a dim is an integer or an expression, found {kind(item)}", item.span)
    shape = argument(tree)
    return {"shape": shape, "dims": tuple(item.span for item in tree.items)}


def parse_block_inputs(tree: Tree, issues: Issues) -> tuple[Input, ...]:
    """A list of names, or a mapping that gives shapes (null: any)."""
    if not isinstance(tree, Sequence):
        entries = issues.mapping(tree, "inputs", example="inputs: [query, memory]")
        return tuple(_input(key, value, issues, needs_shape=False) for key, value in entries.values())
    found: dict[str, Input] = {}
    for item in tree.items:
        if not isinstance(item, Scalar):
            issues.add("bad-value", f"an input is a name, found {kind(item)}", item.span, "write `[query, memory]`")
        elif item.text in found:
            issues.add("duplicate-key", f"the input `{item.text}` is given twice", item.span, "rename one of them")
        elif issues.check(check_node_name, item):
            found[item.text] = Input(name=item.text, span=item.span)
    return tuple(found.values())
