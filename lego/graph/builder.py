"""A frame in the making: values by name, calls so far, and what it reads from around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lego.diagnostics import Problem, nearest
from lego.graph.frame import Call, Form, Frame, FrameKind, Port, Ref, Shared
from lego.shapes import Dim, TensorType
from lego.spec import Reference

STEP = -2
"""`call` of a `Ref` that stands, in the supply of a recurrent's cell, for what changes from step to step."""


class Read(NamedTuple):
    """A value that a node reads: where it is in the frame, its type, and the name it was read by."""

    ref: Ref
    type: TensorType
    label: str


class Value(NamedTuple):
    """What a node's name stands for: its outputs in order, and their names if they can be picked."""

    names: tuple[str, ...]
    reads: tuple[Read, ...]
    left_out: bool = False

    @property
    def first(self) -> Read:
        """The first output, which the bare name means.

        Raises:
            Problem: the node is left out, and has no input that could stand for it.
        """
        if not self.reads:
            message = "what it reads is left out, and has no input to stand for it"
            raise Problem("missing-argument", message, help="give both the same `when`")
        return self.reads[0]


class Unknown(Exception):
    """A value that an error, already told, left unknown; whoever needs it is passed over in silence."""


class Builder:
    """One frame in the making.

    Args:
        parent: The frame whose names it sees: that around a composite; none for a block.
        transparent: It has no `input` of its own (a repeat).
        path: Its absolute path in this use, for diagnostics.
        level: The number of frames that it stands in.
    """

    def __init__(
        self,
        kind: FrameKind,
        path: str,
        parent: Builder | None = None,
        *,
        label: str = "",
        transparent: bool = False,
        level: int = 0,
    ) -> None:
        self.kind: FrameKind = kind
        self.path = path
        self.label = label
        self.parent = parent
        self.transparent = transparent
        self.ports: list[Port] = []
        self.arity = 0
        self.inputs: list[str] = []
        """Names of the inputs of a document or block."""
        self.calls: list[Call] = []
        self.values: dict[str, Value | None] = {}
        self.supply: list[Ref] = []
        """For a composite: what each port is in the frame around it."""
        self.lenders: list[tuple[str, int]] = []
        """Modules of the frame around it that it runs: name, and call there (negative: lent to that one, too)."""
        self.requires: set[Dim] = set()
        self.size = 0
        self.level = level

    # -- inputs -------------------------------------------------------------------------------------------------------

    def add_port(self, name: str, type: TensorType, supply: Ref | None = None) -> Read:
        """One more input of the frame."""
        self.ports.append(Port(name, type))
        if supply is not None:
            self.supply.append(supply)
        return Read(Ref(-1, len(self.ports) - 1), type, name)

    def declare(self, name: str, type: TensorType | None) -> None:
        """A declared input, named in the graph; without a type where an error left it unknown."""
        self.values[name] = None if type is None else Value((), (self.add_port(name, type),))
        self.inputs.append(name)
        self.arity += type is not None

    @property
    def input(self) -> Read | None:
        """The first input of the innermost graph, which `input` names.

        Raises:
            Unknown: because of an earlier error.
        """
        if self.transparent and self.parent is not None:
            return self.parent.input
        if self.inputs and self.values[self.inputs[0]] is None:
            raise Unknown
        return Read(Ref(-1, 0), self.ports[0].type, "input") if self.arity else None

    # -- names --------------------------------------------------------------------------------------------------------

    def read(self, reference: Reference) -> Read:
        """The value that a reference names, here or around.

        Raises:
            Problem: a pick of an output that is not there.
            Unknown: the value is unknown because of an earlier error.
        """
        name = reference.name
        if name == "input" and not self.transparent:
            return self._only_input(reference)
        if name in self.values:
            value = self.values[name]
            if value is None:
                raise Unknown
            return pick(value, reference)
        if self.parent is None:
            raise Unknown  # the check of the wiring has told
        return self.capture(self.parent.read(reference))

    def _only_input(self, reference: Reference) -> Read:
        if self.input is None:
            raise Problem(
                "missing-argument", "this graph has no input", help="declare one: `inputs: {image: [N, 3, H, W]}`"
            )
        if reference.output is not None:
            raise Problem("unknown-name", "`input` has one output", help="write `input`")
        return self.input

    def capture(self, outer: Read) -> Read:
        """A value of the frame around, as one more input of this one."""
        for index in range(len(self.supply)):
            if self.supply[index] == outer.ref:
                return Read(Ref(-1, index), outer.type, outer.label)
        return self.add_port(outer.label, outer.type, outer.ref)._replace(label=outer.label)

    def lender(self, name: str) -> int | None:
        """The call whose module `share: name` runs: of this frame, or (negative: ~k) the k-th module lent to it.

        None where the name has no module. Raises Unknown because of an earlier error.
        """
        if name in self.values:
            if self.values[name] is None:
                raise Unknown
            index = next((index for index, call in enumerate(self.calls) if call.name == name), None)
            shared = self.calls[index].target if index is not None else None
            return shared.call if isinstance(shared, Shared) else index
        if self.parent is None:
            return None
        outer = self.parent.lender(name)
        if outer is None:
            return None
        if (name, outer) not in self.lenders:
            self.lenders.append((name, outer))
        return ~self.lenders.index((name, outer))

    def lent(self, lender: int) -> Call:
        """The call that a lender stands for."""
        if lender >= 0:
            return self.calls[lender]
        assert self.parent is not None
        return self.parent.lent(self.lenders[~lender][1])

    # -- calls --------------------------------------------------------------------------------------------------------

    def add(self, call: Call, size: int) -> Value:
        """One more call, of so many layers; gives its value."""
        index = len(self.calls)
        self.calls.append(call)
        self.size += size
        reads = tuple([Read(Ref(index, number), type, call.name) for number, type in enumerate(call.outputs)])
        names = call.output_names
        alone = names == ("output",) or (isinstance(call.body, Frame) and call.body.form == "one")
        return Value(() if alone else names, reads)

    def type_of(self, ref: Ref) -> TensorType:
        """The type of a value of this frame."""
        return self.ports[ref.output].type if ref.call < 0 else self.calls[ref.call].outputs[ref.output]

    def join(self, name: str) -> str:
        """The absolute path of a node of this frame."""
        return f"{self.path}.{name}" if self.path else name

    def finish(
        self,
        outputs: Sequence[tuple[str, Ref]],
        form: Form = "one",
        *,
        arguments: dict[str, Any] | None = None,
        ties: tuple[tuple[str, str], ...] = (),
        doc: str = "",
    ) -> Frame:
        """The frame, done."""
        return Frame(
            kind=self.kind,
            label=self.label,
            ports=tuple(self.ports),
            arity=self.arity,
            calls=tuple(self.calls),
            outputs=tuple(outputs),
            form=form,
            borrowed=tuple(name for name, _ in self.lenders),
            arguments=arguments or {},
            ties=ties,
            doc=doc,
            size=self.size,
            requires=frozenset(self.requires),
        )


def pick(value: Value, reference: Reference) -> Read:
    """The output that a reference names; the bare name is the first."""
    if reference.output is None:
        return value.first
    if value.left_out:
        message = f"`{reference.name}` is left out here (its `when` is false) and has no outputs"
        raise Problem("unknown-name", message, help=f"`{reference.name}` alone gives its input then")
    if reference.output in value.names:
        return value.reads[value.names.index(reference.output)]
    if reference.output.isdigit() and int(reference.output) < len(value.reads) and len(value.reads) > 1:
        return value.reads[int(reference.output)]
    message = f"`{reference.name}` has no output `{reference.output}`"
    if not value.names:
        raise Problem("unknown-name", f"{message}: it has one, without a name", help=f"write `{reference.name}`")
    found = nearest(reference.output, value.names)
    known = ", ".join(f"`{reference.name}.{name}`" for name in value.names)
    help = f"did you mean `{reference.name}.{found}`?" if found else f"its outputs: {known}"
    raise Problem("unknown-name", message, help=help)
