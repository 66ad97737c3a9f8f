"""Which value goes into which input of a layer or block."""

from __future__ import annotations

from collections.abc import Sequence

from lego.catalogue import Slot, Variadic
from lego.diagnostics import Note, Problem, Span, did_you_mean
from lego.graph.builder import Read
from lego.graph.context import Bound


def bind_slots(kind: str, slots: Sequence[Slot] | Variadic, bound: Bound) -> tuple[Read | None, ...]:
    """The value of each slot.

    Raises:
        Problem: `missing-argument` for a required slot that stays empty, `unknown-argument` for a value without one.
    """
    if isinstance(slots, Variadic):
        return _variadic(kind, slots, bound)
    if len(slots) == 1 and len(bound.positional) == 1:
        return bound.positional
    if not slots and bound.written is None:
        return ()
    values = dict(zip((slot.name for slot in slots), bound.positional, strict=False))
    if len(bound.positional) > len(slots):
        raise _too_many(kind, [slot.name for slot in slots], len(bound.positional))
    _add_named(kind, values, [slot.name for slot in slots], bound)
    missing = [slot.name for slot in slots if slot.name not in values and not slot.optional]
    if missing:
        raise _missing(kind, missing, [slot.name for slot in slots])
    return tuple(values.get(slot.name) for slot in slots)


def _variadic(kind: str, slots: Variadic, bound: Bound) -> tuple[Read, ...]:
    if bound.slots:
        message = f"{kind} takes its inputs in order, not by name"
        raise Problem("unknown-argument", message, help="write `from: [a, b]`")
    if len(bound.positional) < slots.least:
        raise _missing_second(kind, len(bound.positional))
    return bound.positional


def _missing_second(kind: str, found: int) -> Problem:
    message = f"{kind} needs two or more inputs, and reads {found or 'none'}"
    return Problem("missing-argument", message, help=f"say which: `{{{kind}: …, from: [a, b]}}`")


def _too_many(kind: str, names: list[str], found: int) -> Problem:
    takes = f"{len(names)} input{'s' if len(names) != 1 else ''}" if names else "no input"
    notes = [Note("takes", ", ".join(names))] if len(names) > 1 else []
    help = "join them first, with Concat or Add, say" if names else "leave `from` out"
    return Problem("unknown-argument", f"{kind} takes {takes}, found {found}", notes=notes, help=help)


def place_of(problem: Problem, slots: Sequence[Slot] | Variadic, bound: Bound) -> Span | None:
    """Where a problem of `bind_slots` stands: on the name of the slot, on `from`, or (None) on the node."""
    if problem.code != "unknown-argument" or bound.written is None:
        return None
    names = [slot.name for slot in slots] if not isinstance(slots, Variadic) else []
    spans = bound.written.spans.items()
    return next((span for name, span in spans if name not in names), bound.written.span)


def _add_named(kind: str, values: dict[str, Read], names: list[str], bound: Bound) -> None:
    for name, read in (bound.slots or {}).items():
        if name not in names:
            help = did_you_mean(name, names) or f"its inputs are: {', '.join(names) or 'none'}"
            raise Problem("unknown-argument", f"{kind} has no input `{name}`", help=help)
        values[name] = read


def _missing(kind: str, missing: list[str], names: list[str]) -> Problem:
    wanted = " and ".join(f"`{name}`" for name in missing)
    example = ", ".join(f"{name}: …" for name in names[: names.index(missing[-1]) + 1])
    help = f"name its inputs: `from: {{{example}}}`"
    if names == missing:
        help = "declare an input: `inputs: {image: [N, 3, H, W]}`, or say what it reads with `from`"
    return Problem("missing-argument", f"{kind} needs its input{'s' * (len(missing) > 1)} {wanted}", help=help)


def labels_of(slots: Sequence[Slot] | Variadic, reads: Sequence[Read | None]) -> list[str]:
    """What the inputs are called in a diagnostic: the slots; for inputs of equal standing, what they were read by."""
    if not isinstance(slots, Variadic):
        return [slot.name for slot in slots]
    names = [read.label if read is not None else "" for read in reads]
    return [name if names.count(name) == 1 else f"{name} ({index})" for index, name in enumerate(names)]
