"""The document as a whole, its blocks and inputs."""

from __future__ import annotations

from typing import Any

from lego.diagnostics import Span, SpecError
from lego.shapes import DTYPES
from lego.spec.document import Argument, Block, Document, Include, Input, Output, Outputs, Tie
from lego.spec.names import check_block_name, check_node_name, check_parameter_name
from lego.spec.parsing.initial import parse_init
from lego.spec.parsing.issues import Issues, argument, kind
from lego.spec.parsing.node import parse_graph
from lego.spec.parsing.reference import parse_reference
from lego.spec.tree import Mapping, Scalar, Sequence, Tree

VERSION = 1
"""The version of the language that this program reads."""

Entries = dict[str, tuple[Scalar, Tree]]


def parse(tree: Tree) -> Document:
    """The document that a tree says.

    Raises:
        SpecError: with everything that is wrong with its form, in the order of the text.
    """
    issues = Issues()
    document = _document(tree, issues)
    if issues.found or document is None:
        raise SpecError(sorted(issues.found, key=lambda one: (one.span.line, one.span.column)))
    return document


def _document(tree: Tree, issues: Issues) -> Document | None:
    if not isinstance(tree, Mapping):
        issues.add("bad-value", f"a spec is a mapping, found {kind(tree)}", tree.span, "start with `lego: 1`")
        return None
    entries = issues.mapping(tree, "a spec", tuple(name for name in Document.model_fields if name != "span"))
    _version(tree, entries, issues)
    if "graph" not in entries and "blocks" not in entries:
        help = "add `graph: [Flatten, {Linear: 10}]`, say"
        issues.add("missing-argument", "a spec needs `graph`, or `blocks` for others to include", tree.span, help)
    fields: dict[str, Any] = _shared(entries, issues)
    if "name" in entries:
        fields["name"] = issues.text(entries["name"][1], "name")
    if "inputs" in entries:
        fields["inputs"] = _inputs(entries["inputs"][1], issues)
    if "include" in entries:
        fields["include"] = _includes(entries["include"][1], issues)
    if "blocks" in entries:
        fields["blocks"] = _blocks(entries["blocks"][1], issues)
    if "train" in entries:
        fields["train"] = argument(entries["train"][1])
    _separate(fields.get("include", {}), fields.get("blocks", {}), issues)
    return Document(lego=VERSION, span=tree.span, **fields)


def _version(tree: Mapping, entries: Entries, issues: Issues) -> None:
    if "lego" not in entries:
        issues.add("missing-argument", "a spec names its language version", tree.span, "start with `lego: 1`")
        return
    value = entries["lego"][1]
    if not isinstance(value, Scalar) or value.value != VERSION or isinstance(value.value, bool):
        help = f"write `lego: {VERSION}`, or use a newer lego"
        issues.add(
            "version", f"this lego reads version {VERSION} of the language, found {kind(value)}", value.span, help
        )


def _shared(entries: Entries, issues: Issues) -> dict[str, Any]:
    """The keys that documents and blocks have in common."""
    fields: dict[str, Any] = {}
    if "doc" in entries:
        fields["doc"] = issues.text(entries["doc"][1], "doc")
    if "params" in entries:
        fields["params"] = _params(entries["params"][1], issues)
    if "graph" in entries:
        fields["graph"] = parse_graph(entries["graph"][1], issues)
    if "outputs" in entries:
        fields["outputs"] = _outputs(entries["outputs"][1], issues)
    if "init" in entries:
        fields["init"] = parse_init(entries["init"][1], issues)
    if "tie" in entries:
        fields["tie"] = _ties(entries["tie"][1], issues)
    return fields


def _params(tree: Tree, issues: Issues) -> dict[str, Argument]:
    entries = issues.mapping(tree, "params")
    return {
        name: Argument(argument(value).value, key.span)
        for name, (key, value) in entries.items()
        if issues.check(check_parameter_name, key)
    }


# -- inputs ----------------------------------------------------------------------------------------------------------


def _inputs(tree: Tree, issues: Issues) -> tuple[Input, ...]:
    entries = issues.mapping(tree, "inputs")
    found: list[Input] = []
    for key, value in entries.values():
        if issues.check(check_node_name, key):
            one = _input(key, value, issues)
            if one.shape is None and isinstance(value, Scalar):
                help = f"write `{key.text}: [N, 3, H, W]`, say"
                issues.add("bad-value", f"input `{key.text}` needs a shape, found {kind(value)}", key.span, help)
            found.append(one)
    return tuple(found)


def _input(key: Scalar, tree: Tree, issues: Issues) -> Input:
    match tree:
        case Sequence():
            return Input(name=key.text, shape=_shape(tree, issues), span=key.span)
        case Mapping():
            entries = issues.mapping(tree, f"input `{key.text}`", ("shape", "dtype", "range"))
            return _long_input(key, entries, issues)
        case Scalar():
            return Input(name=key.text, span=key.span)


