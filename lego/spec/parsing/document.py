"""The document as a whole, its blocks and inputs."""

from __future__ import annotations

from typing import Any

from lego.diagnostics import Diagnostic, SpecError
from lego.shapes import DTYPES
from lego.spec.document import Argument, Block, Document, Include, Input, Output, Outputs, Tie
from lego.spec.names import check_block_name, check_node_name, check_parameter_name
from lego.spec.parsing.initial import parse_init
from lego.spec.parsing.issues import Issues, argument, kind, shown, unreadable_graph
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
    document, found = parse_partly(tree)
    if found:
        raise SpecError(found)
    return document


def parse_partly(tree: Tree) -> tuple[Document, list[Diagnostic]]:
    """The document as far as it can be read, and everything that is wrong with its form, in the order of the text.

    What cannot be read is `Unreadable` or left out, so that the rest can still be checked.
    """
    issues = Issues()
    document = _document(tree, issues)
    return document, sorted(issues.found, key=lambda one: (one.span.line, one.span.column))


def _document(tree: Tree, issues: Issues) -> Document:
    if not isinstance(tree, Mapping):
        issues.add("bad-value", f"a spec is a mapping, found {kind(tree)}", tree.span, "start with `lego: 1`")
        return Document(lego=VERSION, span=tree.span)
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
        message = f"this lego reads version {VERSION} of the language, found {kind(value)}"
        issues.add("version", message, value.span, help)


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
        before = len(issues.found)
        fields["outputs"] = _outputs(entries["outputs"][1], issues)
        if len(issues.found) > before:  # what the graph gives is not known, but what is in it
            fields["outputs"] = Outputs(form="list", entries=())
    if "init" in entries:
        fields["init"] = parse_init(entries["init"][1], issues)
    if "tie" in entries:
        fields["tie"] = _ties(entries["tie"][1], issues)
    return fields


def _params(tree: Tree, issues: Issues) -> dict[str, Argument]:
    entries = issues.mapping(tree, "params", example="params: {width: 64}")
    for key, _ in entries.values():
        issues.check(check_parameter_name, key)
    return {name: Argument(argument(value).value, key.span) for name, (key, value) in entries.items()}


# -- inputs ----------------------------------------------------------------------------------------------------------


def _inputs(tree: Tree, issues: Issues) -> tuple[Input, ...]:
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
            fields = _shape(tree, issues)
        case Mapping():
            entries = issues.mapping(tree, f"input `{key.text}`", ("shape", "dtype", "range"))
            fields = _long_input(key, entries, issues)
        case Scalar() if needs_shape or tree.value is not None:
            help = f"write `{key.text}: [N, 3, H, W]`, say"
            issues.add("bad-value", f"input `{key.text}` needs a shape, found {kind(tree)}", key.span, help)
        case Scalar():
            pass
    sound = fields if len(issues.found) == before else {}
    return Input(name=key.text, span=key.span, **sound)


def _long_input(key: Scalar, entries: Entries, issues: Issues) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if "shape" not in entries:
        issues.add("missing-argument", f"input `{key.text}` needs `shape`", key.span, "add `shape: [N, T]`, say")
    elif isinstance(entries["shape"][1], Sequence):
        fields = _shape(entries["shape"][1], issues)
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


def _shape(tree: Sequence, issues: Issues) -> dict[str, Any]:
    """Dims as they are written, and their places."""
    for item in tree.items:
        if not isinstance(item, Scalar) or item.value is None:
            issues.add("bad-value", f"a dim is an integer or an expression, found {kind(item)}", item.span)
    shape = argument(tree)
    return {"shape": shape, "dims": tuple(item.span for item in tree.items)}


# -- blocks and includes ---------------------------------------------------------------------------------------------


def _blocks(tree: Tree, issues: Issues) -> dict[str, Block]:
    entries = issues.mapping(tree, "blocks", example="blocks: {Mlp: {graph: […]}}")
    return {name: _block(key, value, issues) for name, (key, value) in entries.items()}


def _block(key: Scalar, tree: Tree, issues: Issues) -> Block:
    """A block; where more than nodes of its graph cannot be read, its graph is `Unreadable`."""
    issues.check(check_block_name, key)
    if not isinstance(tree, Mapping):
        help = f"write `{key.text}: {{graph: {shown(tree) if isinstance(tree, Sequence) else '[…]'}}}`"
        issues.add("bad-value", f"block `{key.text}` must be a mapping, found {kind(tree)}", key.span, help)
        return Block(graph=unreadable_graph(key.span), span=key.span)
    known = ("doc", "params", "inputs", "graph", "outputs", "init", "tie")
    entries = issues.mapping(tree, f"block `{key.text}`", known)
    fields = _shared(entries, issues)
    before = len(issues.found)
    if "inputs" in entries:
        fields["inputs"] = _block_inputs(entries["inputs"][1], issues)
    if "graph" not in entries:
        help = f"write `{key.text}: {{graph: […]}}`"
        issues.add("missing-argument", f"block `{key.text}` needs `graph`", key.span, help)
    if len(issues.found) > before:
        fields["graph"] = unreadable_graph(key.span)
    return Block(span=key.span, **fields)


def _block_inputs(tree: Tree, issues: Issues) -> tuple[Input, ...]:
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


def _includes(tree: Tree, issues: Issues) -> dict[str, Include]:
    entries = issues.mapping(tree, "include", example="include: {resnet: blocks/resnet.yaml}")
    for key, _ in entries.values():
        issues.check(check_block_name, key)
    paths = {name: issues.text(value, "the path of an include") for name, (_, value) in entries.items()}
    return {name: Include(path, entries[name][1].span) for name, path in paths.items() if path}


def _separate(include: dict[str, Include], blocks: dict[str, Block], issues: Issues) -> None:
    for name in include.keys() & blocks.keys():
        message = f"`{name}` is an include and a block"
        issues.add("bad-name", message, blocks[name].span, "rename one of them")


# -- outputs and ties ------------------------------------------------------------------------------------------------


def _outputs(tree: Tree, issues: Issues) -> Outputs | None:
    match tree:
        case Scalar():
            found = [_output("", tree, issues)]
            form = "one"
        case Sequence():
            found = [_output("", item, issues) for item in tree.items]
            form = "list"
        case Mapping():
            found = [_output(key.text, value, issues) for key, value in tree.entries]
            form = "mapping"
    if not found:
        issues.add("bad-value", "a graph has at least one output", tree.span, "leave `outputs` out for the last node")
    return Outputs(form=form, entries=tuple(one for one in found if one is not None))


def _output(key: str, tree: Tree, issues: Issues) -> Output | None:
    """A name; or, under a key, `{from: aux, when: $aux}`."""
    if isinstance(tree, Mapping) and key:
        entries = issues.mapping(tree, "an output", ("from", "when"))
        if "from" not in entries:
            help = f"write `{key}: {{from: {key}, …}}`, say"
            issues.add("missing-argument", f"output `{key}` needs `from`", tree.span, help)
            return None
        reference = parse_reference(entries["from"][1], issues)
        when = argument(entries["when"][1]) if "when" in entries else None
        return None if reference is None else Output(key=key, reference=reference, when=when)
    reference = parse_reference(tree, issues)
    return None if reference is None else Output(key=key or str(reference), reference=reference)


def _ties(tree: Tree, issues: Issues) -> tuple[Tie, ...]:
    entries = issues.mapping(tree, "tie", example="tie: {head.weight: embed.weight}")
    return tuple(Tie(left, issues.text(value, "tie"), key.span, value.span) for left, (key, value) in entries.items())
