"""The same values in another shape: what a view is, said by name where it has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.comparison import cast_to_result
from lego.runtime.importing.translating.functions.lists import items, listed, one_or_all
from lego.runtime.importing.translating.functions.registry import method_rule, property_rule, rule
from lego.runtime.importing.translating.sizes import is_entry
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import Dim, Shape, Size

Sizes = tuple[Size, ...]


# -- views -------------------------------------------------------------------------------------------------------------


@rule("reshape", "view", "_unsafe_view")
def reshape(w: Writer, input: Any, *shape: Any, **keywords: Any) -> Any:
    """By the name that the change has: Flatten, Unflatten, Squeeze, Unsqueeze, else Reshape."""
    asked = listed(shape) if shape else items(keywords.get("shape", keywords.get("size", ())))
    if len(asked) == 1 and not isinstance(asked[0], int | Dim):
        return cast_to_result(w, input)  # a view in another dtype, which the driver finds to have another shape
    return reshaped(w, input, w.result_shape, asked)


@rule("reshape_as", "view_as")
def reshape_as(w: Writer, input: Any, other: Any) -> Any:
    """In the shape of another."""
    return reshaped(w, input, w.shape(other))


@rule("ravel")
def ravel(w: Writer, input: Any) -> Any:
    """In one dim."""
    return reshaped(w, input, w.result_shape)


@rule("flatten")
def flatten(w: Writer, input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Also of one dim, which stays as it is."""
    rank = len(w.shape(input))
    start, end = w.axis(input, start_dim), w.axis(input, end_dim)
    if rank == 0:
        return w.one("Unsqueeze", input, dim=0)
    return input if start == end else w.one("Flatten", input, start_dim=start, end_dim=_last(end, rank))


@rule("unflatten")
def unflatten(w: Writer, input: Any, dim: int, sizes: Any) -> Value:
    """One dim in several."""
    return w.one("Unflatten", input, dim=dim, unflattened_size=_open(tuple(sizes)))


def reshaped(w: Writer, input: Any, wanted: Shape, asked: Sequence[Any] = ()) -> Any:
    """A step that gives another shape, in the words that say most."""
    found = w.shape(input)
    if found == wanted:
        return input
    for layer, arguments in _named(found, wanted):
        return w.one(layer, input, **arguments)
    return w.one("Reshape", input, shape=_sizes(found, wanted, asked))


def _named(found: Shape, wanted: Shape) -> Iterator[tuple[str, dict[str, Any]]]:
    rank = len(found)
    if rank > 3 and len(wanted) < rank and found[: len(wanted) - 1] == wanted[:-1] and len(wanted) > 1:
        start = len(wanted) - 1
        yield "Flatten", {"start_dim": start}
    yield from _squeezed(found, wanted)
    for start in range(rank):
        end = start + rank - len(wanted)
        if start < end < rank and wanted == _merged(found, start, end):
            yield "Flatten", {"start_dim": start, "end_dim": _last(end, rank)}
    for at in range(rank):
        parts = wanted[at : at + len(wanted) - rank + 1]
        if len(parts) > 1 and (*found[:at], *parts, *found[at + 1 :]) == tuple(wanted):
            sizes = _open(parts)
            if all(isinstance(size, int) for size in sizes):
                yield "Unflatten", {"dim": -1 if at == rank - 1 else at, "unflattened_size": sizes}


def _squeezed(found: Shape, wanted: Shape) -> Iterator[tuple[str, dict[str, Any]]]:
    if len(wanted) == len(found) + 1:
        for at, size in enumerate(wanted):
            if size == 1 and (*wanted[:at], *wanted[at + 1 :]) == tuple(found):
                yield "Unsqueeze", {"dim": -1 if at == len(found) else at}
    kept, gone = 0, list[int]()
    for at, size in enumerate(found):
        if kept < len(wanted) and wanted[kept] == size:
            kept += 1
        elif size == 1:
            gone.append(at)
        else:
            return
    if kept == len(wanted) and gone:
        yield "Squeeze", {"dim": gone[0] if len(gone) == 1 else tuple(gone)}


def _merged(shape: Shape, start: int, end: int) -> Shape:
    return Shape((*shape[:start], Shape(shape[start : end + 1]).numel, *shape[end + 1 :]))


