"""The document as a whole, its blocks and inputs."""

from __future__ import annotations

from typing import Any

from lego.diagnostics import Diagnostic, SpecError
from lego.spec.document import Argument, Block, Document, Include, Outputs, Tie
from lego.spec.names import check_block_name, check_parameter_name
from lego.spec.parsing.initial import parse_init
from lego.spec.parsing.inputs import parse_block_inputs, parse_inputs
from lego.spec.parsing.issues import Issues, argument, is_null, kind, shown, unreadable_graph
from lego.spec.parsing.node import parse_graph
from lego.spec.parsing.outputs import parse_outputs
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
        fields["inputs"] = parse_inputs(entries["inputs"][1], issues)
    if "include" in entries:
        fields["include"] = _includes(entries["include"][1], issues)
    if "blocks" in entries:
        fields["blocks"] = _blocks(entries["blocks"][1], issues)
    if "train" in entries and not is_null(entries["train"][1]):
        from lego.spec.recipe import parse_recipe  # it brings the losses, which a spec without a recipe does not need

        fields["train"] = parse_recipe(entries["train"][1], issues)
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
        fields["outputs"] = parse_outputs(entries["outputs"][1], issues)
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
        fields["inputs"] = parse_block_inputs(entries["inputs"][1], issues)
    if "graph" not in entries:
        help = f"write `{key.text}: {{graph: […]}}`"
        issues.add("missing-argument", f"block `{key.text}` needs `graph`", key.span, help)
    if len(issues.found) > before:
        fields["graph"] = unreadable_graph(key.span)
    return Block(span=key.span, **fields)


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


# -- ties ------------------------------------------------------------------------------------------------


def _ties(tree: Tree, issues: Issues) -> tuple[Tie, ...]:
    entries = issues.mapping(tree, "tie", example="tie: {head.weight: embed.weight}")
    return tuple(Tie(left, issues.text(value, "tie"), key.span, value.span) for left, (key, value) in entries.items())
