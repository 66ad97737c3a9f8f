"""Arguments of any layer, drawn from its Pydantic fields with an eye on the inputs: what then fits, lego decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import ascii_lowercase
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Interval
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from lego.catalogue import INFERRED, Layer
from lego.catalogue.arguments import LayerOf
from lego.shapes import DTYPES, Dim, Shape, TensorType

Draw = st.DrawFn
Arguments = dict[str, Any]


class Expression(NamedTuple):
    """A size that the document writes as an expression over the shape of the node's first input."""

    text: str
    value: int | Dim


@st.composite
def arguments(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType] = ()) -> Arguments:
    """Arguments that have a fair chance to fit inputs of these types."""
    shape = inputs[0].shape if inputs else Shape(())
    found = _OWN[layer.__name__](draw, layer, inputs) if layer.__name__ in _OWN else {}
    optional: list[str] = []
    for name, info in layer.model_fields.items():
        if name in found or INFERRED in info.metadata or name == "rank":
            continue
        if info.is_required():
            found[name] = draw(_field(layer, name, info, shape))
        else:
            optional.append(name)
    if optional:
        for name in draw(st.lists(st.sampled_from(optional), max_size=3, unique=True)):
            found[name] = draw(_field(layer, name, layer.model_fields[name], shape))
    return {name: value for name, value in found.items() if value is not None or name in _NULL}


_NULL = ("stride",)
"""Arguments whose null may be written."""


def _field(layer: type[Layer], name: str, info: FieldInfo, shape: Shape) -> st.SearchStrategy[Any]:
    """Values of one field: by its name where that says more than its type."""
    kinds = [kind for mark in info.metadata if isinstance(mark, LayerOf) for kind in mark.kinds]
    if kinds:
        return st.sampled_from(kinds).flatmap(lambda kind: arguments(kind).map(lambda found: {kind.__name__: found}))
    if name in layer.shape_arguments():
        return _shapes(shape)
    if name in layer.symbolic_arguments():
        return _positions(shape) | _of(info.annotation, info.metadata)
    by_name = _BY_NAME.get(name)
    return by_name(shape) if by_name is not None else _of(info.annotation, info.metadata)


# -- by type -----------------------------------------------------------------------------------------------------------


def _of(annotation: Any, metadata: Sequence[Any] = ()) -> st.SearchStrategy[Any]:
    """Small values of an annotated type."""
    origin, members = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(members[0], [*metadata, *members[1:]])
    if origin is Literal:
        return st.sampled_from(members)
    if origin is tuple:
        if members[-1] is Ellipsis:
            return st.lists(_of(members[0]), min_size=1, max_size=3)
        return st.tuples(*map(_of, members)).map(list)
    if origin is Union or len(members) > 1:
        return st.one_of(*(_of(member, metadata) for member in members if member is not Any and not _is_class(member)))
    return _number(annotation, metadata)


def _is_class(member: Any) -> bool:
    """An instance of a class of ours, such as Dim, which no document writes."""
    return get_origin(member) is Annotated and get_args(member)[0] is Dim


def _number(kind: Any, metadata: Sequence[Any]) -> st.SearchStrategy[Any]:
    least = max((_least(mark) for mark in metadata), default=-2)
    if kind is type(None):
        return st.none()
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.sampled_from([value for value in (1, 2, 3, 4, 8, 0, -1, -2) if value >= least])
    if kind is float:
        return st.sampled_from([value for value in (0.5, 1.0, 0.25, 2.0, 0.0, 1.5) if value > least or value == 0.5])
    return st.nothing()


def _least(mark: Any) -> int:
    match mark:
        case Gt(gt):
            return int(gt) + 1  # pyright: ignore[reportArgumentType]
        case Ge(ge):
            return int(ge)  # pyright: ignore[reportArgumentType]
        case Interval():
            return 0
        case _:
            return -2


# -- by name -----------------------------------------------------------------------------------------------------------


