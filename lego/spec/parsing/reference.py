"""References: `from`, and the names in `outputs` and `share`."""

from __future__ import annotations

from lego.spec.document import Reads, Reference
from lego.spec.parsing.issues import Issues, kind
from lego.spec.tree import Mapping, Scalar, Sequence, Tree


def parse_reads(tree: Tree, issues: Issues) -> Reads | None:
    """`from` in its three forms."""
    match tree:
        case Scalar():
            reference = parse_reference(tree, issues)
            return None if reference is None else Reads(positional=(reference,), span=tree.span)
        case Sequence():
            found = [parse_reference(item, issues) for item in tree.items]
            return Reads(positional=tuple(one for one in found if one is not None), span=tree.span)
        case Mapping():
            slots = {key.text: parse_reference(value, issues) for key, value in tree.entries}
            return Reads(slots={name: one for name, one in slots.items() if one is not None}, span=tree.span)


def parse_reference(tree: Tree, issues: Issues) -> Reference | None:
    """The name of a node or input, perhaps with a pick: `lstm.h_n`."""
    if not isinstance(tree, Scalar) or (tree.plain and tree.text in ("", "~", "null")):
        issues.add("bad-value", f"expected the name of a node, found {kind(tree)}", tree.span)
        return None
    name, _, output = tree.text.partition(".")
    return Reference(name, output or None, tree.span)