def _last(end: int, rank: int) -> int:
    return -1 if end == rank - 1 else end


def _open(sizes: Sequence[Size]) -> Sizes:
    """The one size that depends on symbols is what is left."""
    symbolic = [size for size in sizes if isinstance(size, Dim)]
    if len(symbolic) != 1 or -1 in sizes:
        return tuple(sizes)
    return tuple(-1 if isinstance(size, Dim) else size for size in sizes)


def _sizes(found: Shape, wanted: Shape, asked: Sequence[Any]) -> Sizes:
    """The sizes as they were asked for, but -1 for the one that is not simply a size of the input."""
    odd = [at for at, size in enumerate(wanted) if not is_entry(size, found)]
    at = asked.index(-1) if -1 in asked and len(asked) == len(wanted) else None
    if len(odd) == 1:
        at = odd[0]
    return tuple(-1 if place == at else size for place, size in enumerate(wanted))


# -- dims of one -------------------------------------------------------------------------------------------------------


@rule("squeeze")
def squeeze(w: Writer, input: Any, dim: Any = None) -> Any:
    """Dims of another size stay, as in torch."""
    shape = w.shape(input)
    dims = tuple(range(len(shape))) if dim is None else items(dim)
    gone = tuple(one for one in dims if shape and shape[one] == 1)
    return w.one("Squeeze", input, dim=one_or_all(gone)) if gone else input


@rule("unsqueeze")
def unsqueeze(w: Writer, input: Any, dim: int) -> Value:
    """A new dim."""
    return w.one("Unsqueeze", input, dim=dim)


# -- order of dims -----------------------------------------------------------------------------------------------------


@rule("permute")
def permute(w: Writer, input: Any, *dims: Any, **keywords: Any) -> Any:
    """All dims in their new order."""
    order = listed(dims) if dims else items(keywords["dims"])
    return _permuted(w, input, [w.axis(input, dim) for dim in order], tuple(order))


def _permuted(w: Writer, input: Any, order: Sequence[int], written: Any = None) -> Any:
    if list(order) == sorted(order):
        return input
    return w.one("Permute", input, dims=tuple(written or order))


@rule("transpose", "swapaxes", "swapdims")
def transpose(w: Writer, input: Any, dim0: Any = None, dim1: Any = None, **keywords: Any) -> Any:
    """Two dims exchanged."""
    first = keywords.get("axis0", dim0)
    second = keywords.get("axis1", dim1)
    same = w.axis(input, first) == w.axis(input, second)
    return input if same else w.one("Transpose", input, dim0=first, dim1=second)


@rule("t")
def t(w: Writer, input: Any) -> Any:
    """A matrix turned."""
    return input if len(w.shape(input)) < 2 else w.one("Transpose", input, dim0=0, dim1=1)


property_rule("data")(cast_to_result)


@property_rule("T")
def turned(w: Writer, input: Any) -> Any:
    """All dims in reverse."""
    if len(w.shape(input)) == 2:
        return t(w, input)
    return _permuted(w, input, range(len(w.shape(input)) - 1, -1, -1))


@property_rule("mT")
@rule("adjoint")
def adjoint(w: Writer, input: Any) -> Value:
    """Of real matrices, the transpose."""
    return w.one("Transpose", input, dim0=-2, dim1=-1)


@rule("movedim", "moveaxis")
def movedim(w: Writer, input: Any, source: Any, destination: Any) -> Any:
    """Dims at other places, the others in their order."""
    rank = len(w.shape(input))
    sources, places = ([dim % rank for dim in items(each)] for each in (source, destination))
    moved = dict(zip(places, sources, strict=True))
    others = iter([dim for dim in range(rank) if dim not in sources])
    return _permuted(w, input, [moved[at] if at in moved else next(others) for at in range(rank)])


# -- copies ------------------------------------------------------------------------------------------------------------


@rule("expand", "broadcast_to")
def expand(w: Writer, input: Any, *sizes: Any, **keywords: Any) -> Any:
    """Sizes that stay are written as -1."""
    return expanded(w, input, w.result_shape)


