"""Inputs that do not fit: what each is, where it comes from, and what would make them fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lego.catalogue import Layer, Variadic, slot_names
from lego.diagnostics import Note, Problem
from lego.graph.builder import Builder, Read
from lego.graph.frame import Frame, Port
from lego.graph.provenance import born, origin_of
from lego.graph.slots import labels_of
from lego.shapes import Dim, Shape, TensorType, explain_difference, shape_multiple, with_multiples
from lego.spec import State

_CODES = frozenset(("shape-mismatch", "rank-mismatch", "dtype-mismatch", "unresolved-dim"))


def with_evidence(
    problem: Problem, layer: Layer, builder: Builder, reads: Sequence[Read | None], inputs: Sequence[Port]
) -> Problem:
    """The problem of a layer's inputs, with each input's type and origin, and what to write instead."""
    if problem.code not in _CODES:
        return problem
    labels = labels_of(layer.slots, reads)
    filled = [(label, read) for label, read in zip(labels, reads, strict=False) if read is not None]
    shapes = [read.type.shape for _, read in filled]
    compared = problem.code == "shape-mismatch" and layer.alike
    axis = _difference(shapes, layer, problem.message) if compared else None
    notes = [_note(label, read, builder, axis, problem.code) for label, read in filled]
    own = {*labels, *slot_names(layer, len(reads))}
    notes += [note for note in problem.notes if note.label not in own]
    if axis is not None:
        notes += _witness(shapes, axis, notes)
    if problem.code == "unresolved-dim" and filled:
        help = _resolve(builder, filled) or problem.help
    else:
        help = _project(filled) or (_declare(shapes, inputs) if layer.alike else None) or problem.help
    return Problem(problem.code, problem.message, notes=notes, help=help)


def not_as_declared(builder: Builder, state: State, declared: TensorType, label: str, read: Read) -> Problem:
    """The problem of a value that is not of the type that a state was declared with."""
    found = read.type
    of_dtype = found.shape == declared.shape
    code = "dtype-mismatch" if of_dtype else "shape-mismatch"
    if len(declared.shape) != len(found.shape):
        code = "rank-mismatch"
    axis = None
    if code == "shape-mismatch":
        pairs = enumerate(zip(declared.shape, found.shape, strict=True))
        axis = next(axis for axis, (wanted, size) in pairs if wanted != size)
    text = f"{declared.shape} {declared.dtype}" if of_dtype else str(declared)
    notes = [Note("declared", text, f"line {state.span.line}"), _note(label, read, builder, axis, code)]
    if axis is not None:
        notes += _witness([declared.shape, found.shape], axis, notes)
    help = f"declare it as {found.shape}, or bring the value to {declared.shape}"
    if of_dtype:
        help = f"convert it: `Cast: {declared.dtype}`"
    return Problem(code, f"the state `{state.name}` is not as declared", notes=notes, help=help)


# -- evidence ----------------------------------------------------------------------------------------------------------


def _note(label: str, read: Read, builder: Builder, axis: int | None, code: str) -> Note:
    origin = origin_of(builder, read)
    remark = f"from {origin}" if origin.span is not None else str(origin)
    shape = read.type.shape
    if axis is not None and axis < len(shape):
        made = born(builder, read, axis)
        if made is not None and made != origin:
            remark += f"; {shape[axis]} since {made}"
    return Note(label, f"{shape} {read.type.dtype}" if code == "dtype-mismatch" else str(read.type), remark)


def _difference(shapes: Sequence[Shape], layer: Layer, message: str) -> int | None:
    """The axis on which equally long shapes differ: the one of which the message speaks, or the first.

    Inputs of equal standing may differ where they are joined.
    """
    if len(shapes) < 2 or len({len(shape) for shape in shapes}) != 1:
        return None
    dim = vars(layer).get("dim") if isinstance(layer.slots, Variadic) else None
    joined = dim % len(shapes[0]) if isinstance(dim, int) and shapes[0] else None
    axes = [axis for axis, sizes in enumerate(zip(*shapes, strict=True)) if len(set(sizes)) > 1 and axis != joined]
    told = (axis for axis in axes if f" {shapes[0][axis]} ≠ {shapes[1][axis]}" in message)
    return next(told, axes[0] if axes else None)


def _witness(shapes: Sequence[Shape], axis: int, notes: Sequence[Note]) -> Iterator[Note]:
    """Values of the symbols for which two sizes differ, where symbols are involved, and nothing has said so."""
    first = shapes[0][axis]
    other = next(shape[axis] for shape in shapes if shape[axis] != first)
    text = explain_difference(first, other)
    if text and not any(text in (note.text, note.remark) for note in notes):
        yield Note("differ", text)


# -- advice ------------------------------------------------------------------------------------------------------------


def _project(filled: Sequence[tuple[str, Read]]) -> str | None:
    """What makes the sides of a skip agree: a projection of its shortcut, with the stride that the graph has."""
    if [label for label, _ in filled] != ["shortcut", "graph"]:
        return None
    short, deep = (read.type.shape for _, read in filled)
    if len(short) != len(deep) or len(short) < 2 or short[0] != deep[0]:
        return None
    if len(short) <= 3 and short[:-1] == deep[:-1]:
        return f"project the shortcut: shortcut: {{Linear: {deep[-1]}}}" if isinstance(deep[-1], int) else None
    strides = {_stride(wide, narrow) for wide, narrow in zip(short[2:], deep[2:], strict=True)}
    if not 3 <= len(short) <= 5 or len(strides) != 1 or None in strides:
        return None
    stride = "" if strides == {1} else f", stride: {strides.pop()}"
    projection = f"{{Conv{len(short) - 2}d: {{out_channels: {deep[1]}, kernel_size: 1{stride}}}}}"
    return f"project the shortcut: shortcut: [{projection}]"


def _stride(wide: int | Dim, narrow: int | Dim) -> int | None:
    """The stride that makes one size of the other, if a small one does."""
    return next((stride for stride in (1, 2, 3, 4, 8, 16) if (wide - 1) // stride + 1 == narrow), None)


def _declare(shapes: Sequence[Shape], inputs: Sequence[Port]) -> str | None:
    """The declaration of an input under which the sizes would agree: `image: [N, 3, 16*h, 16*w]`."""
    if len(shapes) < 2 or len({len(shape) for shape in shapes}) != 1:
        return None
    multiples: dict[str, int] = {}
    for other in shapes[1:]:
        pairs = [pair for pair in zip(shapes[0], other, strict=True) if any(isinstance(size, Dim) for size in pair)]
        found = shape_multiple([left for left, _ in pairs], [right for _, right in pairs])
        for symbol, multiple in (found or {}).items():
            multiples[symbol] = max(multiple, multiples.get(symbol, 1))
    declared = [port for port in inputs if port.type.shape.symbols & multiples.keys()]
    if not declared:
        return None
    return f"declare the input as `{declared[0].name}: {with_multiples(declared[0].type.shape, multiples)}`"


def _resolve(builder: Builder, filled: Sequence[tuple[str, Read]]) -> str | None:
    """The layers that make the size known which a layer after convolutions needs: a pooling, before any Flatten."""
    _, read = filled[0]
    shape, before = read.type.shape, "this layer"
    if len(shape) == 2 and read.ref.call >= 0:
        call = builder.calls[read.ref.call]
        source = call.inputs[0] if call.inputs and not isinstance(call.body, Frame) else None
        if type(call.body).__name__ != "Flatten" or source is None:
            return None
        shape, before = builder.type_of(source).shape, f"`{call.name}`"
    if not 4 <= len(shape) <= 5 or not isinstance(shape[1], int):
        return None
    symbols = sorted({name for size in shape[2:] for name in Shape([size]).symbols})
    which = " and ".join(f"`{name}`" for name in symbols)
    layers = f"`{{AdaptiveAvgPool{len(shape) - 2}d: 1}}`" + (" and `Flatten`" if before == "this layer" else "")
    return f"give {which} numbers in the inputs, or put {layers} before {before}"
