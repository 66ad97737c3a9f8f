"""The document as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lego.spec.document import Block, Document, Input
from lego.spec.writing.described import arguments_data
from lego.spec.writing.ends import outputs_data, type_data
from lego.spec.writing.layout import Tall, lines
from lego.spec.writing.node import graph_data, init_data, values
from lego.spec.writing.scalars import Word


def to_yaml(document: Document, params: Mapping[str, Any] | None = None) -> str:
    """The YAML text of a document; `parse` of it is equal to the document.

    Args:
        document: What to write. Comments of the text that it was read from are not part of it.
        params: Defaults in place of the document's own, as plain data (strings that start with `$` are expressions).
    """
    data = Tall(lego=document.lego, name=document.name)
    common = _common(document)
    if params and "params" in common:
        common["params"] |= {name: value for name, value in params.items() if name in document.params}
    for name in ("doc", "params"):
        if name in common:
            data[name] = common.pop(name)
    if document.inputs:
        data["inputs"] = Tall((one.name, type_data(one)) for one in document.inputs)
    if document.include:
        data["include"] = {name: include.path for name, include in document.include.items()}
    if document.blocks:
        data["blocks"] = Tall((name, _block(block)) for name, block in document.blocks.items())
    data |= common
    if document.train is not None:
        data["train"] = arguments_data(document.train)
    return "\n".join(lines(data)) + "\n"


def _common(part: Document | Block) -> dict[str, Any]:
    """The keys that documents and blocks have in common, in their order."""
    found: dict[str, Any] = {}
    if part.doc:
        found["doc"] = part.doc
    if part.params:
        found["params"] = values(part.params)
    if part.graph is not None:
        found["graph"] = graph_data(part.graph)
    if part.outputs is not None:
        found["outputs"] = outputs_data(part.outputs)
    if part.init is not None:
        found["init"] = init_data(part.init)
    if part.tie:
        found["tie"] = {tie.left: Word(tie.right) for tie in part.tie}
    return found


def _block(block: Block) -> Tall:
    common = _common(block)
    data = Tall({name: common.pop(name) for name in ("doc", "params") if name in common})
    if block.inputs:
        data["inputs"] = _block_inputs(block.inputs)
    return Tall(data | common)


def _block_inputs(inputs: tuple[Input, ...]) -> Any:
    if all(one.shape is None for one in inputs):
        return [Word(one.name) for one in inputs]
    return {one.name: type_data(one) for one in inputs}