def expanded(w: Writer, input: Any, wanted: Shape) -> Any:
    """The input stretched to a shape."""
    found = w.shape(input)
    if found == wanted:
        return input
    for at, size in enumerate(wanted):
        if not w.tells(size, found):
            return expanded(w, _stretched(w, input, size, len(wanted) - at), wanted)
    added = len(wanted) - len(found)
    kept = (-1 if size == found[at] else size for at, size in enumerate(wanted[added:]))
    return w.one("Expand", input, shape=(*wanted[:added], *kept))


def _stretched(w: Writer, input: Any, size: Size, dims: int) -> Value:
    """The input with a size, so many dims from the end, that its graph is not told: as a sum with as many zeros."""
    found = w.holder(size)
    if found is None:
        raise Problem(
            "not-importable", f"nothing at hand has a dim of size {size}", help="give it a number in the inputs"
        )
    zeros = w.cast(w.one("Mul", w.one("Arange", found[0], dim=found[1]), other=0), w.type(input).dtype)
    if dims > 1:
        zeros = w.one("Reshape", zeros, shape=(-1, *(1 for _ in range(dims - 1))))
    return w.one("Add", input, zeros, broadcast=True)


@rule("expand_as")
def expand_as(w: Writer, input: Any, other: Any) -> Any:
    """In the shape of another."""
    return input if w.shape(input) == w.shape(other) else w.one("Expand", input, other)


@rule("repeat", "tile")
def repeat(w: Writer, input: Any, *sizes: Any, **keywords: Any) -> Any:
    """Copies along dims: dims of 1 are stretched, others joined with themselves."""
    counts = listed(sizes) if sizes else items(keywords.get("dims", keywords.get("repeats", ())))
    added = max(0, len(counts) - len(w.shape(input)))
    counts = (1,) * (len(w.shape(input)) - len(counts)) + tuple(counts)
    value = input
    for _ in range(added):
        value = w.one("Unsqueeze", value, dim=0)
    return _repeated(w, value, counts)


def _repeated(w: Writer, value: Any, counts: Sequence[Size]) -> Any:
    stretched = tuple(
        count if size == 1 and count != 1 else -1 for size, count in zip(w.shape(value), counts, strict=True)
    )
    joined = [(at, count) for at, count in enumerate(counts) if count != 1 and stretched[at] == -1]
    sizes = (size if count == -1 else count for size, count in zip(w.shape(value), stretched, strict=True))
    value = expanded(w, value, Shape(sizes))
    for at, count in joined:
        if not isinstance(count, int):
            help = "give the symbol a number in the inputs"
            raise Problem("not-importable", f"it is repeated {count} times, which depends on sizes", help=help)
        value = w.one("Concat", *([value] * count), dim=at)
    return value


@rule("repeat_interleave")
def repeat_interleave(w: Writer, input: Any, repeats: Any, dim: int | None = None, *, output_size: Any = None) -> Any:
    """Each position several times in a row."""
    count = w.number(repeats)
    if not isinstance(count, int):
        raise Problem("not-importable", "a number of repeats for each position is not known")
    at = w.axis(input, dim or 0)
    shape = w.shape(input)
    value = w.one("Unsqueeze", input, dim=at + 1)
    value = w.one("Expand", value, shape=(-1,) * (at + 1) + (count,) + (-1,) * (len(shape) - at - 1))
    return reshaped(w, value, w.result_shape)


@rule("flip")
def flip(w: Writer, input: Any, *dims: Any, **keywords: Any) -> Value:
    """Positions in reverse."""
    turned = listed(dims) if dims else items(keywords["dims"])
    return w.one("Flip", input, dims=one_or_all(turned))


@rule("roll")
def roll(w: Writer, input: Any, *shifts: Any, dims: Any = None, **keywords: Any) -> Value:
    """Shifted along dims."""
    given = shifts or (keywords["shifts"],)
    if len(given) == 2:
        dims = given[1]
    return w.one("Roll", input, shifts=one_or_all(given[0]), dims=one_or_all(dims))


@method_rule("rot90")
def rot90(w: Writer, input: Any, k: int = 1, dims: Sequence[int] = (0, 1)) -> Any:
    """Turned by 90 degrees, k times."""
    value = input
    for _ in range(k % 4):
        value = w.one("Transpose", w.one("Flip", value, dims=dims[1]), dim0=dims[0], dim1=dims[1])
    return value
