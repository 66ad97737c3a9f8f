"""What checking a spec gives: frames of calls, every one with its types. Immutable, without absolute paths.

A frame is one graph with its inputs filled in: the document's, a block's, a composite's body. A call is one node of
it. Since nothing in a frame says where it stands, equal uses of a block share one frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from lego.catalogue import Layer
from lego.diagnostics import NOWHERE, Span
from lego.shapes import Dim, TensorType
from lego.spec import Node

FrameKind = Literal["net", "block", "Sequential", "skip", "split", "branch", "repeat", "recurrent", "cell", "initial"]

Form = Literal["one", "list", "mapping"]
"""How a graph gives its outputs: a tensor, a tuple, or a dict."""


class Ref(NamedTuple):
    """A value in a frame: an output of a call, or (`call` = -1) an input of the frame."""

    call: int
    output: int


class Port(NamedTuple):
    """An input of a frame."""

    name: str
    type: TensorType


class Initial(NamedTuple):
    """How a weight starts: a function of torch.nn.init (without its underscore), or `lsuv`, and its arguments."""

    function: str
    arguments: tuple[tuple[str, Any], ...] = ()
    span: Span = NOWHERE


class Shared(NamedTuple):
    """The module of another call of the frame (or, negative: ~k, the k-th module lent to it), run once more."""

    call: int
    target: Layer | Frame


class Carried(NamedTuple):
    """A state of a scan.

    Attributes:
        name: What the graph of a step calls it.
        type: Its type, at every step.
        start: What it is at the start; `given` where the call has an input for it.
        delay: How many steps back it was computed.
    """

    name: str
    type: TensorType
    start: Literal["zeros", "ones", "given"]
    delay: int = 1


class Scan(NamedTuple):
    """How a call runs its frame once a step.

    The frame's ports are, in this order: the steps of what is scanned, the states, and what is the same in each step;
    its outputs are what is given of each step, and then what the states become. The call's inputs are whole
    sequences, the starts of the states (None for zeros and ones), and what is the same; its outputs are stacked
    sequences, and then the states after the last step.

    Attributes:
        axes: For each of the first inputs the axis along which it is scanned; None where each step gets it as it is.
        length: The number of steps.
        states: The states, in order.
        stacked: For each output the axis along which its steps are stacked; None where it is that of the last step.
        reverse: Steps are taken from the last to the first; outputs stand where their inputs do.
        lengths: The last input says how many steps each row (of dim 0) has: beyond, it keeps its state and gives zeros.
    """

    axes: tuple[int | None, ...]
    length: int | Dim
    states: tuple[Carried, ...]
    stacked: tuple[int | None, ...]
    reverse: bool = False
    lengths: bool = False


class Call(NamedTuple):
    """One node of a frame.

    Attributes:
        name: Its name in the frame, the last part of its path.
        target: A layer with all arguments known, a frame, or another call's module.
        inputs: The values it reads: by slot for a layer; for a frame, its ports in order.
        outputs: Types of its outputs, and their names.
        lends: For a frame that runs modules of the graph around it: which calls' (see `Shared`).
        initial: How weights start, where the spec says so.
        scan: For a frame that runs once a step: how.
    """

    name: str
    target: Layer | Frame | Shared
    inputs: tuple[Ref | None, ...]
    outputs: tuple[TensorType, ...]
    output_names: tuple[str, ...]
    node: Node
    initial: tuple[tuple[str, Initial], ...] = ()
    lends: tuple[int, ...] = ()
    scan: Scan | None = None

    @property
    def body(self) -> Layer | Frame:
        """The layer or frame that runs, its own or another's."""
        return self.target.target if isinstance(self.target, Shared) else self.target


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One graph with its inputs filled in.

    Attributes:
        kind: What wrote it.
        label: The block's name; empty for a composite.
        ports: Its inputs: first the declared ones (`arity` of them), then what it reads from around.
        calls: In an order in which each reads earlier ones only.
        outputs: Name and value of each output; `form` says how they are given.
        borrowed: Names of modules around it that it runs (`share`).
        arguments: The parameters of the block that it is or stands in, as evaluated.
        ties: Pairs of paths of weights, relative to the frame; the left becomes the right.
        size: Number of layers in it, frames inside included.
        requires: Sizes that must be at least 1 for it to work.
    """

    kind: FrameKind
    label: str
    ports: tuple[Port, ...]
    arity: int
    calls: tuple[Call, ...]
    outputs: tuple[tuple[str, Ref], ...]
    form: Form = "one"
    borrowed: tuple[str, ...] = ()
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    ties: tuple[tuple[str, str], ...] = ()
    doc: str = ""
    size: int = 0
    requires: frozenset[Dim] = frozenset()

    def type_of(self, ref: Ref) -> TensorType:
        """The type of a value of this frame."""
        return self.ports[ref.output].type if ref.call < 0 else self.calls[ref.call].outputs[ref.output]

    def output_types(self) -> tuple[TensorType, ...]:
        """Types of the outputs, in order."""
        return tuple(self.type_of(ref) for _, ref in self.outputs)
