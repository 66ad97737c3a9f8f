"""The validated document: frozen Pydantic models, one field per key of the language.

Models say what a spec says and nothing more: names are not resolved and expressions not evaluated. Two models are
equal when they say the same, wherever they stand (spans compare equal).
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, InstanceOf

from lego.catalogue import Described
from lego.diagnostics import Span


class Argument(NamedTuple):
    """A value as it is written: plain data in which strings that start with `$` are expressions."""

    value: Any
    span: Span


class Reference(NamedTuple):
    """A name in `from` or `outputs`, with the pick after the dot: `lstm.h_n`."""

    name: str
    output: str | None
    span: Span

    def __str__(self) -> str:
        return self.name if self.output is None else f"{self.name}.{self.output}"


class Model(BaseModel):
    """The base of all models of a document."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and _said(self) == _said(other)


def _said(model: object) -> dict[str, Any]:
    """The fields of a model but those that say where it stands."""
    return {name: value for name, value in vars(model).items() if name not in ("span", "spans", "dims")}


class Use(Model):
    """A layer or block by name, with arguments: `{Conv2d: {out_channels: 64, kernel_size: 3}}`.

    `name` may be an expression (`$act`) that gives a layer or block. `primary` is a value that is no mapping.
    """

    name: str
    arguments: dict[str, InstanceOf[Argument]] = Field(default_factory=dict)
    primary: InstanceOf[Argument] | None = None
    span: InstanceOf[Span]


class Unreadable(Use):
    """What is wrong in form, and has been told of: whoever needs it is passed over. No sound document has one."""

    name: str = ""


class Graph(Model):
    """Nodes in the order of the text; `listed` where they are numbered rather than named."""

    nodes: tuple[InstanceOf[Node], ...]
    listed: bool = False
    span: InstanceOf[Span]


class Sequential(Model):
    """An inline graph."""

    graph: InstanceOf[Graph]


class Skip(Model):
    """merge(shortcut(input), graph(input)): a fast-forward connection."""

    graph: InstanceOf[Graph]
    shortcut: InstanceOf[Node] | None = None
    merge: InstanceOf[Node] | None = None


class Split(Model):
    """Branches side by side: of the whole input, or of its parts (`by`), merged or, with `none`, as outputs."""

    branches: dict[str, InstanceOf[Graph]]
    by: InstanceOf[Node] | None = None
    merge: InstanceOf[Node] | None = None
    spans: dict[str, InstanceOf[Span]] = {}


class Copies(Model):
    """Parallel instances of one graph, each with weights of its own: the form `split: {copies: 4, graph: …}`."""

    copies: InstanceOf[Argument]
    graph: InstanceOf[Graph]
    by: InstanceOf[Node] | None = None
    merge: InstanceOf[Node] | None = None


class State(Model):
    """A state of a recurrent: the value of `next` some steps before (`delay`), and what it is at the start.

    `start` is the key `init`: `zeros`, `ones`, `learned`, or a node outside. `dims` are the places of the dims.
    """

    name: str
    shape: InstanceOf[Argument]
    dtype: str = "float32"
    range: InstanceOf[Argument] | None = None
    start: Literal["zeros", "ones", "learned"] | InstanceOf[Reference] = "zeros"
    delay: InstanceOf[Argument] | None = None
    span: InstanceOf[Span]
    dims: tuple[InstanceOf[Span], ...] = ()


class Recurrent(Model):
    """A graph that runs once a step, and reads its own values of steps before through its states.

    `over` is the symbol or index of the dim that is scanned, or `{steps: n}`. `following` is the key `next`.
    `bidirectional` is the merge of both directions.
    """

    over: InstanceOf[Argument]
    state: tuple[InstanceOf[State], ...]
    graph: InstanceOf[Graph]
    following: dict[str, InstanceOf[Reference]]
    outputs: InstanceOf[Outputs] | None = None
    reverse: InstanceOf[Argument] | None = None
    bidirectional: InstanceOf[Argument] | InstanceOf[Node] | None = None
    lengths: InstanceOf[Reference] | None = None
    spans: dict[str, InstanceOf[Span]] = {}


