"""Shapes, and the type of what flows along an edge."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, get_args

from lego.shapes.dim import Size
from lego.shapes.substitute import symbols


class Shape(tuple[Size, ...]):
    """The dims of a tensor. A slice of it is an ordinary tuple."""

    __slots__ = ()

    @property
    def numel(self) -> Size:
        """Number of elements."""
        product: Size = 1
        for size in self:
            product = product * size
        return product

    @property
    def symbols(self) -> frozenset[str]:
        """The names that its dims depend on."""
        return frozenset[str]().union(*map(symbols, self))

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self))}]"

    def __repr__(self) -> str:
        return f"Shape({self})"


DType: TypeAlias = Literal[
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "bool",
]

DTYPES: tuple[str, ...] = get_args(DType)
"""The dtypes by torch's names; `float32` stands for the floating dtype of the module."""

_FLOATING = frozenset(("float16", "bfloat16", "float32", "float64"))
_INTEGER = frozenset(("uint8", "int8", "int16", "int32", "int64"))


def is_floating(dtype: str) -> bool:
    """Whether a dtype holds real numbers."""
    return dtype in _FLOATING


def is_integer(dtype: str) -> bool:
    """Whether a dtype holds integers; booleans are none."""
    return dtype in _INTEGER


class TensorType(NamedTuple):
    """What is known of a tensor before anything runs.

    Attributes:
        shape: Its dims.
        dtype: One of `DTYPES`.
        range: Of integers, the least value and the first that is too large, where that was declared.
    """

    shape: Shape
    dtype: str = "float32"
    range: tuple[int, int] | None = None

    def __str__(self) -> str:
        return str(self.shape) if self.dtype == "float32" else f"{self.shape} {self.dtype}"
