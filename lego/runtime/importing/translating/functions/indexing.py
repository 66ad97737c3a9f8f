"""Positions of a tensor: slices, single positions, new dims, tables looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Data, Value
from lego.runtime.importing.translating.functions.lists import is_list, is_slice
from lego.runtime.importing.translating.functions.registry import method_rule, rule
from lego.runtime.importing.translating.functions.reshaping import reshaped
from lego.runtime.importing.translating.stored import as_number
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import Dim, Shape, Size


@method_rule("__getitem__")
def getitem(w: Writer, input: Any, index: Any) -> Any:
    """Item by item, from the left; a table is looked up last."""
    value, at = input, 0
    tables: list[tuple[int, Any]] = []
    for item in _spread(w, index, len(w.shape(input))):
        if item is None:
            value = w.one("Unsqueeze", value, dim=at)
            at += 1
        elif is_slice(item):
            value = _sliced(w, value, at, item)
            at += 1
        elif isinstance(item, Value | list | tuple):
            tables.append((at, _table(w, item)))
            at += 1
        else:
            value = w.one("Select", value, dim=at, index=_position(w, item))
    return _looked_up(w, value, tables)


def _spread(w: Writer, index: Any, rank: int) -> Iterator[Any]:
    """The items of an index, with a full slice for each dim of an ellipsis and at the end."""
    parts = cast("tuple[Any, ...]", index) if isinstance(index, tuple) else (index,)
    taken = sum(_dims_of(w, item) for item in parts)
    seen = False
    for item in parts:
        if item is Ellipsis:
            seen = True
            yield from [slice(None)] * (rank - taken)
        else:
            yield item
    yield from [] if seen else [slice(None)] * (rank - taken)


def _dims_of(w: Writer, item: Any) -> int:
    if item is None or item is Ellipsis:
        return 0
    if isinstance(item, bool):
        raise Problem("not-importable", "an index that is a boolean is not known")
    if isinstance(item, Value) and w.type(item).dtype == "bool":
        help = "how many positions are true depends on the data; use `torch.where` or `masked_fill`"
        raise Problem("not-importable", "positions are chosen by a mask", help=help)
    return 1


def _position(w: Writer, item: Any) -> int:
    if isinstance(item, Dim):
        which = " and ".join(sorted(Shape((item,)).symbols))
        raise Problem(
            "not-importable", f"the position {item} depends on sizes", help=f"give {which} a number in the inputs"
        )
    return int(item)


def _table(w: Writer, item: Any) -> Any:
    """An index that is a list is one of numbers."""
    if isinstance(item, Value):
        found = w.found(item)
        return int(as_number(found.tensor)) if isinstance(found, Data) and not found.type.shape else item
    return item


def _sliced(w: Writer, value: Any, at: int, item: slice[Any, Any, Any]) -> Any:
    size = w.shape(value)[at]
    start, stop, step = (_place(w, one) for one in (item.start, item.stop, item.step))
    start, step = start or 0, step or 1
    if step == 1 and start == 0 and (stop is None or _covers(stop, size)):
        return value
    last = None if stop is None or _covers(stop, size) else stop
    dim = -1 if at == len(w.shape(value)) - 1 and at > 1 else at
    return w.one("Slice", value, dim=dim, start=start, stop=last, step=step)


def _place(w: Writer, place: Any) -> Any:
    return w.number(place) if isinstance(place, Value) else place


def _covers(stop: Size, size: Size) -> bool:
    """Whether a slice that ends here ends with the dim."""
    return (
        stop == size
        or (isinstance(stop, int) and isinstance(size, int) and stop >= size)
        or (isinstance(stop, int) and stop > 2**40)
    )


def _looked_up(w: Writer, value: Any, tables: list[tuple[int, Any]]) -> Any:
    if not tables:
        return value
    if len(tables) > 1:
        raise Problem("not-importable", "several dims are indexed by tensors", help="index one dim after the other")
    at, index = tables[0]
    if isinstance(index, int):
        return w.one("Select", value, dim=at, index=index)
    if is_list(index):
        return _picked(w, value, at, [int(one) for one in index])
    return index_select(w, value, at, index)


def _picked(w: Writer, value: Any, at: int, numbers: list[int]) -> Value:
    index = w.one("Constant", shape=(len(numbers),), value=tuple(numbers), dtype="int64")
    return w.one("IndexSelect", value, index, dim=at)


@rule("index_select")
def index_select(w: Writer, input: Any, dim: int, index: Any) -> Any:
    """An index of any shape: its positions in a row, then in its shape."""
    at = w.axis(input, dim)
    shape, index = w.shape(index), w.cast(index, "int64")
    flat = index if len(shape) == 1 else reshaped(w, index, Shape((shape.numel,)))
    picked = w.one("IndexSelect", input, flat, dim=at)
    if len(shape) == 1:
        return picked
    return reshaped(w, picked, Shape((*w.shape(input)[:at], *shape, *w.shape(input)[at + 1 :])))


@rule("gather", "take_along_dim")
def gather(w: Writer, input: Any, dim: Any, index: Any = None, *, sparse_grad: bool = False) -> Value:
    """As the layer."""
    if isinstance(dim, Value):  # take_along_dim has them the other way round
        dim, index = index, dim
    return w.one("Gather", input, w.cast(index, "int64"), dim=dim)


@rule("select")
def select(w: Writer, input: Any, dim: int, index: Any) -> Value:
    """One position."""
    return w.one("Select", input, dim=dim, index=_position(w, index))


@rule("narrow")
def narrow(w: Writer, input: Any, dim: int, start: Any, length: Any) -> Any:
    """As a slice."""
    return _sliced(w, input, w.axis(input, dim), slice(start, start + length))


# -- writing -----------------------------------------------------------------------------------------------------------


@method_rule("__setitem__")
def setitem(w: Writer, input: Any, index: Any, new: Any) -> Any:
    """A region that is one stretch of each dim: what is before it, the new values, what is after."""
    items = list(_spread(w, index, len(w.shape(input))))
    if any(item is None or isinstance(item, Value | list | tuple) for item in items):
        raise Problem("not-importable", "values are written at positions given by a tensor", help="use `torch.where`")
    bounds = [_bounds(item, size) for item, size in zip(items, w.shape(input), strict=True)]
    gone = [at for at, item in enumerate(items) if not isinstance(item, slice)]
    return _written(w, input, bounds, gone, new)


def _bounds(item: Any, size: Size) -> tuple[Size, Size]:
    if not is_slice(item):
        place = item + size if isinstance(item, int) and item < 0 else item
        return place, place + 1
    start, stop, step = (item.start, item.stop, item.step)
    if step not in (None, 1):
        raise Problem("not-importable", "values are written at every other position", help="use `torch.where`")
    start = 0 if start is None else start + size if _below(start) else start
    stop = size if stop is None or _covers(stop, size) else stop
    return start, stop + size if _below(stop) else stop


def _below(place: Any) -> bool:
    return isinstance(place, int) and place < 0


def _written(w: Writer, value: Any, bounds: list[tuple[Size, Size]], gone: list[int], new: Any) -> Any:
    """Dim by dim, from the first one that is not written as a whole."""
    shape = w.shape(value)
    at = next((at for at, bound in enumerate(bounds) if bound != (0, shape[at])), None)
    region = Shape(stop - start for start, stop in bounds)
    if at is None:
        return _as_region(w, value, region, gone, new)
    start, stop = bounds[at]
    inner = _sliced(w, value, at, slice(start, stop))
    middle = _written(w, inner, [*bounds[:at], (0, stop - start), *bounds[at + 1 :]], gone, new)
    parts = [middle]
    if start != 0:
        parts.insert(0, _sliced(w, value, at, slice(0, start)))
    if stop != shape[at]:
        parts.append(_sliced(w, value, at, slice(stop, None)))
    return w.one("Concat", *parts, dim=at)


def _as_region(w: Writer, value: Any, region: Shape, gone: list[int], new: Any) -> Any:
    from lego.runtime.importing.translating.functions.comparison import filled
    from lego.runtime.importing.translating.functions.reshaping import expanded

    number = w.number(new)
    if number is not None:
        return filled(w, value, number, w.type(value).dtype)
    written = w.cast(new, w.type(value).dtype)
    for at in gone:  # dims of one position, which the new values may lack
        if len(w.shape(written)) < len(region):
            written = w.one("Unsqueeze", written, dim=min(at, len(w.shape(written))))
    return expanded(w, written, region)
