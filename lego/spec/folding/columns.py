"""What differs between blocks that are variants of one, argument by argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from lego.spec.folding.values import Missing
from lego.spec.folding.wires import Place

Kind = Literal["argument", "size", "layer", "when", "repeat", "each"]


class Unlike(Exception):
    """The blocks are no variants of one."""


class Hole(NamedTuple):
    """Stands in a graph for the values of a column."""

    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """What one argument is in each of the blocks.

    Attributes:
        place: The node that has it.
        argument: Its name; empty for what is none.
        values: One for each block; `Missing` where the node is left out.
        default: What the layer or block takes it for where it is not given; `Missing` where it must be.
        kind: An argument, a number in a list of them, the layer itself, whether the node is there, or how often.
        use: The layer or block of a node that is there or not, if it is one.
    """

    place: Place
    argument: str
    values: tuple[Any, ...]
    default: Any = Missing
    kind: Kind = "argument"
    use: str = ""
