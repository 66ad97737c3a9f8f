"""What can only be seen of the whole graph, once every type is known."""

from __future__ import annotations

from collections.abc import Iterator

from lego.diagnostics import Diagnostic, Note, Problem
from lego.graph.frame import Call, Frame, Ref


def verify(root: Frame) -> list[Diagnostic]:
    """Errors that concern more than one node."""
    return list(_overwritten(root, "", set()))


def _overwritten(frame: Frame, prefix: str, seen: set[int]) -> Iterator[Diagnostic]:
    """Layers that work in place on a value which something after them reads as well."""
    if id(frame) in seen:
        return
    seen.add(id(frame))
    last: dict[Ref, int] | None = None
    for index, call in enumerate(frame.calls):
        body = call.body
        if isinstance(body, Frame):
            yield from _overwritten(body, f"{prefix}{call.name}.", seen)
        elif body.__dict__.get("inplace") is True and call.inputs[0] is not None:
            last = last or _last_readers(frame)
            if last[call.inputs[0]] > index:
                yield _problem(frame, call, last[call.inputs[0]]).at(call.node.span, f"{prefix}{call.name}")


def _last_readers(frame: Frame) -> dict[Ref, int]:
    last = {ref: index for index, call in enumerate(frame.calls) for ref in call.inputs if ref is not None}
    return last | {ref: len(frame.calls) for _, ref in frame.outputs}


def _problem(frame: Frame, call: Call, reader: int) -> Problem:
    who = f"`{frame.calls[reader].name}` reads" if reader < len(frame.calls) else "the outputs hold"
    return Problem(
        "bad-value",
        f"`{call.name}` works in place, but {who} its input after it",
        notes=[Note("inplace", "true", "the input is overwritten with the output")],
        help="leave `inplace` out",
    )
