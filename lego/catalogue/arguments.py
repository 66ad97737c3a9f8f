"""Types of layer arguments: what each accepts, and how it says so when it does not.

An argument is declared as a Pydantic field of one of these types:

    out_channels: Positive = argument(help="number of filters")
    in_channels: Inferred[Positive] = inferred("channels of the input")

`Expected` is the phrase that a diagnostic completes: "stride must be *a positive integer or a list of 2*".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from annotated_types import Ge, Gt, Interval, MinLen
from pydantic import BeforeValidator, Field, InstanceOf, Strict

from lego.shapes import Dim
from lego.shapes import DType as DTypeName

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Expected:
    """Marks a type with the phrase that says what it accepts."""

    phrase: str


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks what a field is for: `inferred` from the input, a `shape` written like an input's, a `size` of one dim."""

    kind: Literal["inferred", "shape", "size"]


@dataclass(frozen=True, slots=True)
class LayerOf:
    """Marks an argument that is itself a layer, or has arguments as one does, of one of these kinds; it is written as a
    node is.
    """

    kinds: tuple[type[Any], ...]


@dataclass(frozen=True, slots=True)
class PartOf:
    """Marks an argument that has arguments of its own: it is a mapping of them, or the primary one alone."""

    kind: type[Any]


INFERRED = Marker("inferred")
SHAPE = Marker("shape")
SIZE = Marker("size")

Integer = Annotated[int, Strict(), Expected("an integer")]
Positive = Annotated[int, Strict(), Gt(0), Expected("a positive integer")]
Natural = Annotated[int, Strict(), Ge(0), Expected("an integer of at least 0")]
Flag = Annotated[bool, Strict(), Expected("true or false")]
Text = Annotated[str, Strict(), Expected("a text")]
DType = Annotated[DTypeName, Expected("the name of a dtype, such as float32 or int64")]


def _no_flag(value: Any) -> Any:
    """Python counts booleans among the numbers; a spec does not."""
    if isinstance(value, bool):
        raise ValueError("a boolean is not a number")
    return value


Real = Annotated[float, Strict(), BeforeValidator(_no_flag), Expected("a number")]
PositiveReal = Annotated[float, Strict(), Gt(0), BeforeValidator(_no_flag), Expected("a number above 0")]
NonNegative = Annotated[float, Strict(), Ge(0), BeforeValidator(_no_flag), Expected("a number of at least 0")]
Probability = Annotated[
    float, Strict(), Interval(ge=0, le=1), BeforeValidator(_no_flag), Expected("a probability between 0 and 1")
]
Number = Annotated[
    Annotated[int, Strict()] | Annotated[float, Strict()], BeforeValidator(_no_flag), Expected("a number")
]
Integers = Annotated[tuple[Integer, ...], Expected("a list of integers")]
Axes = Annotated[
    Integer | Annotated[tuple[Integer, ...], MinLen(1)], Expected("an integer or a list of at least one integer")
]
"""One dim or several; to torch an empty list means now none of them, now all."""

Single = Annotated[Positive | tuple[Positive], Expected("a positive integer")]
Pair = Annotated[Positive | tuple[Positive, Positive], Expected("a positive integer or a list of 2")]
Triple = Annotated[Positive | tuple[Positive, Positive, Positive], Expected("a positive integer or a list of 3")]
NaturalSingle = Annotated[Natural | tuple[Natural], Expected("an integer of at least 0")]
NaturalPair = Annotated[Natural | tuple[Natural, Natural], Expected("an integer of at least 0 or a list of 2")]
NaturalTriple = Annotated[
    Natural | tuple[Natural, Natural, Natural], Expected("an integer of at least 0 or a list of 3")
]

Size = Integer | InstanceOf[Dim]
ShapeOf = Annotated[tuple[Size, ...], SHAPE, Expected("a shape, such as [N, 64, -1]")]
"""A shape argument: integers, and expressions over the symbols in scope."""

Inferred = Annotated[T | None, INFERRED]
"""An argument that the input decides; given, it is checked."""


def argument(default: Any = ..., help: str = "") -> Any:
    """A field for an argument: torch's default (none: required) and what the argument means."""
    return Field(default, description=help)


def inferred(help: str) -> Any:
    """A field for an argument that the input decides."""
    return Field(None, description=help)
