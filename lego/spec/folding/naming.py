"""Names for parameters: the argument's own, or node and argument."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, count

from lego.catalogue import find_layer
from lego.diagnostics import Problem
from lego.spec.folding.align import family_of
from lego.spec.folding.columns import Column
from lego.spec.folding.values import Missing
from lego.spec.names import check_parameter_name

_SHORT = {"activation": "act", "normalization": "norm"}
"""What a layer is called that a parameter holds, by its family."""

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_OF_KIND = {"argument": "", "size": "", "layer": "layer", "when": "", "repeat": "depth", "each": "items"}


def parameter_names(columns: Sequence[Column]) -> list[str]:
    """A name for the parameter of each column: short where only one wants it."""
    wanted = [_short(column) for column in columns]
    counts = Counter(wanted)
    taken: set[str] = set()
    names: list[str] = []
    for column, name in zip(columns, wanted, strict=True):
        choices = [name] if name and counts[name] == 1 else []
        names.append(next(choice for choice in chain(choices, _longer(column)) if _is_free(choice, taken)))
        taken.add(names[-1])
    return names


def _is_free(name: str, taken: set[str]) -> bool:
    try:
        check_parameter_name(name)
    except Problem:
        return False
    return name not in taken


def _short(column: Column) -> str:
    if column.kind == "when":
        name = column.place[-1]
        return f"with_{_of_use(column.use)}" if name.isdigit() else name
    if column.kind == "layer":
        return _SHORT.get(_family(column), column.place[-1])
    return column.argument if len(column.argument) > 1 else _OF_KIND[column.kind]


def _of_use(name: str) -> str:
    """What a layer or block is called among others: `act`, `squeeze_excitation`."""
    layer = find_layer(name) if name != "$" else None
    family = _SHORT.get(family_of(layer), "") if name != "$" else "act"
    return family or _CAPITAL.sub("_", name).lower().strip("_")


def _family(column: Column) -> str:
    """The family of the layers of a column, identities aside."""
    values = [value for value in column.values if value is not Missing]
    families = {family_of(find_layer(value if isinstance(value, str) else next(iter(value)))) for value in values}
    return next(iter(sorted(families - {"Identity", ""})), "")


def _longer(column: Column) -> Iterator[str]:
    """Node and argument, then the same with numbers."""
    node = "_".join(column.place)
    argument = column.argument or (_short(column) if column.kind == "layer" else _OF_KIND[column.kind])
    parts = [part for part in (node, argument) if part]
    if node[:1].isdigit():
        parts = [argument or "with", node]
    name = re.sub(r"\W", "_", "_".join(parts))
    yield name
    yield from (f"{name}_{number}" for number in count(2))
