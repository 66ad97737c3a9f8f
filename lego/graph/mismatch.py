"""Inputs that do not agree: what each is, where it comes from, and what would make them agree."""

from __future__ import annotations

from collections.abc import Sequence

from lego.diagnostics import Note, Problem
from lego.graph.builder import Builder, Read
from lego.graph.frame import Port
from lego.graph.provenance import born, produced_by
from lego.shapes import Dim, Shape, explain_difference, shape_multiple, with_multiples

_CODES = frozenset(("shape-mismatch", "rank-mismatch", "dtype-mismatch"))


def with_evidence(
    problem: Problem, builder: Builder, reads: Sequence[Read | None], labels: Sequence[str], inputs: Sequence[Port]
) -> Problem:
    """The problem of a layer's inputs, with each input's shape and origin, and what to declare instead."""
    if problem.code not in _CODES:
        return problem
    filled = [(label, read) for label, read in zip(labels, reads, strict=False) if read is not None]
    axis = _first_difference([read.type.shape for _, read in filled]) if len(filled) > 1 else None
    notes = [_note(label, read, builder, axis) for label, read in filled]
    kept = [note for note in problem.notes if note.label not in labels] if len(filled) > 1 else list(problem.notes)
    if len(filled) == 1 and any(note.label == "input" for note in kept):
        notes = []
    if axis is not None:
        kept.extend(_witness([read.type.shape for _, read in filled], axis))
    shapes = [read.type.shape for _, read in filled]
    help = _project(filled) or _declare(shapes, inputs) or problem.help
    return Problem(problem.code, str(problem), notes=[*notes, *kept], help=help)


def _project(filled: Sequence[tuple[str, Read]]) -> str | None:
    """What makes the sides of a skip agree: a projection of its shortcut, with the stride that the graph has."""
    if [label for label, _ in filled] != ["shortcut", "graph"]:
        return None
    short, deep = (read.type.shape for _, read in filled)
    if len(short) != len(deep) or len(short) < 2 or short[0] != deep[0]:
        return None
    if len(short) <= 3 and short[:-1] == deep[:-1]:
        return f"project the shortcut: `shortcut: {{Linear: {deep[-1]}}}`"
    strides = {_stride(wide, narrow) for wide, narrow in zip(short[2:], deep[2:], strict=True)}
    if not 3 <= len(short) <= 5 or len(strides) != 1 or None in strides:
        return None
    stride = "" if strides == {1} else f", stride: {strides.pop()}"
    projection = f"{{Conv{len(short) - 2}d: {{out_channels: {deep[1]}, kernel_size: 1{stride}}}}}"
    return f"project the shortcut: `shortcut: [{projection}]`"


def _stride(wide: int | Dim, narrow: int | Dim) -> int | None:
    """The stride that makes one size of the other, if a small one does."""
    return next((stride for stride in (1, 2, 3, 4, 8, 16) if (wide - 1) // stride + 1 == narrow), None)


def _note(label: str, read: Read, builder: Builder, axis: int | None) -> Note:
    origin = produced_by(builder, read.ref)
    remark = f"from {origin}" if origin.span is not None else str(origin)
    shape = read.type.shape
    if axis is not None and axis < len(shape):
        made = born(builder, read, axis)
        if made is not None and made != origin:
            remark += f"; {shape[axis]} since {made}"
    return Note(label, str(read.type), remark)


def _first_difference(shapes: Sequence[Shape]) -> int | None:
    """The first axis on which equally long shapes differ."""
    if len({len(shape) for shape in shapes}) != 1:
        return None
    return next((axis for axis, sizes in enumerate(zip(*shapes, strict=True)) if len(set(sizes)) > 1), None)


def _witness(shapes: Sequence[Shape], axis: int) -> list[Note]:
    """Values of the symbols for which two sizes differ, where symbols are involved."""
    first = shapes[0][axis]
    other = next(shape[axis] for shape in shapes if shape[axis] != first)
    text = explain_difference(first, other)
    return [Note("differ", text)] if text else []


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
