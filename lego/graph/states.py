"""The states of a recurrent: how they are declared, how they start, and what fits them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lego.catalogue import needs_integer, open_symbols, show
from lego.diagnostics import Note, Problem
from lego.graph.blocks import declared_type
from lego.graph.builder import Builder, Read, Unknown
from lego.graph.composites import done
from lego.graph.context import Bound, Context, Place
from lego.graph.frame import Carried, Ref
from lego.graph.mismatch import not_as_declared
from lego.graph.scope import Names, value_of
from lego.shapes import TensorType
from lego.spec import Argument, Node, State, Use


def check_fits(builder: Builder, state: State, declared: TensorType, label: str, read: Read) -> None:
    """Refuse a value that is not of the type that a state is declared with."""
    found = read.type
    if (found.shape, found.dtype) != (declared.shape, declared.dtype):
        raise not_as_declared(builder, state, declared, label, read)
    within, values = declared.range, found.range
    if within and values and not (within[0] <= values[0] and values[1] <= within[1]):
        notes = [Note("declared", f"from {within[0]} up to {within[1]}, without it")]
        notes += [Note(label, f"from {values[0]} up to {values[1]}, without it")]
        help = f"declare `range: [{min(within[0], values[0])}, {max(within[1], values[1])}]`"
        raise Problem("bad-value", f"the state `{state.name}` leaves its range", notes=notes, help=help)


def declared_state(context: Context, state: State, names: Names, path: str) -> Carried | None:
    """A state as declared; None where it is wrong, which is told."""
    try:
        type = declared_type(context, state, names, path)
        with context.at(state.span, path):
            context.check_size(type.shape)
        if state.start == "learned" and type.dtype != "float32":
            with context.at(state.span, path):
                message = f"a learned start is float32, and the state `{state.name}` is {type.dtype}"
                raise Problem("dtype-mismatch", message, help="start it with `zeros`, `ones`, or a node outside")
        return Carried(state.name, type, "zeros", _delay(context, state, names, path))
    except Unknown:
        return None


def _delay(context: Context, state: State, names: Names, path: str) -> int:
    if state.delay is None:
        return 1
    with context.at(state.delay.span, path):
        delay = value_of(state.delay.value, names)
        if open_symbols(delay):
            raise needs_integer("delay", delay, open_symbols(delay))
        if not isinstance(delay, int) or isinstance(delay, bool) or delay < 1:
            help = "1 is the step before, 2 the one before that"
            raise Problem("bad-value", f"delay must be an integer of at least 1, found {show(delay)}", help=help)
        if delay > context.limits.items:
            raise context.limits.exceeded(
                "items", f"a delay of {delay:,} keeps more than {context.limits.items:,} values"
            )
    return delay


def learned_starts(
    context: Context, place: Place, node: Node, states: Sequence[tuple[State, Carried]], name: str
) -> dict[str, Read]:
    """Learned starts by state: parameters in a frame of their own; along a dim that is a symbol, all get the same."""
    inner = Builder("initial", place.builder.join(name), place.builder, level=context.deeper(place.builder))
    within = place.inside(inner)
    outputs: list[tuple[str, Ref]] = []
    for state, carried in states:
        sizes = [size if isinstance(size, int) else 1 for size in carried.type.shape]
        value = context.instance(within, _shaped(state, state.name, "Parameter", sizes), state.name, Bound())
        outputs.append((state.name, value.first.ref))
    made = context.enclose(place, node, name, inner, [], lambda: done(inner, place, outputs, "list"))
    found: dict[str, Read] = {}
    for (state, carried), read in zip(states, made.reads, strict=True):
        if read.type.shape != carried.type.shape:
            wide = _shaped(state, f"{name}_{state.name}", "Expand", list(carried.type.shape))
            read = context.instance(place, wide, wide.name, Bound((read,))).first
        found[state.name] = read
    return found


def _shaped(state: State, name: str, layer: str, sizes: list[Any]) -> Node:
    use = Use(name=layer, arguments={"shape": Argument(sizes, state.span)}, span=state.span)
    return Node(name=name, what=use, span=state.span)
