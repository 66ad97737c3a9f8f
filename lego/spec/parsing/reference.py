"""References: `from`, and the names in `outputs` and `share`."""

from __future__ import annotations

from lego.spec.document import Reads, Reference
from lego.spec.parsing.issues import Issues, kind
from lego.spec.tree import Mapping, Scalar, Sequence, Tree


def parse_reads(tree: Tree, issues: Issues) -> Reads | None:
    """`from` in its three forms; None where one of its names cannot be read."""
    match tree:
        case Scalar():
            found = {"": parse_reference(tree, issues)}
        case Sequence():
            found = {str(index): parse_reference(item, issues) for index, item in enumerate(tree.items)}
        case Mapping():
            found = {key.text: parse_reference(value, issues) for key, value in tree.entries}
    references = {name: one for name, one in found.items() if one is not None}
    if len(references) < len(found):
        return None
    if not references:
        issues.add("bad-value", "`from` names nothing", tree.span, "leave it out to read the node before")
        return None
    if isinstance(tree, Mapping):
        return Reads(slots=references, span=tree.span, spans={key.text: key.span for key, _ in tree.entries})
    return Reads(positional=tuple(references.values()), span=tree.span)


def parse_reference(tree: Tree, issues: Issues) -> Reference | None:
    """The name of a node or input, perhaps with a pick: `lstm.h_n`."""
    if not isinstance(tree, Scalar) or not tree.text or (tree.plain and tree.value is None):
        issues.add("bad-value", f"expected the name of a node, found {kind(tree)}", tree.span)
        return None
    name, _, output = tree.text.partition(".")
    return Reference(name, output or None, tree.span)
