"""Random networks of classes of blocks, one block for each instance, as an importer would write them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from lego.diagnostics import NOWHERE
from lego.spec import Argument, Block, Document, Graph, Input, Node, Reads, Reference, Sequential, Use

WIDTHS = st.sampled_from([4, 8, 16])
ACTIVATIONS = st.sampled_from(
    [("ReLU", {}), ("GELU", {}), ("GELU", {"approximate": "tanh"}), ("LeakyReLU", {"negative_slope": 0.2})]
)


def use(name: str, **arguments: Any) -> Use:
    return Use(name=name, arguments={key: Argument(value, NOWHERE) for key, value in arguments.items()}, span=NOWHERE)


def reads(*names: str) -> Reads:
    return Reads(positional=tuple(Reference(name, None, NOWHERE) for name in names), span=NOWHERE)


@dataclass
class Part:
    """A node of a class: what its instances have in common."""

    name: str
    kind: str
    second: str
    optional: bool
    inner: list[Part] = field(default_factory=list)
    listed: bool = False


@st.composite
def parts(draw: st.DrawFn, classes: tuple[str, ...], deep: int = 1) -> list[Part]:
    """The nodes of a class; `second` is what one with two inputs reads besides the node before."""
    kinds = [
        "linear",
        "act",
        "drop",
        "norm",
        "concat",
        "weight",
        "shape",
        *classes,
        *(["inner", "chain"] if deep else []),
    ]
    found: list[Part] = []
    listed = deep == 0 and draw(st.booleans())
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(kinds))
        name = str(number) if listed else f"{draw(st.sampled_from(['a', 'b', 'conv', 'layer']))}{number}"
        second = draw(st.sampled_from(["input", *(part.name for part in found)]))
        optional = kind != "concat" and number > 0 and draw(st.integers(0, 2)) == 0
        inner = draw(parts((), deep - 1)) if kind == "inner" else []
        found.append(Part(name, kind, second, optional, inner, listed))
    return found


class Builder:
    """Draws instances of the classes; `blocks` are those drawn so far."""

    def __init__(self, draw: st.DrawFn, classes: dict[str, list[Part]]) -> None:
        self.draw = draw
        self.classes = classes
        self.blocks: dict[str, Block] = {}
        self.counts = dict.fromkeys(classes, 0)
        self.usable = list(classes)

    def instance(self, name: str) -> Use:
        """A use of a block of its own."""
        around, self.usable = self.usable, list(self.classes)[: list(self.classes).index(name)]
        graph = self.graph(self.classes[name])
        self.usable = around
        self.counts[name] += 1
        number = self.counts[name]
        block = name if number == 1 else f"{name}_{number}"
        self.blocks[block] = Block(graph=graph, span=NOWHERE)
        return use(block)

    def graph(self, found: list[Part]) -> Graph:
        stands: dict[str, str] = {"input": "input"}
        nodes: list[Node] = []
        previous = "input"
        listed = all(part.listed for part in found)
        for part in found:
            if part.optional and self.draw(st.booleans()):
                stands[part.name] = previous
                if listed:
                    break
                continue
            if part.kind == "weight":
                weight = use("Parameter", shape=[self.draw(WIDTHS), self.draw(WIDTHS), 1])
                nodes.append(Node(name=part.name, what=weight, span=NOWHERE))
                stands[part.name] = previous
                continue
            wired = reads(previous, stands[part.second]) if part.kind == "concat" else reads(previous)
            nodes.append(Node(name=part.name, what=self.what(part), reads=wired, span=NOWHERE))
            stands[part.name] = previous = part.name
        if previous == "input" or nodes[-1].name != previous:
            last = Node(
                name=str(len(nodes)) if listed else "last", what=use("Tanh"), reads=reads(previous), span=NOWHERE
            )
            nodes.append(last)
        return Graph(nodes=tuple(nodes), listed=listed, span=NOWHERE)

    def what(self, part: Part) -> Use | Sequential:
        draw = self.draw
        match part.kind:
            case "linear":
                bias = {} if draw(st.booleans()) else {"bias": draw(st.booleans())}
                return use("Linear", out_features=draw(WIDTHS), **bias)
            case "act":
                name, arguments = draw(ACTIVATIONS)
                return use(name, **arguments)
            case "drop":
                return use("Dropout", p=draw(st.sampled_from([0.0, 0.1, 0.5])))
            case "norm":
                return use("BatchNorm1d", eps=draw(st.sampled_from([1e-5, 1e-3])))
            case "concat":
                return use("Concat", dim=1)
            case "shape":
                size = draw(st.sampled_from([[1, -1], [-1, 1]]))
                whats = [use("Reshape", shape=["$shape[0]", *size]), use("Flatten")]
                nodes = [Node(name=str(at), what=what, span=NOWHERE) for at, what in enumerate(whats)]
                return Sequential(graph=Graph(nodes=tuple(nodes), listed=True, span=NOWHERE))
            case "inner":
                return Sequential(graph=self.graph(part.inner))
            case "chain":
                return self.chain()
            case _:
                return self.instance(part.kind)

    def chain(self) -> Sequential:
        """Layers or blocks of one kind in a row, whose arguments often follow a rule."""
        count = self.draw(st.integers(1, 4))
        kind = self.draw(st.sampled_from(["linear", "drop", *self.usable]))
        rule = self.draw(st.sampled_from(["equal", "first", "rising", "any"]))
        whats = [self.what(Part("", kind, "", False)) for _ in range(count)]
        if kind in ("linear", "drop"):
            whats = [self.ruled(kind, rule, index) or what for index, what in enumerate(whats)]
        nodes = [Node(name=str(index), what=what, span=NOWHERE) for index, what in enumerate(whats)]
        return Sequential(graph=Graph(nodes=tuple(nodes), listed=self.draw(st.booleans()), span=NOWHERE))

    @staticmethod
    def ruled(kind: str, rule: str, index: int) -> Use | None:
        value = {"equal": 2, "first": 4 if index == 0 else 2, "rising": 1 + index}.get(rule)
        if value is None:
            return None
        return use("Linear", out_features=value, bias=False) if kind == "linear" else use("Dropout", p=0.1 * value)


@st.composite
def networks(draw: st.DrawFn) -> Document:
    """A document of several classes, nested two deep, with variants and chains."""
    classes: dict[str, list[Part]] = {}
    for name in ("Leaf", "Twig", "Branch")[: draw(st.integers(1, 3))]:
        classes[name] = draw(parts(tuple(classes)))
    builder = Builder(draw, classes)
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(list(classes)))
        if draw(st.booleans()):
            what: Use | Sequential = builder.instance(name)
        else:
            members = [builder.instance(name) for _ in range(draw(st.integers(1, 4)))]
            inner = [Node(name=str(at), what=one, span=NOWHERE) for at, one in enumerate(members)]
            what = Sequential(graph=Graph(nodes=tuple(inner), listed=True, span=NOWHERE))
        nodes.append(Node(name=f"stage{number}", what=what, span=NOWHERE))
    shape = Argument(["N", 4], NOWHERE)
    return Document(
        lego=1,
        inputs=(Input(name="x", shape=shape, span=NOWHERE),),
        blocks=builder.blocks,
        graph=Graph(nodes=tuple(nodes), span=NOWHERE),
        span=NOWHERE,
    )
