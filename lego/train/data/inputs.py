"""Arrays of a source as a spec's inputs: which is which, and whether shape, dtype and range fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from lego.diagnostics import Note, Problem
from lego.graph import Graph
from lego.shapes import (
    DTYPES,
    Binding,
    Shape,
    TensorType,
    bind,
    is_floating,
    is_integer,
    symbol,
)
from lego.train.data.layout import Sizes, arranged
from lego.train.data.wanted import Wanted, features

_TORCH: dict[str, torch.dtype] = {name: vars(torch)[name] for name in DTYPES}
_NAMES = {dtype: name for name, dtype in _TORCH.items()}
BYTES = "scaled to 0…1"
"""What is noted where bytes have become floats."""


def matched(arrays: Mapping[str, Any], wanted: Wanted, source: str) -> dict[str, Any]:
    """The arrays by the names of the inputs: one array is the one input, several go by their names.

    Raises:
        Problem: `data`.
    """
    if wanted.inputs.keys() <= arrays.keys():
        return {name: arrays[name] for name in wanted.inputs}
    if wanted.only is not None and (len(arrays) == 1 or "x" in arrays):
        return {wanted.only[0]: arrays["x"] if "x" in arrays else next(iter(arrays.values()))}
    missing = [name for name in wanted.inputs if name not in arrays]
    notes = [Note("has", ", ".join(arrays) or "nothing besides the target"), Note("wanted", ", ".join(wanted.inputs))]
    message = f"{source} has nothing for the {_count(missing, 'input')} {_listed(missing)}"
    raise Problem("data", message, notes=notes, help="name the arrays as the spec names its inputs")


def _count(names: list[str], noun: str) -> str:
    return noun if len(names) == 1 else f"{noun}s"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def sizes_of(samples: Mapping[str, Sizes], wanted: Wanted, source: str) -> dict[str, Binding]:
    """What the symbols of the inputs are, given the sizes of one sample for each.

    Raises:
        Problem: `shape-mismatch` or another of `bind`, where the sizes are not those of the inputs.
    """
    bound: dict[str, Binding] = {}
    for name, sizes in samples.items():
        type = wanted.inputs[name]
        count = _counted(name, type)
        given = Shape((symbol(count), *sizes))
        try:
            bound = bind(type.shape, given, {count: Binding(symbol(count), 0, name), **bound}, name)
        except Problem as problem:
            message = f"{source} does not fit the input `{name}`: {problem.message}"
            raise Problem(problem.code, message, notes=problem.notes, help=_declare(name, type, given)) from None
    _need_sizes(wanted.graph, bound, source)
    return bound


def _counted(name: str, type: TensorType) -> str:
    """The symbol that counts samples."""
    first = type.shape[0] if type.shape else 1
    if isinstance(first, int) or first != symbol(str(first)):
        declared = Shape((symbol("N"), *type.shape[1:]))
        message = f"the first dim of the input `{name}` is {first}, where a symbol is to count the samples"
        raise Problem("data", message, help=f"declare `{name}: {declared}`")
    return str(first)


def _declare(name: str, type: TensorType, given: Shape) -> str:
    long = f"{{shape: {given}, dtype: {type.dtype}}}"
    return f"declare `{name}: {given if type.dtype == 'float32' else long}`, or change the data"


def _need_sizes(graph: Graph, bound: Mapping[str, Binding], source: str) -> None:
    for name, least in graph.requires.items():
        found = bound.get(name)
        if found is not None and isinstance(found.size, int) and found.size < least:
            message = f"the net needs {name} ≥ {least}, but {source} gives {found.size} (axis {found.axis})"
            raise Problem("shape-mismatch", message, help=f"give {name} a number in the inputs, or larger data")


def fitted(value: Tensor, name: str, wanted: Wanted, source: str) -> Tensor:
    """A tensor [n, *] in the dims, the dtype and the range of an input.

    Bytes that an input wants as floats are scaled to 0 … 1.

    Raises:
        Problem: `dtype-mismatch`, or `data`.
    """
    type = wanted.inputs[name]
    value = value.reshape(len(value), *arranged(tuple(value.shape[1:]), features(type.shape)))
    if is_floating(type.dtype) and value.dtype == torch.uint8:
        return value.to(_TORCH[type.dtype]).div_(255)
    value = _converted(value, name, type, source)
    if is_floating(type.dtype):
        _need_finite(value, name, source)
    elif is_integer(type.dtype):
        _need_range(value, name, wanted, source)
    return value


def _converted(value: Tensor, name: str, type: TensorType, source: str) -> Tensor:
    """Integers and booleans may become floats, and what has fewer bits more; nothing else changes its kind."""
    own = _NAMES.get(value.dtype, str(value.dtype))
    kinds = [is_floating(own), is_integer(own), own == "bool"]
    allowed = [is_floating(type.dtype), is_floating(type.dtype) or is_integer(type.dtype), True]
    if own == type.dtype or any(kind and fine for kind, fine in zip(kinds, allowed, strict=True)):
        return value.to(_TORCH[type.dtype])
    message = f"{source} has {own} for the input `{name}`, which is {type.dtype}"
    help = f"declare `{name}: {{shape: {type.shape}, dtype: {own}}}`, or change the data"
    raise Problem("dtype-mismatch", message, help=help)


def _need_finite(value: Tensor, name: str, source: str) -> None:
    if torch.isfinite(value.sum()):  # with no memory of its own; a sum may be infinite where no value is
        return
    wrong = ~torch.isfinite(value.flatten(1)).all(1)
    if wrong.any():
        message = f"{source} has a value for the input `{name}` that is no number, in sample {int(wrong.nonzero()[0])}"
        help = "leave such samples out, or fill them"
        raise Problem("data", message, notes=[Note("samples", f"{int(wrong.sum())} of {len(value)}")], help=help)


def _need_range(value: Tensor, name: str, wanted: Wanted, source: str) -> None:
    allowed = wanted.inputs[name].range or _embedded(wanted.graph, name)
    if allowed is None or not value.numel():
        return
    least, most = int(value.min()), int(value.max())
    if least < allowed[0] or most >= allowed[1]:
        message = f"{source} has {least} … {most} for the input `{name}`, which takes {allowed[0]} … {allowed[1] - 1}"
        help = f"let the net take {most + 1} of them: `range: [0, {most + 1}]`, and the layers that depend on it"
        raise Problem("data", message, help=help if least >= 0 else "number them from 0")


def _embedded(graph: Graph, name: str) -> tuple[int, int] | None:
    """What the Embeddings take that read the input."""
    readers = [graph.nx.nodes[reader] for reader in graph.nx.successors(name)]
    sizes: list[int] = [vars(node["layer"])["num_embeddings"] for node in readers if node["kind"] == "Embedding"]
    return (0, min(sizes)) if sizes else None
