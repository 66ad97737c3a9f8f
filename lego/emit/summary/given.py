"""Sizes of inputs that the caller gives, against those that the document declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lego.diagnostics import Note, Problem, did_you_mean
from lego.graph import Graph
from lego.shapes import Binding, Dim, Shape, Size, bind, less, substitute
from lego.spec import evaluate_dim


def bind_input(
    graph: Graph, name: str, sizes: Sequence[int | str], bound: Mapping[str, Binding] | None = None
) -> dict[str, Binding]:
    """The symbols of one input that has these sizes, beside those that are `bound` already.

    Args:
        graph: The checked graph.
        name: The input.
        sizes: Integers; a text is an expression over symbols that stay free, such as `N`.
        bound: What other inputs have bound.

    Raises:
        Problem: `unknown-name`, `bad-value`, or what `lego.shapes.bind` says of sizes that do not fit.
    """
    if name not in graph.inputs:
        help = did_you_mean(name, graph.inputs) or f"its inputs are: {', '.join(graph.inputs) or 'none'}"
        raise Problem("unknown-name", f"there is no input `{name}`", help=help)
    return bind(graph.inputs[name].shape, Shape(_size(name, size) for size in sizes), bound, name)


def check_requirements(graph: Graph, values: Mapping[str, Size]) -> None:
    """Refuse sizes for which some layer has nothing left to work on.

    Raises:
        Problem: `shape-mismatch`, with what the net asks of its symbols.
    """
    for size in sorted(graph.root.requires, key=str):
        found = substitute(size, values)
        if less(found, 1) is True:
            given = ", ".join(f"{name} = {value}" for name, value in values.items())
            least = ", ".join(f"{name} ≥ {value}" for name, value in graph.requires.items())
            notes = [Note("given", given), *([Note("needed", least)] if least else [])]
            message = f"the input is too small: a size inside, {size}, would be {found}"
            raise Problem("shape-mismatch", message, notes=notes, help="give larger sizes")


def _size(name: str, size: object) -> Size:
    found = evaluate_dim(size) if isinstance(size, str) else size
    if isinstance(found, bool) or not isinstance(found, int | Dim) or less(found, 1) is True:
        raise Problem("bad-value", f"a size of {name} must be an integer of at least 1, found {found}")
    return found
