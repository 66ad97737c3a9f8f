"""The parts of a document in the making: values, names that nodes read, and the text of it all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from lego import SpecError, parse
from lego.shapes import Dim, TensorType


class Ref(str):
    """What a node reads: `x`, `topk.indices`."""

    __slots__ = ()


class Value(NamedTuple):
    """A value that nodes may read; `output` says that it may be an output of the graph."""

    ref: Ref
    type: TensorType
    output: bool = True


Fragment = dict[str, Any]
"""What stands under the name of a node."""


@dataclass
class Parts:
    """What all graphs of a document share."""

    params: dict[str, Any] = field(default_factory=dict[str, Any])
    blocks: dict[str, Fragment] = field(default_factory=dict[str, Fragment])
    names: int = 0

    def fresh(self, kind: str) -> str:
        self.names += 1
        return f"{kind.lower()}_{self.names}"


def refs(fragment: Any) -> Iterator[Ref]:
    """Every name that stands in a fragment."""
    match fragment:
        case Ref():
            yield fragment
        case dict():
            for value in fragment.values():
                yield from refs(value)
        case list():
            for value in fragment:
                yield from refs(value)
        case _:
            pass


def plain(fragment: Any, renamed: Mapping[str, str]) -> Any:
    """The fragment as YAML has it, some names exchanged."""
    match fragment:
        case Ref():
            return renamed.get(fragment, str(fragment))
        case dict():
            return {name: plain(value, renamed) for name, value in fragment.items()}
        case list() | tuple():
            return [plain(value, renamed) for value in fragment]
        case Dim():
            return str(fragment)
        case _:
            return fragment


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(document: Any) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=120)


def declared(type: TensorType) -> Any:
    """The long form of an input of this type, or the short one."""
    shape = [size if isinstance(size, int) else str(size) for size in type.shape]
    if type.dtype == "float32":
        return shape
    return {"shape": shape, "dtype": type.dtype} | ({"range": list(type.range)} if type.range else {})


def whole(parts: Parts, inputs: Mapping[str, TensorType], nodes: Mapping[str, Fragment], outputs: Any) -> Fragment:
    """A document; parameters and blocks that it does not use are left out."""
    blocks = _used(parts.blocks, nodes)
    params = {name: value for name, value in parts.params.items() if f"${name}" in str(nodes)}
    return {
        "lego": 1,
        **({"params": params} if params else {}),
        "inputs": {name: declared(type) for name, type in inputs.items()},
        **({"blocks": plain(blocks, {})} if blocks else {}),
        "graph": plain(nodes, {}),
        **({"outputs": outputs} if outputs else {}),
    }


def _used(blocks: Mapping[str, Fragment], nodes: Any) -> dict[str, Fragment]:
    found = {name: block for name, block in blocks.items() if f"'{name}'" in str(nodes)}
    inner = {name: block for one in found.values() for name, block in _used(blocks, one).items()}
    return {name: block for name, block in blocks.items() if name in found | inner}


def probe(parts: Parts, node: Fragment, reads: Mapping[Ref, TensorType]) -> list[tuple[str, TensorType]] | None:
    """Names and types of the outputs of a node that reads these values; None where lego refuses it, or warns."""
    renamed = {ref: ref.replace(".", "__") for ref in reads}
    inputs = {renamed[ref]: type for ref, type in reads.items()} or {"x": TensorType.__new__(TensorType, (1,))}
    try:
        spec = parse(dump(whole(parts, inputs, {"node": plain(node, renamed)}, None)))
    except SpecError:
        return None
    if any(one.code != "unused" for one in spec.warnings) or not spec.graph.root.calls:
        return None
    call = spec.graph.root.calls[-1]
    return list(zip(call.output_names, call.outputs, strict=True))