def _axis(shape: Shape) -> st.SearchStrategy[Any]:
    rank = max(len(shape), 1)
    return st.integers(0, rank - 1) | st.integers(-rank, -1)


def _axes(shape: Shape) -> st.SearchStrategy[Any]:
    rank = max(len(shape), 1)
    return _axis(shape) | st.lists(st.integers(0, rank - 1), min_size=1, max_size=rank, unique=True)


def _positions(shape: Shape) -> st.SearchStrategy[Any]:
    """Places in a dim, or sizes: also the size of a dim, and less."""
    sizes = [Expression(f"$shape[{at}]", size) for at, size in enumerate(shape)]
    less = [Expression(f"$(shape[{at}] - 1)", size - 1) for at, size in enumerate(shape)]
    return st.sampled_from([0, 1, 2, -1, *sizes, *less])


def _shapes(shape: Shape) -> st.SearchStrategy[Any]:
    """A shape near that of the input: dims merged, reordered, stretched, left over; or a small one of integers."""
    sizes = list(shape)
    near = [[*sizes[:at], -1, *sizes[at + 2 :]] for at in range(len(sizes) - 1)]
    near += [[*sizes[:at], 2, *sizes[at + 1 :]] for at, size in enumerate(sizes) if size == 1]
    near += [[3, *sizes], [-1], sizes, [*sizes, 1], sizes[::-1]]
    return st.sampled_from(near) | st.lists(st.sampled_from([1, 2, 4, 8]), min_size=1, max_size=3)


def _small(*values: Any) -> Callable[[Shape], st.SearchStrategy[Any]]:
    return lambda shape: st.sampled_from(values)


_BY_NAME: dict[str, Callable[[Shape], st.SearchStrategy[Any]]] = {
    **dict.fromkeys(("dim", "dim0", "dim1", "start_dim", "end_dim"), _axis),
    "dims": _axes,
    "dtype": lambda shape: st.sampled_from(["float32", "int64", "bool", "int32", "float64"]),
    "num_embeddings": _small(12, 16, 32),
    "num_classes": _small(12, 16),
    "out_channels": _small(4, 8, 2, 6),
    "out_features": _small(8, 4, 6),
    "num_heads": _small(2, 4, 1),
    "nhead": _small(2, 4, 1),
    "kernel_size": _small(3, 2, 1),
    "dilation": _small(2, 1),
    "padding_idx": _small(0, -1, 3),
    "eps": _small(1e-3),
    "size": _small(5, 3, [4, 6], [7], [3, 4, 5]),
    "scale_factor": _small(2.0, 0.5, 1.5, [2.0, 3.0], [1.25], [2.0, 1.0, 0.5]),
    "output_ratio": _small(0.5, 0.7),
    "padding": _small(1, 2, 0, [1, 2], [1, 0, 2, 1], [1, 1, 0, 2, 1, 0], [-1, 1], "same", "valid"),
    "pad": _small([1, 2], [1, 0, 0, 2], [-1, 1], [0, 1, 1, 1, 2, 0]),
    "weight": _small([0.5] * 8, [1.0] * 4),
    "p": _small(1, 0.5, 2),
}
"""By the name of a field, where its type alone would seldom fit."""


# -- layers of their own kind ------------------------------------------------------------------------------------------


def _letters(inputs: Sequence[TensorType], at: int = 0) -> list[str]:
    return list(ascii_lowercase[: len(inputs[at].shape)]) if len(inputs) > at else []


