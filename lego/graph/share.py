"""`share`: when a module can run again on another input."""

from __future__ import annotations

from collections.abc import Callable

from lego.catalogue import Applied, Layer, opened, show
from lego.diagnostics import Problem
from lego.graph.builder import Builder, Unknown
from lego.graph.context import Bound
from lego.graph.frame import Frame
from lego.graph.slots import bind_slots


def nothing_to_share(builder: Builder, name: str) -> Problem:
    """The problem of a name without a module: an input, or a node that is left out.

    Raises:
        Unknown: because of an earlier error.
    """
    around: Builder | None = builder
    while around is not None and name not in around.values:
        around = around.parent
    value = around.values[name] if around is not None else None
    if value is None:
        raise Unknown
    if value.left_out:
        help = "give both the same `when`"
        return Problem("unknown-name", f"`{name}` is left out here: its `when` is false", help=help)
    return Problem("bad-value", f"`{name}` is an input, and has no module to share", help="share names a node")


def check_shared(original: Layer, name: str, bound: Bound, apply: Callable[..., Applied]) -> None:
    """Refuse to run a layer on an input for which it would need other weights.

    Raises:
        Problem: `shape-mismatch`, with the size that decides them.
    """
    try:
        reads = bind_slots(type(original).__name__, original.slots, bound)
        applied = apply(opened(original), tuple([read and read.type for read in reads]))
    except Problem:
        return  # what is wrong is told when it is run
    for field in type(original).model_fields:
        own, other = vars(original)[field], vars(applied.layer)[field]
        if own != other:
            message = f"`{name}` has {field} {show(own)}, and this input would need {show(other)}"
            help = "a shared module has one set of weights: bring the input to the same size first"
            raise Problem("shape-mismatch", message, help=help)


def same_modules(a: Frame, b: Frame) -> bool:
    """Whether two frames run the same modules: equal layers under equal names."""
    if len(a.calls) != len(b.calls):
        return False
    return all(x.name == y.name and _same(x.body, y.body) for x, y in zip(a.calls, b.calls, strict=True))


def _same(a: Layer | Frame, b: Layer | Frame) -> bool:
    if isinstance(a, Frame) and isinstance(b, Frame):
        return same_modules(a, b)
    return isinstance(a, Layer) and isinstance(b, Layer) and a.key == b.key


def inputs_text(frame: Frame) -> str:
    """The types of a frame's declared inputs."""
    return ", ".join(str(port.type) for port in frame.ports[: frame.arity])
