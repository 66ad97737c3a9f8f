"""`x[:, 0]`, `x[..., None]`, `x[:, 1:-1:2]`: indexing as Select, Slice and Unsqueeze."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from lego.builder.expression import Expression
from lego.builder.failure import failure
from lego.builder.handle import Handle, kind, pick, several
from lego.builder.layer import layer_class


def indexed(handle: Handle, index: Any) -> Handle:
    """One of several outputs, or a part of the tensor."""
    names = several(handle)
    if isinstance(index, int) and not isinstance(index, bool) and names != ():
        return _output(handle, index, names)
    items = list(cast("Sequence[Any]", index)) if isinstance(index, tuple) else [index]
    gaps = [at for at, item in enumerate(items) if item is Ellipsis]
    if len(gaps) > 1:
        raise failure("bad-value", "an index has one `...` at most")
    front, back = (items[: gaps[0]], items[gaps[0] + 1 :]) if gaps else (items, [])
    return _from_end(_from_start(handle, front), back)


def _output(handle: Handle, index: int, names: tuple[str, ...] | None) -> Handle:
    if names is None:
        if index < 0:
            raise failure("bad-value", "nobody knows how many outputs this has", "count them from the first: `[0]`")
        return pick(handle, str(index))
    if not -len(names) <= index < len(names):
        message = f"this has {len(names)} outputs, and none at [{index}]"
        raise failure("unknown-name", message, f"they are {', '.join(names)}")
    return pick(handle, names[index])


def _from_start(handle: Handle, items: list[Any]) -> Handle:
    dim = 0
    for item in items:
        handle = _apply(handle, item, dim)
        dim += 0 if _is_position(item) else 1
    return handle


def _from_end(handle: Handle, items: list[Any]) -> Handle:
    dim = -1
    for item in reversed(items):
        handle = _apply(handle, item, dim)
        dim -= 0 if _is_position(item) else 1
    return handle


def _is_position(item: Any) -> bool:
    return isinstance(item, int | Expression) and not isinstance(item, bool)


def _apply(handle: Handle, item: Any, dim: int) -> Handle:
    if item is None:
        return layer_class("Unsqueeze")(dim)(handle)
    if isinstance(item, slice):
        cut = cast("Any", item)
        ends: dict[str, Any] = {"start": cut.start, "stop": cut.stop, "step": cut.step}
        given = {name: one for name, one in ends.items() if one is not None}
        return layer_class("Slice")(dim=dim, **given)(handle) if given else handle
    if _is_position(item):
        return layer_class("Select")(dim=dim, index=item)(handle)
    help = "`L.Gather` takes the positions that a tensor says, `L.Where` and `L.MaskedFill` those of a mask"
    raise failure("bad-value", f"an index has integers, slices, `...` and None, found {kind(item)}", help)