def _long_input(key: Scalar, entries: Entries, issues: Issues) -> Input:
    fields: dict[str, Any] = {}
    if "shape" not in entries:
        issues.add("missing-argument", f"input `{key.text}` needs `shape`", key.span)
    elif isinstance(entries["shape"][1], Sequence):
        fields["shape"] = _shape(entries["shape"][1], issues)
    else:
        issues.add("bad-value", f"a shape is a list, found {kind(entries['shape'][1])}", entries["shape"][1].span)
    if "dtype" in entries:
        fields["dtype"] = issues.text(entries["dtype"][1], "dtype")
        if fields["dtype"] not in DTYPES:
            message = f"`{fields['dtype']}` is no dtype"
            issues.add("bad-value", message, entries["dtype"][1].span, f"known are: {', '.join(DTYPES)}")
    if "range" in entries:
        fields["range"] = argument(entries["range"][1])
    return Input(name=key.text, span=key.span, **fields)


def _shape(tree: Sequence, issues: Issues) -> Argument:
    """Dims as they are written; a scalar's own text, for `2` and `h` are dims and `1e3` is none."""
    dims: list[Any] = []
    for item in tree.items:
        if not isinstance(item, Scalar):
            issues.add("bad-value", f"a dim is an integer or an expression, found {kind(item)}", item.span)
        else:
            dims.append(item.value)
    return Argument(dims, tree.span)


# -- blocks and includes ---------------------------------------------------------------------------------------------


def _blocks(tree: Tree, issues: Issues) -> dict[str, Block]:
    found: dict[str, Block] = {}
    for name, (key, value) in issues.mapping(tree, "blocks").items():
        block = _block(key, value, issues)
        if issues.check(check_block_name, key) and block is not None:
            found[name] = block
    return found


def _block(key: Scalar, tree: Tree, issues: Issues) -> Block | None:
    known = ("doc", "params", "inputs", "graph", "outputs", "init", "tie")
    if not isinstance(tree, Mapping):
        help = f"write `{key.text}: {{graph: […]}}`"
        issues.add("bad-value", f"block `{key.text}` must be a mapping, found {kind(tree)}", key.span, help)
        return None
    entries = issues.mapping(tree, f"block `{key.text}`", known)
    fields = _shared(entries, issues)
    if "inputs" in entries:
        fields["inputs"] = _block_inputs(entries["inputs"][1], issues)
    if "graph" not in entries:
        issues.add("missing-argument", f"block `{key.text}` needs `graph`", key.span)
    return None if fields.get("graph") is None else Block(span=key.span, **fields)


def _block_inputs(tree: Tree, issues: Issues) -> tuple[Input, ...]:
    """A list of names, or a mapping that gives shapes (null: any)."""
    if isinstance(tree, Sequence):
        keys = [item for item in tree.items if isinstance(item, Scalar) and issues.check(check_node_name, item)]
        return tuple(Input(name=key.text, span=key.span) for key in keys)
    entries = issues.mapping(tree, "inputs")
    return tuple(_input(key, value, issues) for key, value in entries.values() if issues.check(check_node_name, key))


def _includes(tree: Tree, issues: Issues) -> dict[str, Include]:
    entries = issues.mapping(tree, "include")
    return {
        name: Include(issues.text(value, "the path of an include"), value.span)
        for name, (key, value) in entries.items()
        if issues.check(check_block_name, key)
    }


def _separate(include: dict[str, Include], blocks: dict[str, Block], issues: Issues) -> None:
    for name in include.keys() & blocks.keys():
        message = f"`{name}` is an include and a block"
        issues.add("bad-name", message, blocks[name].span, "rename one of them")


# -- outputs and ties ------------------------------------------------------------------------------------------------


def _outputs(tree: Tree, issues: Issues) -> Outputs | None:
    match tree:
        case Scalar():
            one = _output("", tree, issues)
            return None if one is None else Outputs(form="one", entries=(one,))
        case Sequence():
            found = [_output("", item, issues) for item in tree.items]
            form = "list"
        case Mapping():
            found = [_output(key.text, value, issues) for key, value in tree.entries]
            form = "mapping"
    entries = tuple(one for one in found if one is not None)
    if not entries:
        issues.add("bad-value", "a graph has at least one output", tree.span)
        return None
    return Outputs(form=form, entries=entries)


def _output(key: str, tree: Tree, issues: Issues) -> Output | None:
    """A name; or, under a key, `{from: aux, when: $aux}`."""
    if isinstance(tree, Mapping) and key:
        entries = issues.mapping(tree, "an output", ("from", "when"))
        if "from" not in entries:
            issues.add("missing-argument", f"output `{key}` needs `from`", tree.span)
            return None
        reference = parse_reference(entries["from"][1], issues)
        when = argument(entries["when"][1]) if "when" in entries else None
        return None if reference is None else Output(key=key, reference=reference, when=when)
    reference = parse_reference(tree, issues)
    return None if reference is None else Output(key=key or str(reference), reference=reference)


def _ties(tree: Tree, issues: Issues) -> tuple[Tie, ...]:
    entries = issues.mapping(tree, "tie")
    return tuple(Tie(left, issues.text(value, "tie"), key.span, _span(value)) for left, (key, value) in entries.items())


def _span(tree: Tree) -> Span:
    return tree.span