def _pattern(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    """An einops pattern: axes reordered, merged, gone or new."""
    letters = _letters(inputs)
    right = draw(st.permutations(letters))
    extra: Arguments = {}
    if layer.__name__ == "Reduce":
        right = right[draw(st.integers(0, 1)) :]
    elif layer.__name__ == "Repeat":
        size = draw(st.sampled_from([2, "k"]))
        right = [*right, str(size)] if size == 2 else ["k", *right]
        extra = {} if size == 2 else {"k": 3}
    elif letters and draw(st.booleans()):
        cut = draw(st.sampled_from(letters))
        left = [f"({letter} z)" if letter == cut else letter for letter in letters]
        return {"pattern": f"{' '.join(left)} -> {' '.join(['z', *right])}", "z": 2}
    if len(right) > 1 and draw(st.booleans()):
        right = [f"({right[0]} {right[1]})", *right[2:]]
    return {"pattern": f"{' '.join(letters)} -> {' '.join(right)}", **extra}


def _equation(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    """One input with dims reordered or summed; or two that share some."""
    letters = _letters(inputs)
    if draw(st.booleans()):
        return {"equation": f"{''.join(letters)}->{''.join(draw(st.permutations(letters)))[draw(st.integers(0, 1)) :]}"}
    last = letters[-1:] or ["z"]
    other = draw(st.sampled_from([letters, [*last, "y"], ["x", *last], ["..."]]))
    output = [letter for letter in dict.fromkeys([*letters, *other]) if letter not in last]
    return {"equation": f"{''.join(letters)},{''.join(other)}->{''.join(output)}"}


def _permutation(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    return {"dims": draw(st.permutations(range(len(_letters(inputs)))))}


def _parts(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    """A dim of known size cut in two, or into many."""
    known = [(at, size) for at, size in enumerate(inputs[0].shape) if isinstance(size, int) and size > 1]
    at, size = draw(st.sampled_from(known or [(0, 2)]))
    return {"dim": at, "split_size": draw(st.sampled_from([[1, size - 1], size // 2, [size]]))}


def _unflattened(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    known = [(at, size) for at, size in enumerate(inputs[0].shape) if size % 2 == 0]
    at, size = draw(st.sampled_from(known or [(0, 2)]))
    return {"dim": at, "unflattened_size": draw(st.sampled_from([[2, -1], [-1, 2], [size // 2, 2]]))}


def _squeezed(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    return {"dim": draw(st.sampled_from([at for at, size in enumerate(inputs[0].shape) if size == 1] or [0]))}


def _constant(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    dtype = draw(st.sampled_from(["float32", "int64", "bool"]))
    value = {"float32": 0.5, "int64": 2, "bool": True}[dtype]
    near = list(inputs[0].shape) if inputs else []
    shape = draw(st.sampled_from([[2], [1, 4], [4, 8], [], near]))
    return {"shape": shape, "value": [value, value] if shape == [2] else value, "dtype": dtype}


def _fold(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    """The inverse of an Unfold with windows side by side, as many as there are."""
    kernel = draw(st.sampled_from([2, 1]))
    count = inputs[0].shape[-1] if inputs and inputs[0].shape else 1
    width = count if isinstance(count, int) else 1
    return {"output_size": [kernel, kernel * width], "kernel_size": kernel, "stride": kernel}


def _number_or_slot(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    """The second side of a binary operation as a number, or left to an input."""
    return draw(st.sampled_from([{}, {"broadcast": True}, {"other": 2}, {"other": 0.5}]))


def _clusters(draw: Draw, layer: type[Layer], inputs: Sequence[TensorType]) -> Arguments:
    return {"n_classes": 12, "cutoffs": draw(st.sampled_from([[4], [2, 8]])), "div_value": 2.0}


_Own = Callable[[Draw, type[Layer], Sequence[TensorType]], Arguments]
_OWN: dict[str, _Own] = {
    **dict.fromkeys(("Rearrange", "Reduce", "Repeat"), _pattern),
    **dict.fromkeys(("Less", "LessEqual", "Greater", "GreaterEqual", "Equal"), _number_or_slot),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Pow"), _number_or_slot),
    "Einsum": _equation,
    "Permute": _permutation,
    "Split": _parts,
    "Unflatten": _unflattened,
    "Squeeze": _squeezed,
    "Constant": _constant,
    "Fold": _fold,
    "AdaptiveLogSoftmaxWithLoss": _clusters,
}
"""Layers whose arguments depend on each other, or on the input, in ways that types do not tell."""

assert set(DTYPES) >= {"float32", "int64", "bool", "int32", "float64"}
