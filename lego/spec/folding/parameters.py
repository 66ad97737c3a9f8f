"""From columns of what differs to few parameters, and what is written in the place of each column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lego.diagnostics import Span
from lego.spec.document import Argument
from lego.spec.folding.columns import Column
from lego.spec.folding.naming import parameter_names
from lego.spec.folding.values import Missing, same

_WIDTHS = ("channels", "features", "groups", "embed_dim", "hidden_size", "feedforward", "d_model", "width")
"""What an argument's name ends on that may be a multiple of another such."""

_MOST = 8
"""More often one number is a multiple of another by chance."""


@dataclass(slots=True)
class Parameter:
    """A parameter to be: its value in each of the blocks, and the columns that it came from, the first first."""

    columns: list[Column]
    values: list[Any]
    name: str = ""
    default: Any = None

    @property
    def column(self) -> Column:
        """The column that it has its name from."""
        return self.columns[0]


@dataclass(slots=True)
class Solved:
    """What is written in the place of each column, and the parameters that this names."""

    texts: list[Any]
    parameters: list[Parameter]

    def params(self, span: Span) -> dict[str, Argument]:
        """The parameters as a block declares them."""
        return {one.name: Argument(one.default, span) for one in self.parameters}

    def arguments(self, block: int, span: Span) -> dict[str, Argument]:
        """What a use of one of the blocks gives, where that is not the default."""
        values = {one.name: (one, one.values[block]) for one in self.parameters}
        return {
            name: Argument(value, span)
            for name, (one, value) in values.items()
            if value is not Missing and (one.default is None or same(value) != same(one.default))
        }


def solve(columns: Sequence[Column]) -> Solved:
    """Constants stay; columns that are equal become one parameter, and multiples of another are written so."""
    factors: dict[int, tuple[Parameter, str]] = {}
    bases: list[Parameter] = []
    varying = [number for number, column in enumerate(columns) if _varies(column)]
    by_width = sorted(varying, key=lambda number: _rank(columns[number]))
    for number in by_width:
        column = columns[number]
        found = _equal(column, bases) or _multiple(column, bases)
        if found is None:
            base = Parameter([column], list(column.values))
            bases.append(base)
            found = base, "{}"
        elif found[1] == "{}":
            found[0].columns.append(column)
        factors[number] = found
    order = {id(column): number for number, column in enumerate(columns)}
    for base in bases:
        base.columns.sort(key=lambda column: order[id(column)])
    bases.sort(key=lambda base: order[id(base.column)])
    for base, name in zip(bases, parameter_names([base.column for base in bases]), strict=True):
        base.name = name
        _settle(base)
    texts = [
        f"${factors[number][1].format(factors[number][0].name)}" if number in factors else _constant(column)
        for number, column in enumerate(columns)
    ]
    return Solved(texts, bases)


def _constant(column: Column) -> Any:
    return next(value for value in column.values if value is not Missing)


def _varies(column: Column) -> bool:
    """Whether blocks differ; where a node is left out in some, its `when` does, and other values do not count."""
    return len({same(value) for value in column.values if value is not Missing}) > 1


def _rank(column: Column) -> tuple[int, bool, int]:
    """What others may follow from comes first: the complete, arguments before sizes in lists, smaller widths."""
    gaps = sum(value is Missing for value in column.values)
    magnitude = sum(map(abs, _integers(column.values))) if _is_width(column) else 0
    return gaps, column.kind == "size", magnitude


def _is_width(column: Column) -> bool:
    named = column.kind == "size" or (column.kind == "argument" and column.argument.endswith(_WIDTHS))
    return named and _all_integers(column.values)


def _all_integers(values: Iterable[Any]) -> bool:
    return all(value is Missing or type(value) is int for value in values)


def _integers(values: Iterable[Any]) -> list[int]:
    return [value for value in values if type(value) is int]


def _pairs(column: Column, base: Parameter) -> list[tuple[Any, Any]] | None:
    """The values of both where the column has one; None where the parameter lacks one there."""
    pairs = [(value, own) for value, own in zip(column.values, base.values, strict=True) if value is not Missing]
    return None if any(own is Missing for _, own in pairs) else pairs


def _equal(column: Column, bases: Sequence[Parameter]) -> tuple[Parameter, str] | None:
    """A parameter that is the same wherever the column has a value; one of its own name before others."""
    for base in sorted(bases, key=lambda base: base.column.argument != column.argument):
        pairs = _pairs(column, base)
        alike = (column.kind == "layer") == (base.column.kind == "layer")
        if alike and pairs is not None and all(same(value) == same(own) for value, own in pairs):
            return base, "{}"
    return None


def _multiple(column: Column, bases: Sequence[Parameter]) -> tuple[Parameter, str] | None:
    for base in bases:
        pairs = _pairs(column, base) if _all_integers((*column.values, *base.values)) else None
        text = _factor(column, base.column, pairs) if pairs is not None else None
        if text is not None:
            return base, text
    return None


def _factor(column: Column, base: Column, pairs: Sequence[tuple[int, int]]) -> str | None:
    """How the values follow from those of another argument, if such arguments do."""
    if column.argument.endswith("padding") and base.argument.endswith("kernel_size"):
        return "({} // 2)" if all(value == own // 2 for value, own in pairs) else None
    if not (_is_width(column) and _is_width(base)):
        return None
    ratios = {divmod(value, own) if own else (0, 1) for value, own in pairs}
    if len(ratios) != 1:
        return None
    [(ratio, rest)] = ratios
    return f"({ratio} * {{}})" if rest == 0 and 1 < ratio <= _MOST else None


def _settle(base: Parameter) -> None:
    """The default of a parameter: what calls then leave out."""
    values = [value for value in base.values if value is not Missing]
    counts = Counter(map(same, values))
    [(key, count)] = counts.most_common(1)
    common = next(value for value in values if same(value) == key)
    gaps = len(base.values) - len(values)
    own = same(base.column.default) == key and 2 * count >= len(values)
    if base.column.kind == "when":
        base.default = False
    elif common is not None and (gaps or own or (3 * count > 2 * len(values))):
        base.default = common
    if gaps and base.default is None:
        base.values = [common if value is Missing else value for value in base.values]
