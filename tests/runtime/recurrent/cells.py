"""Random cells: documents with one recurrent, and beside each the document of one step of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st

WIDTHS = (2, 4, 6)
IMAGE = (3, 3)
BLOCK = {
    "params": {"width": None},
    "graph": {"lin": {"Linear": "$width"}, "act": "Tanh", "fast": {"skip": [{"Linear": "$width"}, "Sigmoid"]}},
}


class State(NamedTuple):
    """A state: its width, how far back it reads, and its start (`start` and `begin` are around the recurrent)."""

    width: int
    delay: int
    init: str


@dataclass
class Cell:
    """What a cell is made of, as far as it is drawn."""

    image: bool
    sequences: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Width and axis of time of each."""
    states: dict[str, State] = field(default_factory=dict)
    around: dict[str, list[Any]] = field(default_factory=dict)
    """Shapes of what it reads by name from around."""
    graph: dict[str, Any] = field(default_factory=dict)
    next: dict[str, str] = field(default_factory=dict)
    outputs: list[tuple[str, bool]] = field(default_factory=list)
    """Names of values, and whether only that of the last step is wanted."""
    reverse: bool = False
    merge: Any = None
    """Of both directions."""
    lengths: bool = False
    steps: int | None = None

    def shape(self, width: int) -> list[Any]:
        return ["N", width, *(IMAGE if self.image else ())]

    def text(self) -> str:
        """The document with the recurrent in it."""
        inputs: dict[str, Any] = {}
        for name, (width, axis) in self.sequences.items():
            inputs[f"all_{name}"] = self.shape(width)
            if self.steps is None:
                inputs[f"all_{name}"].insert(axis, "T")
        inputs |= {name: shape for name, shape in self.around.items() if name != "begin"}
        if self.lengths:
            inputs["lengths"] = {"shape": ["N"], "dtype": "int64"}
        graph: dict[str, Any] = {}
        if "begin" in self.around:
            inputs["k"] = self.shape(4)
            graph["begin"] = self.project(self.around["begin"][1], "k")
        return _document(inputs, graph | {"node": self.node()}, self.results())

    def node(self) -> dict[str, Any]:
        state = {
            name: {"shape": self.shape(one.width), "init": one.init, "delay": one.delay}
            for name, one in self.states.items()
        }
        over: Any = "T" if self.steps is None else {"steps": self.steps}
        made: dict[str, Any] = {"over": over, "state": state, "graph": self.graph, "next": self.next}
        made["outputs"] = {
            f"o{index}": {"from": name, "step": "last"} if last else name
            for index, (name, last) in enumerate(self.outputs)
        }
        made |= {"reverse": True} if self.reverse else {}
        made |= {"bidirectional": self.merge} if self.merge is not None else {}
        made |= {"lengths": "lengths"} if self.lengths else {}
        return {"recurrent": made, "from": {name: f"all_{name}" for name in self.sequences}}

    def results(self) -> list[str]:
        states = [*self.states, *(f"{name}_reverse" for name in self.states if self.merge is not None)]
        return [f"node.{name}" for name in (*(f"o{index}" for index in range(len(self.outputs))), *states)]

    def step(self) -> str:
        """The document of one step: from sequences, states and what is around, to the next states and outputs."""
        inputs = {name: self.shape(width) for name, (width, _) in self.sequences.items()}
        inputs |= {name: self.shape(one.width) for name, one in self.states.items()}
        return _document(inputs | self.around, self.graph, [*self.next.values(), *(name for name, _ in self.outputs)])

    def project(self, width: int, source: str) -> dict[str, Any]:
        layer = {"Conv2d": {"out_channels": width, "kernel_size": 1}} if self.image else {"Linear": width}
        return layer | {"from": source}


def _document(inputs: dict[str, Any], graph: dict[str, Any], outputs: list[str]) -> str:
    made = {"lego": 1, "name": "net", "inputs": inputs, "blocks": {"Body": BLOCK}, "graph": graph, "outputs": outputs}
    return json.dumps(made)


