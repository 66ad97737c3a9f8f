"""What is written as a name with arguments: a layer, an optimiser, a schedule. Fields are the arguments.

An instance is one validated set of arguments; it is immutable.
"""

# No `from __future__ import annotations` here: Pydantic would evaluate the text of each again for every layer.
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from lego.catalogue.arguments import INFERRED, SHAPE, SIZE, Expected


class Described(BaseModel):
    """The base of all that has a name and arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True)

    @classmethod
    @cache
    def primary(cls) -> str | None:
        """The argument that a lone value sets (`Linear: 10`)."""
        fields = cls.model_fields
        required = [name for name, info in fields.items() if info.is_required()]
        given = [name for name, info in fields.items() if INFERRED in info.metadata]
        return next(iter([*required, *given, *fields]), None)

    @classmethod
    @cache
    def shape_arguments(cls) -> frozenset[str]:
        """The arguments that are written like the shape of an input."""
        return frozenset(name for name, info in cls.model_fields.items() if SHAPE in marks(info))

    @classmethod
    @cache
    def symbolic_arguments(cls) -> frozenset[str]:
        """The arguments that may depend on symbols: shapes, and sizes such as the end of a slice."""
        sizes = (name for name, info in cls.model_fields.items() if SIZE in marks(info))
        return cls.shape_arguments().union(sizes)


def expected(info: FieldInfo) -> str:
    """The phrase that says what a field accepts."""
    return next((mark.phrase for mark in marks(info) if isinstance(mark, Expected)), "of another kind")


def marks(info: FieldInfo) -> list[Any]:
    """The metadata of a field, that of the members of `X | None` included."""
    marks: list[Any] = [*info.metadata]
    for member in getattr(info.annotation, "__args__", ()):
        marks.extend(getattr(member, "__metadata__", ()))
    return marks
