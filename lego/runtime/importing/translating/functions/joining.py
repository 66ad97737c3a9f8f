"""Joining tensors, and cutting them into parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.arithmetic import common_dtype
from lego.runtime.importing.translating.functions.lists import items, listed, short
from lego.runtime.importing.translating.functions.registry import rule
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import Dim


@rule("cat", "concat", "concatenate")
def cat(w: Writer, tensors: Sequence[Any], dim: int = 0, *, out: None = None) -> Any:
    """One after the other; those without elements add nothing."""
    there = [tensor for tensor in tensors if 0 not in w.shape(tensor)]
    return there[0] if len(there) == 1 else w.one("Concat", *_alike(w, there), dim=dim)


@rule("stack")
def stack(w: Writer, tensors: Sequence[Any], dim: int = 0, *, out: None = None) -> Any:
    """Side by side."""
    if len(tensors) == 1:
        return w.one("Unsqueeze", tensors[0], dim=dim)
    return w.one("Stack", *_alike(w, tensors), dim=dim)


def _alike(w: Writer, tensors: Sequence[Any]) -> list[Value]:
    dtype = common_dtype(w, *tensors)
    return [w.cast(tensor, dtype) for tensor in tensors]


@rule("hstack", "column_stack")
def hstack(w: Writer, tensors: Sequence[Any]) -> Any:
    """Along the second dim, of vectors along the only one."""
    return cat(w, tensors, 0 if len(w.shape(tensors[0])) == 1 else 1)


@rule("vstack")
def vstack(w: Writer, tensors: Sequence[Any]) -> Any:
    """Along the first dim; vectors are rows."""
    return stack(w, tensors) if len(w.shape(tensors[0])) == 1 else cat(w, tensors)


@rule("chunk")
def chunk(w: Writer, input: Any, chunks: int, dim: int = 0) -> Any:
    """Equal parts; one part is the whole."""
    return (input,) if chunks == 1 else w.step("Chunk", input, chunks=chunks, dim=dim)


@rule("split", "split_with_sizes", "unsafe_split")
def split(w: Writer, input: Any, split_size_or_sections: Any = None, dim: int = 0, **keywords: Any) -> Any:
    """Parts of given sizes."""
    given = keywords.get("split_size", keywords.get("split_sizes", split_size_or_sections))
    sizes = items(given)
    if sizes == (w.shape(input)[dim],):
        return (input,)
    if any(isinstance(size, Dim) for size in (*sizes, w.shape(input)[dim])):
        return _equal_parts(w, input, dim)
    return w.step("Split", input, split_size=short(sizes), dim=dim)


def _equal_parts(w: Writer, input: Any, dim: int) -> Any:
    """Parts whose sizes depend on symbols, where they are equal."""
    results = cast("Sequence[Value]", w.call.result)
    shapes = {result.type.shape for result in results}
    if len(shapes) > 1:
        raise Problem("not-importable", "it cuts parts whose sizes depend on symbols", help="give the dim a number")
    return w.step("Chunk", input, chunks=len(results), dim=dim)


@rule("tensor_split")
def tensor_split(w: Writer, input: Any, indices_or_sections: Any, dim: int = 0) -> Any:
    """Parts between positions, or of nearly equal size."""
    results = cast("Sequence[Value]", w.call.result)
    sizes = tuple(result.type.shape[dim] for result in results)
    return split(w, input, sizes, dim)


@rule("unbind")
def unbind(w: Writer, input: Any, dim: int = 0) -> Any:
    """All positions of a dim, each by itself."""
    results = cast("Sequence[Value]", w.call.result)
    return tuple(w.one("Select", input, dim=dim, index=index) for index in range(len(results)))


@rule("meshgrid")
def meshgrid(w: Writer, *tensors: Any, indexing: str = "ij") -> Any:
    """Each vector along a dim of its own."""
    from lego.runtime.importing.translating.functions.reshaping import expanded

    vectors = listed(tensors)
    count = len(vectors)
    results = cast("Sequence[Value]", w.call.result)
    order = [1, 0, *range(2, count)] if indexing == "xy" and count > 1 else list(range(count))
    found: list[Any] = []
    for at, vector in zip(order, vectors, strict=True):
        value = vector
        for place in range(count):
            if place != at:
                value = w.one("Unsqueeze", value, dim=place if place < at else -1)
        found.append(expanded(w, value, results[len(found)].type.shape))
    return tuple(found)
