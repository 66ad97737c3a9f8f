"""Pieces that shape rules share: ranks, windows, products."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TypeVar, cast

from lego.diagnostics import Note, Problem
from lego.shapes import Dim, Shape, TensorType, common_multiple, is_integer, less_equal

Size = int | Dim
T = TypeVar("T")


def with_shape(tensor: TensorType, shape: Sequence[Size]) -> TensorType:
    """The type of `tensor` with another shape; its integers keep no range."""
    return TensorType(Shape(shape), tensor.dtype)


def moved(tensor: TensorType, shape: Sequence[Size]) -> TensorType:
    """The type of `tensor` with its values in another shape; its integers keep their range."""
    return tensor._replace(shape=Shape(shape))


def at_least(size: Size, least: Size, problem: Problem) -> tuple[Size, ...]:
    """What must be at least 1 for `size` to be `least` or more; raises `problem` where it never is."""
    fits = less_equal(least, size)
    if fits is False:
        raise problem
    return () if fits else (size - least + 1,)


def need_rank(tensor: TensorType, layout: str, *ranks: int) -> None:
    """Raise `rank-mismatch` unless the input has one of these ranks; `layout` names the axes: `[N, C, H, W]`."""
    if len(tensor.shape) not in ranks:
        raise Problem(
            "rank-mismatch",
            f"needs an input {layout}, found {tensor.shape}, which has {count(len(tensor.shape), 'dim')}",
            help=_rank_help(len(tensor.shape), max(ranks)),
        )


def need_dims(tensor: TensorType, layout: str, least: int) -> None:
    """Raise `rank-mismatch` unless the input has at least so many dims; `layout` names them: `[N, C, *]`."""
    if len(tensor.shape) < least:
        need_rank(tensor, layout, least)


def _rank_help(found: int, wanted: int) -> str | None:
    if found == wanted - 1:
        return "add a dim: `Unsqueeze: 0` for a batch of one, `Unsqueeze: 1` for one channel"
    if found > wanted:
        return "merge dims first: `Flatten: 1`, say"
    return "cut a dim into several: `Unflatten: {dim: 1, unflattened_size: [C, H, W]}`" if found == 2 else None


def count(number: int, noun: str) -> str:
    """`1 dim`, `2 dims`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def axis(dim: int, rank: int, name: str = "dim") -> int:
    """A dim as torch counts it, negative from the end, as an index from 0."""
    if not -rank <= dim < rank:
        raise Problem("bad-value", f"{name} is {dim}, but the input has {count(rank, 'dim')}: {_range(rank)}")
    return dim % rank


def distinct_axes(dims: int | tuple[int, ...], rank: int, name: str = "dim") -> list[int]:
    """One dim or several, each as an index from 0; none is named twice."""
    given = dims if isinstance(dims, tuple) else (dims,)
    found = [axis(dim, rank, name) for dim in given]
    if len(set(found)) < len(found):
        raise Problem("bad-value", f"{name} names a dim twice: {', '.join(map(str, given))} of {count(rank, 'dim')}")
    return found


def _range(rank: int) -> str:
    return f"{-rank} … {rank - 1} are allowed" if rank else "it is a single number"


def spread(value: T | tuple[T, ...], dims: int) -> tuple[T, ...]:
    """An argument for each spatial dim: one value stands for all."""
    values = cast("tuple[T, ...]", value if isinstance(value, tuple) else (value,))
    return values * dims if len(values) == 1 else values


def divided(size: Size, divisor: int, what: str, name: str = "") -> Size:
    """The size over `divisor`, which has a name where it is an argument.

    Raises:
        Problem: `shape-mismatch` unless it is a multiple, whatever the symbols are.
    """
    if size % divisor == 0:
        return size // divisor
    multiples = common_multiple(size, size // divisor * divisor) or {}
    raise Problem(
        "shape-mismatch",
        f"{what} must be a multiple of {f'{name} ({divisor})' if name else divisor}, found {size}",
        help=" and ".join(f"declare {symbol} as {m}*{symbol.lower()}" for symbol, m in multiples.items()) or None,
    )


def product(sizes: Sequence[Size]) -> Size:
    """Number of elements of these dims."""
    result: Size = 1
    for size in sizes:
        result = result * size
    return result


def numel(shape: tuple[int, ...]) -> int:
    """Number of elements of a shape of integers."""
    return prod(shape)


AXES: dict[int, tuple[str, ...]] = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""Names of the spatial axes, by their number."""


def spatial(input: TensorType, dims: int, single: bool = True) -> tuple[Size, ...]:
    """The last `dims` sizes of an input [N, C, …], or, with `single`, of one sample [C, …]; checks the rank.

    A symbol in the first place is a batch: what has too few dims with it is no sample.
    """
    layout = "[N, C, " + ", ".join(name[0].upper() for name in AXES[dims]) + "]"
    sample = single and (len(input.shape) != dims + 1 or isinstance(input.shape[0], int))
    need_rank(input, layout, dims + 2, *([dims + 1] if sample else []))
    return tuple(input.shape[-dims:])


def window(length: Size, kernel: int, stride: int, padding: int, dilation: int, axis_name: str) -> Size:
    """Positions of a window on one dim: floor((length + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.

    Source: torch.nn.Conv2d, "Shape".
    """
    room = length + 2 * padding - dilation * (kernel - 1) - 1
    if isinstance(room, int) and room < 0:
        raise does_not_fit(length, kernel, padding, dilation, axis_name)
    return room // stride + 1


def does_not_fit(
    length: Size, kernel: int, padding: int, dilation: int, axis_name: str, least: int | None = None
) -> Problem:
    """A window that is larger than the padded input; `least` is the smallest length that it would fit into."""
    reach = dilation * (kernel - 1) + 1
    needed = reach - 2 * padding if least is None else least
    wide = f"kernel_size {kernel}" + (f" with dilation {dilation} reaches over {reach} and" if dilation > 1 else "")
    return Problem(
        "shape-mismatch",
        f"{wide} does not fit into the {axis_name} of {length}" + (f" with padding {padding}" if padding else ""),
        notes=[Note("needs", f"a {axis_name} of at least {needed}")],
        help="start from a larger input, use fewer strides and poolings before, or a smaller kernel",
    )


def too_small_to_pad(size: Size, points: int, axis_name: str, least: int) -> Problem:
    """A dim whose own values do not suffice for so many points at its end; negative points are cut off."""
    what = f"padding of {points} cannot be taken from" if points > 0 else f"{-points} points cannot be cut off"
    return Problem(
        "shape-mismatch",
        f"{what} a {axis_name} of {size}",
        notes=[Note("needs", f"a {axis_name} of at least {least}")],
    )


def need_held(value: float, dtype: str) -> None:
    """Raise where a tensor of integers cannot hold a number."""
    if not is_integer(dtype):
        return
    if isinstance(value, float) and not value.is_integer():
        message = f"value is {value}, but the input holds integers ({dtype})"
        raise Problem("dtype-mismatch", message, help="put `Cast: float32` before it, or give an integer")
    bits = int(dtype.lstrip("uint"))
    low, high = (0, 2**bits) if dtype.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1))
    if not low <= value < high:
        message = f"value is {value}, but {dtype} holds {low} to {high - 1}"
        raise Problem("bad-value", message, help="put `Cast: int64` before it, or give another value")
