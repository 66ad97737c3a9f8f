"""Recurrent blocks filled in: one graph that is called once a step.

The node becomes a frame that calls the frame of a step (`cell`) with a `Scan`, which says what runs along the steps.
States are declared, so the graph of a step is looked at once: what `next` gives is compared with what was declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from lego.catalogue import show
from lego.diagnostics import Note, Problem
from lego.graph.blocks import no_outputs, output_read
from lego.graph.builder import STEP, Builder, Read, Unknown, Value
from lego.graph.composites import done, merged
from lego.graph.context import Bound, Context, Place
from lego.graph.frame import Call, Carried, Frame, Ref, Scan
from lego.graph.over import Over, Size, over_of
from lego.graph.scope import Names, value_of
from lego.graph.states import check_fits, declared_state, learned_starts
from lego.shapes import Dim, Shape, TensorType
from lego.spec import Argument, Node, Output, Outputs, Recurrent, Reference, State, Use

Start = Read | Literal["zeros", "ones"]


@dataclass(slots=True)
class _Step:
    """What the graph of a step was found to be: its outputs, and what its states become."""

    frame: Frame
    lends: tuple[int, ...]
    captured: tuple[Ref, ...]
    outputs: list[tuple[str, TensorType, bool]] = field(default_factory=list[tuple[str, TensorType, bool]])


def recurrent(context: Context, place: Place, node: Node, what: Recurrent, name: str, bound: Bound) -> Value:
    """The frame of a recurrent node."""
    path = place.builder.join(name)
    inputs = _inputs(context, node, bound, path)
    inner = Builder("recurrent", path, place.builder, level=context.deeper(place.builder))
    supply = [inner.add_port(label, read.type, read.ref) for label, read in inputs]
    names = place.names(bound.first)
    over = over_of(context, what.over, inputs, names, path)
    reverse = what.reverse is not None and _flag(context, what.reverse, "reverse", names, path)
    states = [declared_state(context, state, names, path) for state in what.state]
    step = _step(context, place, inner, what, supply, over, states)
    if isinstance(over.length, Dim):
        inner.requires.add(over.length)
    carried = [state for state in states if state is not None]
    lengths = _lengths(context, inner, what, carried, step, path)
    run = _Run(context, place.inside(inner), node, what, over, carried, step, supply, lengths)
    both = _both(context, what, names, path)
    ahead = run.call("cell", reverse)
    value = ahead if both is None else _join(context, run, both, ahead, run.call("cell_reverse", not reverse))
    outputs = [(key, read.ref) for key, read in zip(value.names, value.reads, strict=True)]
    given = [read for _, read in inputs]
    return context.enclose(place, node, name, inner, given, lambda: done(inner, place, outputs, "list"))


def _inputs(context: Context, node: Node, bound: Bound, path: str) -> list[tuple[str, Read]]:
    """What the node reads, by the names that the graph knows it by."""
    if bound.slots:
        return list(bound.slots.items())
    if len(bound.positional) > 1:
        with context.at(bound.span or node.span, path):
            help = "name them, `from: {x: a, y: b}`, and the graph reads `x` and `y`"
            raise Problem("bad-value", "several inputs of a recurrent need names", help=help)
    return [("input", read) for read in bound.positional]


def _flag(context: Context, argument: Argument, what: str, names: Names, path: str) -> bool:
    with context.at(argument.span, path):
        value = value_of(argument.value, names)
        if not isinstance(value, bool):
            raise Problem("bad-value", f"{what} must be true or false, found {show(value)}")
    return value


# -- the graph of a step ---------------------------------------------------------------------------------------------


def _step(
    context: Context,
    place: Place,
    inner: Builder,
    what: Recurrent,
    supply: Sequence[Read],
    over: Over,
    states: Sequence[Carried | None],
) -> _Step:
    """The graph of one step; what `next` gives is as declared.

    Raises:
        Unknown: something in it is wrong, and has been told.
    """
    cell = Builder("cell", inner.join("cell"), inner, level=context.deeper(inner))
    for index, (read, axis) in enumerate(zip(supply, over.axes, strict=True)):
        cell.declare(read.label, _of_a_step(read.type, axis))
        cell.supply.append(read.ref if axis is None else Ref(STEP, index))
    for index, (state, carried) in enumerate(zip(what.state, states, strict=True)):
        known = carried is not None
        port = cell.add_port(state.name, carried.type, Ref(STEP, len(supply) + index)) if known else None
        cell.values[state.name] = None if port is None else Value((), (port,))
    last: Value | None = None
    with suppress(Unknown):
        last = context.graph(place.inside(cell), what.graph)
    outputs = _outputs(context, place.inside(cell), what, last)
    following = [_next(context, cell, what, *pair) for pair in zip(what.state, states, strict=True)]
    if None in following or None in states:
        raise Unknown
    ends = [*((key, read.ref) for key, read, _ in outputs)]
    ends += [(state.name, read.ref) for state, read in zip(what.state, following, strict=True) if read is not None]
    frame = done(cell, place, ends, "list")
    lends = tuple(lender for _, lender in cell.lenders)
    captured = tuple(cell.supply[len(supply) + len(states) :])
    return _Step(frame, lends, captured, [(key, read.type, end) for key, read, end in outputs])


def _of_a_step(type: TensorType, axis: int | None) -> TensorType:
    if axis is None:
        return type
    return type._replace(shape=Shape((*type.shape[:axis], *type.shape[axis + 1 :])))


def _next(context: Context, cell: Builder, what: Recurrent, state: State, carried: Carried | None) -> Read | None:
    """What a state becomes; None where that is not known, or not as declared."""
    if carried is None:
        return None
    reference = what.following[state.name]
    with suppress(Unknown), context.at(reference.span, cell.path):
        read = cell.read(reference)
        check_fits(cell, state, carried.type, f"next, `{reference}`", read)
        return read
    return None


def _outputs(context: Context, place: Place, what: Recurrent, last: Value | None) -> list[tuple[str, Read, bool]]:
    """Key and value of each output, and whether it is that of the last step alone."""
    if what.outputs is None:
        if last is None:
            raise Unknown
        return [("output", last.first, False)]
    found: list[tuple[str, Read, bool]] = []
    failed = False
    for output in what.outputs.entries:
        try:
            found += _output(context, place, what.outputs, output)
        except Unknown:
            failed = True
    if failed:
        raise Unknown
    if not found:
        no_outputs(context, what.outputs, place.builder.path)
    return found


def _output(context: Context, place: Place, outputs: Outputs, output: Output) -> list[tuple[str, Read, bool]]:
    builder = place.builder
    if output.when is not None and not context.truth(output.when, place.names(None), builder.path):
        return []
    key = "output" if outputs.form == "one" else output.key
    with context.at(output.reference.span, builder.path):
        return [(key, output_read(builder, output.reference), output.last)]


# -- running it ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """A recurrent node, ready to be called in one direction or both."""

    context: Context
    place: Place
    node: Node
    what: Recurrent
    over: Over
    states: Sequence[Carried]
    step: _Step
    supply: Sequence[Read]
    lengths: Read | None

    def call(self, name: str, reverse: bool) -> Value:
        """Run the graph of a step over all steps."""
        builder = self.place.builder
        starts = self._starts("initial" + name.removeprefix("cell"))
        carried = tuple(
            state._replace(start="given" if isinstance(start, Read) else start)
            for state, start in zip(self.states, starts, strict=True)
        )
        stacked = tuple(None if end else self._axis(key, type) for key, type, end in self.step.outputs)
        scan = Scan(self.over.axes, self.over.length, carried, stacked, reverse, self.lengths is not None)
        outputs = [
            type if axis is None else _with_steps(type, axis, self.over.length)
            for (_, type, _), axis in zip(self.step.outputs, stacked, strict=True)
        ]
        with self.context.at(self.what.over.span, builder.path):
            for type in outputs:
                self.context.check_size(type.shape)
        given = [start.ref if isinstance(start, Read) else None for start in starts]
        lengths = [self.lengths.ref] if self.lengths is not None else []
        call = Call(
            name=name,
            target=self.step.frame,
            inputs=(*(read.ref for read in self.supply), *given, *self.step.captured, *lengths),
            outputs=(*outputs, *(state.type for state in self.states)),
            output_names=(*(key for key, _, _ in self.step.outputs), *(state.name for state in self.states)),
            node=self.node,
            lends=self.step.lends,
            scan=scan,
        )
        builder.requires |= self.step.frame.requires
        self.context.count(builder.size + self.step.frame.size, self.node.span, builder.path)
        return builder.add(call, self.step.frame.size)

    def _axis(self, key: str, type: TensorType) -> int:
        axis = self.over.stacked
        if axis > len(type.shape):
            with self.context.at(self.node.span, self.place.builder.path):
                message = f"the output `{key}` of a step is {type.shape}: its steps cannot be stacked at dim {axis}"
                raise Problem("rank-mismatch", message, help="give it more dims (Unsqueeze), or scan another dim")
        return axis

    def _starts(self, name: str) -> list[Start]:
        """How each state starts: `zeros`, `ones`, or a value."""
        learned = [pair for pair in zip(self.what.state, self.states, strict=True) if pair[0].start == "learned"]
        values = learned_starts(self.context, self.place, self.node, learned, name) if learned else {}
        found: list[Start] = []
        for state, carried in zip(self.what.state, self.states, strict=True):
            if isinstance(state.start, Reference):
                found.append(self._given(state, state.start, carried))
            else:
                found.append(values[state.name] if state.start == "learned" else state.start)
        return found

    def _given(self, state: State, reference: Reference, carried: Carried) -> Read:
        builder = self.place.builder
        with self.context.at(reference.span, builder.path):
            read = _outside(builder, reference)
            check_fits(builder, state, carried.type, f"init, `{reference}`", read)
        return read


def _outside(builder: Builder, reference: Reference) -> Read:
    """A value from around a recurrent, where `input` is that of the graph around."""
    assert builder.parent is not None
    return builder.capture(builder.parent.read(reference))


def _with_steps(type: TensorType, axis: int, length: Size) -> TensorType:
    return type._replace(shape=Shape((*type.shape[:axis], length, *type.shape[axis:])))


# -- lengths and directions ------------------------------------------------------------------------------------------


def _lengths(
    context: Context, inner: Builder, what: Recurrent, states: Sequence[Carried], step: _Step, path: str
) -> Read | None:
    """How many steps each row has: int64, one a row of every state and output."""
    if what.lengths is None:
        return None
    with context.at(what.lengths.span, path):
        read = _outside(inner, what.lengths)
        if read.type.dtype != "int64":
            raise Problem("dtype-mismatch", f"lengths must be int64, found {read.type.dtype}", help="use `Cast: int64`")
        ends = [(f"state `{state.name}`", state.type) for state in states]
        ends += [(key if key == "output" else f"output `{key}`", type) for key, type, _ in step.outputs]
        wrong = [(label, type) for label, type in ends if read.type.shape != type.shape[:1]]
        if wrong:
            notes = [Note("lengths", str(read.type)), *(Note(label, str(type)) for label, type in wrong)]
            message = "lengths must have one number for each row, which is dim 0 of every state and output"
            raise Problem("shape-mismatch", message, notes=notes)
    return read


def _both(context: Context, what: Recurrent, names: Names, path: str) -> Node | None:
    """The merge of both directions; None where there is one."""
    both = what.bidirectional
    if both is None or isinstance(both, Node):
        return both
    if not _flag(context, both, "bidirectional", names, path):
        return None
    features = Use(name="Concat", primary=Argument(-1, both.span), span=both.span)
    return Node(name="merge", what=features, span=both.span)


def _join(context: Context, run: _Run, merge: Node, ahead: Value, back: Value) -> Value:
    """Outputs of both directions merged, then the states of one and of the other."""
    count = len(run.step.outputs)
    reads: list[Read] = []
    for key, one, other in zip(ahead.names[:count], ahead.reads, back.reads, strict=False):
        sides = [one._replace(label="cell"), other._replace(label="cell_reverse")]
        name = "merge" if count == 1 else f"merge_{key}"
        reads.append(merged(context, run.place, run.node, merge, sides, name).first)
    states = ahead.names[count:]
    names = (*ahead.names, *(f"{state}_reverse" for state in states))
    return Value(names, (*reads, *ahead.reads[count:], *back.reads[count:]))
