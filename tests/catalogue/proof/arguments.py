"""Arguments of a layer, drawn from its fields: values that their types take, and now and then one just outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from lego.catalogue import INFERRED, Layer

Strategy = st.SearchStrategy[Any]
REALS = (-1.0, -0.5, 0.0, 0.1, 0.5, 1.0, 1.5, 2.0)


class Kind(NamedTuple):
    """Values that a type takes, and values that it does not, though torch might."""

    inside: Strategy
    outside: Strategy = st.nothing()


def chance(draw: st.DrawFn, one_in: int) -> bool:
    return draw(st.integers(1, one_in)) == one_in


def kind_of(annotation: Any, marks: Iterable[Any] = ()) -> Kind:
    """The values of a type and of the marks around it."""
    origin, members = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind_of(members[0], [*marks, *members[1:]])
    if origin in (Union, UnionType):
        return Kind(*map(st.one_of, zip(*map(kind_of, members), strict=True)))
    if origin is tuple:
        return _tuple(members)
    if origin is Literal:
        return Kind(st.sampled_from(members), st.just("other"))
    return _plain(annotation, list(_bounds(marks)))


def _plain(annotation: Any, bounds: list[Any]) -> Kind:
    if annotation is bool:
        return Kind(st.booleans())
    if annotation is NoneType:
        return Kind(st.none())
    if annotation is int:
        low = max(
            (bound.gt + 1 if isinstance(bound, Gt) else bound.ge for bound in bounds if isinstance(bound, Gt | Ge)),
            default=None,
        )
        high = min(
            (bound.lt - 1 if isinstance(bound, Lt) else bound.le for bound in bounds if isinstance(bound, Lt | Le)),
            default=None,
        )
        return _integers(low, high)
    if annotation is float:
        taken = [value for value in REALS if all(_within(value, bound) for bound in bounds)]
        left = [value for value in REALS if value not in taken]
        return Kind(st.sampled_from(taken), st.sampled_from(left) if left else st.nothing())
    return Kind(st.nothing())


def _integers(low: int | None, high: int | None) -> Kind:
    """A few numbers from the least one on, and the two below it."""
    least = -3 if low is None else low
    most = max(low or 0, 1) + 3 if high is None else min(high, least + 7)
    return Kind(st.integers(least, most), st.nothing() if low is None else st.integers(low - 2, low - 1))


def _tuple(members: tuple[Any, ...]) -> Kind:
    if members[-1] is Ellipsis:
        inside, outside = kind_of(members[0])
        items = [st.lists(inside, min_size=count, max_size=count).map(tuple) for count in (1, 2, 3, 4, 6)]
        return Kind(st.one_of(items), st.tuples(inside, outside))
    inside = [kind_of(member).inside for member in members]
    return Kind(st.tuples(*inside), st.tuples(*inside, inside[0]))


def _bounds(marks: Iterable[Any]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, Gt | Ge | Lt | Le):
            yield mark
        elif isinstance(mark, GroupedMetadata):
            yield from mark


def _within(value: float, bound: Any) -> bool:
    match bound:
        case Gt(gt):
            return value > gt
        case Ge(ge):
            return value >= ge
        case Lt(lt):
            return value < lt
        case _:
            return value <= bound.le


@cache
def field_kind(layer: type[Layer], name: str) -> Kind:
    info: FieldInfo = layer.model_fields[name]
    return kind_of(info.annotation, info.metadata)


def draw_arguments(draw: st.DrawFn, layer: type[Layer], known: Mapping[str, Strategy]) -> dict[str, Any]:
    """Some of the arguments of a layer: those that it needs, others by chance; what the input decides, hardly ever.

    Args:
        draw: Hypothesis' own.
        layer: Whose they are.
        known: Strategies in place of those from the field.
    """
    fields = layer.model_fields
    loose = [name for name in fields if not field_kind(layer, name).outside.is_empty]
    spoilt = draw(st.sampled_from(loose)) if loose and chance(draw, 8) else None
    free = known if layer.model_config.get("extra") == "allow" else {}
    found: dict[str, Any] = {}
    for name in free.keys() - fields.keys():
        _set(found, name, draw(known[name]))
    for name, info in fields.items():
        if name == spoilt:
            found[name] = draw(field_kind(layer, name).outside)
        elif name in known:
            _set(found, name, draw(known[name]))
        elif field_kind(layer, name).inside.is_empty:
            continue
        elif info.is_required() or chance(draw, 24 if INFERRED in info.metadata else 2):
            _set(found, name, draw(field_kind(layer, name).inside))
    return found


def _set(found: dict[str, Any], name: str, value: Any) -> None:
    """None stands for an argument that is left out."""
    if value is not None:
        found[name] = value