class _Grower:
    def __init__(self, draw: st.DrawFn, cell: Cell) -> None:
        self.draw = draw
        self.cell = cell
        self.widths = {name: width for name, (width, _) in cell.sequences.items()}
        self.widths |= {name: state.width for name, state in cell.states.items()}
        self.widths |= {name: shape[1] for name, shape in cell.around.items() if name in ("k", "begin")}
        self.linears: list[tuple[str, int, int]] = []

    def any(self) -> str:
        return self.draw(st.sampled_from(list(self.widths)))

    def add(self, node: Any, width: int | None) -> str:
        name = f"n{len(self.cell.graph)}"
        self.cell.graph[name] = node
        if width is not None:
            self.widths[name] = width
        return name

    def grow(self) -> None:
        ops = [_Grower.project, _Grower.pair, _Grower.pair, _Grower.function, _Grower.concat, _Grower.parts]
        ops += [_Grower.normal, _Grower.number, _Grower.chain, _Grower.scaled]
        ops += [_Grower.windows] if self.cell.image else [_Grower.block, _Grower.shared, _Grower.folded, _Grower.start]
        ops += [_Grower.attention] if "memory" in self.cell.around else []
        self.draw(st.sampled_from(ops))(self)

    def project(self) -> None:
        source, width = self.any(), self.draw(st.sampled_from(WIDTHS))
        name = self.add(self.cell.project(width, source), width)
        if not self.cell.image:
            self.linears.append((name, self.widths[source], width))

    def pair(self) -> None:
        left = self.any()
        same = [name for name, width in self.widths.items() if width == self.widths[left]]
        right = self.draw(st.sampled_from(same))
        self.add({self.draw(st.sampled_from(["Add", "Mul", "Sub"])): None, "from": [left, right]}, self.widths[left])

    def function(self) -> None:
        source = self.any()
        one = self.draw(st.sampled_from(["Tanh", "Sigmoid", "ReLU", {"Softmax": 1}, {"Dropout": 0.5}, "Identity"]))
        self.add({**({one: None} if isinstance(one, str) else one), "from": source}, self.widths[source])

    def concat(self) -> None:
        parts = [self.any(), self.any()]
        total = sum(self.widths[part] for part in parts)
        if total <= 8:
            self.add({"Concat": 1, "from": parts}, total)

    def parts(self) -> None:
        source = self.any()
        width = self.widths[source]
        if width == 1:
            return
        how = self.draw(st.sampled_from(["Chunk", "Split", "Slice"]))
        if how == "Slice":
            self.add({"Slice": {"dim": 1, "start": 1}, "from": source}, width - 1)
        elif how == "Split":
            self.picks(
                self.add({"Split": {"split_size": [1, width - 1], "dim": 1}, "from": source}, None), [1, width - 1]
            )
        elif width % 2 == 0:
            self.picks(self.add({"Chunk": {"chunks": 2, "dim": 1}, "from": source}, None), [width // 2] * 2)

    def picks(self, name: str, widths: list[int]) -> None:
        for index, width in enumerate(widths):
            if width > 1:
                self.widths[f"{name}.{index}"] = width

    def normal(self) -> None:
        source = self.any()
        width = self.widths[source]
        one: Any = {"GroupNorm": 2 if width % 2 == 0 else 1}
        if not self.cell.image and self.draw(st.booleans()):
            one = {"LayerNorm": None}
        self.add({**one, "from": source}, width)

    def number(self) -> None:
        source = self.any()
        one: Any = self.draw(st.sampled_from([{"Mul": 0.5}, {"Sub": {"other": 1, "reverse": True}}, {"Add": 0.1}]))
        self.add({**one, "from": source}, self.widths[source])

    def chain(self) -> None:
        source = self.any()
        width = self.widths[source]
        inner = [_plain(self.cell.project(width, source)), "Tanh"]
        self.add({self.draw(st.sampled_from(["Sequential", "skip"])): inner, "from": source}, width)

    def scaled(self) -> None:
        """A learned scale, read in each step."""
        source = self.any()
        width = self.widths[source]
        shape = [width, *([1] * len(IMAGE) if self.cell.image else [])]
        scale = self.add({"Parameter": {"shape": shape}, "init": {"uniform": {"a": 0.5, "b": 1.5}}}, None)
        self.add({"Mul": {"broadcast": True}, "from": [source, scale]}, width)

    def windows(self) -> None:
        source, width = self.any(), self.draw(st.sampled_from(WIDTHS))
        conv = {"Conv2d": {"out_channels": width, "kernel_size": 3, "padding": 1}}
        pool = {"AvgPool2d": {"kernel_size": 3, "stride": 1, "padding": 1}}
        wide = self.draw(st.booleans())
        self.add({**(conv if wide else pool), "from": source}, width if wide else self.widths[source])

    def block(self) -> None:
        width = self.draw(st.sampled_from(WIDTHS))
        self.add({"Body": width, "from": self.any()}, width)

    def shared(self) -> None:
        fitting = [(name, width, out) for name, width, out in self.linears if width in self.widths.values()]
        if fitting:
            name, width, out = self.draw(st.sampled_from(fitting))
            source = self.draw(st.sampled_from([one for one, own in self.widths.items() if own == width]))
            self.add({"share": name, "from": source}, out)

    def folded(self) -> None:
        """Rows taken apart and put together again."""
        source = self.any()
        width = self.widths[source]
        if width % 2 == 0:
            sizes = {"dim": 1, "unflattened_size": [2, width // 2]}
            apart = self.draw(st.sampled_from([{"Unflatten": sizes}, {"Reshape": [-1, 2, width // 2]}]))
            split = self.add({**apart, "from": source}, None)
            turned = self.add({"Permute": [0, 2, 1], "from": split}, None)
            self.add({"Flatten": 1, "from": turned}, width)

    def start(self) -> None:
        """A learned value for every row."""
        value = self.add({"Parameter": {"shape": [1, 2]}, "init": "ones"}, None)
        self.add({"Expand": {"shape": ["N", 2]}, "from": value}, 2)

    def attention(self) -> None:
        width = self.cell.around["memory"][2]
        query = self.add(self.cell.project(width, self.any()), width)
        one = self.add({"Unsqueeze": 1, "from": query}, None)
        turned = self.add({"Transpose": {"dim0": 1, "dim1": 2}, "from": "memory"}, None)
        scores = self.add({"MatMul": None, "from": [one, turned]}, None)
        weights = self.add({"Softmax": -1, "from": scores}, None)
        read = self.add({"MatMul": None, "from": [weights, "memory"]}, None)
        self.add({"Squeeze": 1, "from": read}, width)


def _plain(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "from"}


@st.composite
def cells(draw: st.DrawFn, most: int = 12) -> Cell:
    """A cell of up to so many nodes, and how it runs."""
    cell = Cell(image=draw(st.integers(0, 5)) == 0)
    for name in ("x", "y")[: draw(st.sampled_from([1, 1, 2]))]:
        cell.sequences[name] = (draw(st.sampled_from(WIDTHS)), draw(st.sampled_from([1, 1, 0])))
    cell.steps = draw(st.sampled_from([None, None, None, None, 3]))
    cell.around["k"] = cell.shape(4)
    if not cell.image and draw(st.booleans()):
        cell.around["memory"] = ["N", "S", 4]
    for name in ("h", "c", "m")[: draw(st.sampled_from([1, 1, 2, 2, 3]))]:
        state = State(
            draw(st.sampled_from(WIDTHS)),
            draw(st.sampled_from([1, 1, 1, 2, 3])),
            draw(st.sampled_from(["zeros", "zeros", "ones", "learned", "start"])),
        )
        if state.init == "start":
            cell.around.setdefault("begin", cell.shape(state.width))
            state = state._replace(init="begin", width=cell.around["begin"][1])
        cell.states[name] = state
    cell.reverse = draw(st.sampled_from([False, False, True]))
    cell.merge = draw(st.sampled_from([None, None, None, True, "Add", {"Concat": 1}]))
    cell.merge = {"Concat": 1} if cell.image and cell.merge is True else cell.merge
    cell.lengths = cell.steps is None and draw(st.sampled_from([False, False, True]))
    grower = _Grower(draw, cell)
    for _ in range(draw(st.integers(1, most))):
        grower.grow()
    for name, state in cell.states.items():
        value = grower.add(cell.project(state.width, grower.any()), state.width)
        cell.next[name] = value
        if draw(st.booleans()):
            cell.next[name] = grower.add({"Tanh": None, "from": value}, state.width)
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        name = draw(st.sampled_from(list(grower.widths)[-6:] + list(cell.states)))
        cell.outputs.append((name, draw(st.sampled_from([False, False, True]))))
    return cell
