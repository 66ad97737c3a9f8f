"""einops patterns: what `b c (h p) -> b h (p c)` says of sizes, and the torch methods that do it.

The pattern is parsed by einops itself; the generated source needs torch alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from lego.catalogue.rules import Size, count, product
from lego.diagnostics import Note, Problem
from lego.shapes import Shape

Verb = Literal["Rearrange", "Reduce", "Repeat"]
Group = tuple[str, ...]
"""Axes that make up one dim; none: a dim of 1."""

DOTS = "…"


class Side(NamedTuple):
    """One side of a pattern.

    Attributes:
        groups: Its dims; the ellipsis is a group `("…",)` of its own, or an axis of one.
        numbers: Sizes of the axes that were written as a number.
    """

    groups: tuple[Group, ...]
    numbers: dict[str, int]

    @property
    def axes(self) -> tuple[str, ...]:
        return tuple(axis for group in self.groups for axis in group)


class Pattern(NamedTuple):
    """Both sides of a pattern."""

    left: Side
    right: Side

    def at_rank(self, rank: int) -> Pattern:
        """The pattern for an input of this rank, the ellipsis written out."""
        dots = rank - len(self.left.groups) + 1
        if DOTS not in self.left.axes:
            return self
        names = tuple(f"{DOTS}{index}" for index in range(dots))
        return Pattern(_written_out(self.left, names), _written_out(self.right, names))

    def takes(self, rank: int) -> bool:
        """Whether an input of this rank fits the left side."""
        groups = len(self.left.groups)
        return rank >= groups - 1 if DOTS in self.left.axes else rank == groups

    @property
    def gone(self) -> tuple[str, ...]:
        """Axes of the left that the right does not have."""
        return tuple(axis for axis in self.left.axes if axis not in self.right.axes)

    @property
    def new(self) -> tuple[str, ...]:
        """Axes of the right that the left does not have."""
        return tuple(axis for axis in self.right.axes if axis not in self.left.axes)


def _written_out(side: Side, names: tuple[str, ...]) -> Side:
    groups: list[Group] = []
    for group in side.groups:
        if group == (DOTS,):
            groups.extend((name,) for name in names)
        elif DOTS in group:
            at = group.index(DOTS)
            groups.append((*group[:at], *names, *group[at + 1 :]))
        else:
            groups.append(group)
    return side._replace(groups=tuple(groups))


# -- parsing -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def parse(pattern: str) -> Pattern:
    """Both sides of a pattern.

    Raises:
        ValueError: it is none.
    """
    left, arrow, right = pattern.partition("->")
    if not arrow or "->" in right:
        raise ValueError(f"a pattern has two sides, such as `b c h w -> b (h w) c`, found `{pattern}`")
    sides = Pattern(_side(left, "left"), _side(right, "right"))
    if any(DOTS in group and group != (DOTS,) for group in sides.left.groups):
        raise ValueError("the ellipsis cannot stand in parentheses on the left side")
    if DOTS in sides.right.axes and DOTS not in sides.left.axes:
        raise ValueError("the right side has an ellipsis, but the left side has none")
    return sides


def _side(text: str, name: str) -> Side:
    from einops import EinopsError
    from einops.parsing import ParsedExpression

    try:
        parsed = ParsedExpression(text.strip())
    except EinopsError as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"the {name} side `{text.strip()}` is no pattern: {reason[:1].lower()}{reason[1:]}") from None
    numbers: dict[str, int] = {}
    composition: list[Any] = parsed.composition
    groups = tuple(_group(item, numbers, name) for item in composition)
    return Side(groups, numbers)


def _group(item: Any, numbers: dict[str, int], side: str) -> Group:
    return (DOTS,) if item == DOTS else tuple(_axis(axis, numbers, side) for axis in item)


def _axis(axis: Any, numbers: dict[str, int], side: str) -> str:
    """The name of an axis; one that is written as a number gets a name that no pattern can have."""
    if isinstance(axis, str):
        return axis
    name = f"{axis.value}#{side}{len(numbers)}"
    numbers[name] = axis.value
    return name


def check(verb: Verb, pattern: Pattern, given: Mapping[str, int]) -> None:
    """Whether the pattern is one for the verb, and all sizes that it needs are given.

    Raises:
        ValueError: it is not.
    """
    if verb != "Reduce" and pattern.gone:
        raise ValueError(f"{_listed(pattern.gone)} of the left side must stand on the right side too")
    if verb != "Repeat" and pattern.new:
        raise ValueError(f"{_listed(pattern.new)} of the right side must stand on the left side too")
    known = set(pattern.left.axes) | set(pattern.right.axes)
    for name in given:
        if name not in known:
            raise ValueError(f"the pattern has no axis `{name}`")
    for axis in pattern.new:
        if axis not in given and axis not in pattern.right.numbers:
            raise ValueError(f"the size of `{axis}` must be given: `{axis}: 2`, say")
    for group in pattern.left.groups:
        unknown = [axis for axis in group if axis not in given and axis not in pattern.left.numbers]
        if len(unknown) > 1:
            raise ValueError(f"of `({' '.join(group)})`, all sizes but one must be given")


def _listed(axes: Sequence[str]) -> str:
    return ", ".join(f"`{axis.partition('#')[0]}`" for axis in axes)


# -- sizes ---------------------------------------------------------------------------------------------------------


def sizes(pattern: Pattern, shape: Shape, given: Mapping[str, int]) -> dict[str, Size]:
    """The size of each axis of a pattern at its rank.

    Raises:
        Problem: `shape-mismatch` where a dim is not what its axes make up.
    """
    found: dict[str, Size] = {**given, **pattern.left.numbers, **pattern.right.numbers}
    for at, (group, size) in enumerate(zip(pattern.left.groups, shape, strict=True)):
        unknown = [axis for axis in group if axis not in found]
        known = product([found[axis] for axis in group if axis in found])
        rest = size // known if unknown else 1
        if rest * known != size:
            raise _misfit(at, group, size, known, unknown, shape)
        found.update(dict.fromkeys(unknown, rest))
    return found


def _misfit(at: int, group: Group, size: Size, known: Size, unknown: list[str], shape: Shape) -> Problem:
    written = " ".join(axis.partition("#")[0] for axis in group) or "1"
    group_text = f"`({written})`" if len(group) > 1 else f"`{written}`"
    why = f"which is not a multiple of {known}" if unknown else f"but {group_text} makes {known}"
    text = f"dim {at} is {size}, {why}" + (f", so {group_text} cannot be cut" if unknown else "")
    return Problem("shape-mismatch", text, notes=[Note("input", str(shape))])


def output_shape(pattern: Pattern, found: Mapping[str, Size]) -> tuple[Size, ...]:
    """The dims of the right side."""
    return tuple(product([found[axis] for axis in group]) for group in pattern.right.groups)


def rank_problem(pattern: Pattern, written: str, shape: Shape) -> Problem:
    """The input does not have the dims of the left side."""
    least = " or more" if DOTS in pattern.left.axes else ""
    wanted = count(len(pattern.left.groups) - bool(least), "dim") + least
    message = f"the pattern `{written}` takes {wanted}, but the input {shape} has {len(shape)}"
    return Problem("rank-mismatch", message)


# -- torch's methods -----------------------------------------------------------------------------------------------


def methods(pattern: Pattern, given: Mapping[str, int], reduction: str = "") -> str:
    """The method calls, `.unflatten(1, (-1, 2)).permute(0, 2, 1).flatten(1, 2)`, for a pattern at its rank."""
    known = {**given, **pattern.left.numbers, **pattern.right.numbers}
    axes = list(pattern.left.axes)
    order = [axis for axis in pattern.right.axes if axis in axes]
    gone = tuple(index for index, axis in enumerate(axes) if axis not in order)
    steps = [*_split(pattern.left.groups, known)]
    if gone:
        steps += _reduced(reduction, gone)
        axes = [axis for axis in axes if axis in order]
    if order != axes:
        steps.append(f".permute({', '.join(str(axes.index(axis)) for axis in order)})")
    return "".join([*steps, *_repeated(pattern, order, known), *_merged(pattern.right.groups)])


def _split(groups: tuple[Group, ...], known: Mapping[str, int]) -> Iterator[str]:
    """Each dim into its axes, from the last one on, so that the numbers of the dims before it stay."""
    for at in reversed(range(len(groups))):
        group = groups[at]
        if not group:
            yield f".squeeze({at})"
        elif len(group) > 1:
            yield f".unflatten({at}, ({', '.join(str(known.get(axis, -1)) for axis in group)}))"


def _reduced(reduction: str, gone: tuple[int, ...]) -> list[str]:
    if reduction == "prod":
        return [f".prod({at})" for at in reversed(gone)]
    method = {"max": "amax", "min": "amin"}.get(reduction, reduction)
    return [f".{method}({gone[0] if len(gone) == 1 else gone})"]


def _repeated(pattern: Pattern, order: list[str], known: Mapping[str, int]) -> Iterator[str]:
    right = pattern.right.axes
    if len(order) == len(right):
        return
    for at, axis in enumerate(right):
        if axis not in order:
            yield f".unsqueeze({at})"
    yield f".expand({', '.join('-1' if axis in order else str(known[axis]) for axis in right)})"


def _merged(groups: tuple[Group, ...]) -> Iterator[str]:
    """Axes into dims, from the last one on; then the dims of 1."""
    ends = [sum(map(len, groups[: at + 1])) for at in range(len(groups))]
    for group, end in reversed(list(zip(groups, ends, strict=True))):
        if len(group) > 1:
            yield f".flatten({end - len(group)}, {end - 1})"
    for at, group in enumerate(groups):
        if not group:
            yield f".unsqueeze({at})"