class Share(Model):
    """Another node's module once more, with the same weights."""

    of: InstanceOf[Reference]


What = Use | Sequential | Skip | Split | Copies | Recurrent | Share


class Reads(Model):
    """`from`: names by position, or by slot; `spans` are those of the slots' names."""

    positional: tuple[InstanceOf[Reference], ...] = ()
    slots: dict[str, InstanceOf[Reference]] = {}
    span: InstanceOf[Span]
    spans: dict[str, InstanceOf[Span]] = {}

    def references(self) -> tuple[Reference, ...]:
        """All of them, in the order of the text."""
        return (*self.positional, *self.slots.values())


class Initialiser(NamedTuple):
    """How a weight starts: a name of torch.nn.init without the underscore, or `constant`, with arguments."""

    name: str
    arguments: dict[str, Any]
    span: Span


class Init(Model):
    """`init`: by the weight's name, and by layer and weight."""

    weights: dict[str, InstanceOf[Initialiser]] = {}
    layers: dict[str, dict[str, InstanceOf[Initialiser]]] = {}
    whole: InstanceOf[Initialiser] | None = None
    span: InstanceOf[Span]


class Node(Model):
    """One use of a layer or block: what it is, and how it is wired; `reads` is the key `from`."""

    name: str
    what: What
    reads: InstanceOf[Reads] | None = None
    repeat: InstanceOf[Argument] | None = None
    each: InstanceOf[Argument] | None = None
    when: InstanceOf[Argument] | None = None
    init: InstanceOf[Init] | None = None
    freeze: bool = False
    checkpoint: bool = False
    doc: str = ""
    span: InstanceOf[Span]


class Input(Model):
    """An input of a document or block; a block's may leave its shape open. `dims` are the places of the dims."""

    name: str
    shape: InstanceOf[Argument] | None = None
    dtype: str = "float32"
    range: InstanceOf[Argument] | None = None
    span: InstanceOf[Span]
    dims: tuple[InstanceOf[Span], ...] = ()


class Output(Model):
    """One output: its key, the node it names, and the condition under which it is there.

    `last`: of a recurrent, the value of the last step alone (`{from: h, step: last}`).
    """

    key: str
    reference: InstanceOf[Reference]
    when: InstanceOf[Argument] | None = None
    last: bool = False


class Outputs(Model):
    """What a graph gives: one tensor, a tuple (`list`) or a dict (`mapping`)."""

    form: Literal["one", "list", "mapping"]
    entries: tuple[InstanceOf[Output], ...]


class Tie(NamedTuple):
    """`left` becomes the very parameter `right`."""

    left: str
    right: str
    span: Span
    right_span: Span


class Block(Model):
    """A reusable graph with parameters; `~` (None) as a default means required."""

    doc: str = ""
    params: dict[str, InstanceOf[Argument]] = {}
    inputs: tuple[InstanceOf[Input], ...] = ()
    graph: InstanceOf[Graph]
    outputs: InstanceOf[Outputs] | None = None
    init: InstanceOf[Init] | None = None
    tie: tuple[InstanceOf[Tie], ...] = ()
    span: InstanceOf[Span]


class Include(NamedTuple):
    """Another document, by a path relative to this one."""

    path: str
    span: Span


class Document(Model):
    """One spec; without a graph it is a library of blocks. `train` is a `lego.spec.recipe.Recipe`."""

    lego: int
    name: str = "net"
    doc: str = ""
    params: dict[str, InstanceOf[Argument]] = {}
    inputs: tuple[InstanceOf[Input], ...] = ()
    include: dict[str, InstanceOf[Include]] = {}
    blocks: dict[str, InstanceOf[Block]] = {}
    graph: InstanceOf[Graph] | None = None
    outputs: InstanceOf[Outputs] | None = None
    init: InstanceOf[Init] | None = None
    tie: tuple[InstanceOf[Tie], ...] = ()
    train: InstanceOf[Described] | None = None
    span: InstanceOf[Span]
