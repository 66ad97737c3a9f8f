"""Documents grown node by node: what is drawn is kept if lego takes it; torch then judges what lego says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product
from typing import Any, NamedTuple

from hypothesis import strategies as st

from lego.catalogue import Applied, Layer, Slot, Variadic, apply, create, layers
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType
from lego.spec import evaluate_dim
from tests.graph.random_graphs.arguments import Arguments, Expression, arguments
from tests.graph.random_graphs.document import Fragment, Parts, Ref, Value, dump, probe, refs, whole

_TRIED = 400
"""Combinations of inputs that a layer is tried on."""

INPUTS = (
    "[N, 8]", "[N, 4, H, W]", "[N, T, 8]", "[N, T] int64 12", "[N, 4, L]", "[N, 8, 4*h, 2*w]", "[N, 4, D, H, W]",
    "[N, T] bool", "[T, N, 8]", "[2, 4, 6, 6]", "[N] int64 12", "[N, H, W]", "[N, S, 8]", "[2, 6, 8, 8, 8]",
    "[N, 8] float64", "[N, 12, 2*k]", "[T, T] bool", "[8]", "[]", "[N, 1, T]", "[N, 8] int32", "[H, W] bool",
    "[N, 4, H, W] int64", "[4*k, 4, 4]",
    "[N, 4, L] int64", "[N, 4, D, H, W] int64", "[N, S] int64 8", "[N] int64 4",
    "[N, 8, 6]", "[N, 8] int64 8",
)  # fmt: skip


@cache
def type_of(text: str) -> TensorType:
    """`[N, T] int64 12` as a type; the last number bounds its values."""
    inner, _, rest = text[1:].partition("]")
    shape = Shape(evaluate_dim(size) for size in inner.split(",") if size)
    dtype, *high = rest.split() or ["float32"]
    return TensorType(shape, dtype, (0, int(high[0])) if high else None)


class Fit(NamedTuple):
    """A layer, and types of inputs that it takes."""

    types: tuple[TensorType | None, ...]
    applied: Applied


class Grower:
    """A graph in the making: the document's own, a block's, or the body of a composite."""

    def __init__(
        self,
        draw: st.DrawFn,
        parts: Parts,
        values: Sequence[Value],
        around: Sequence[Value] = (),
        *,
        inner: bool = True,
    ) -> None:
        self.draw = draw
        self.parts = parts
        self.own = list(values)
        self.around = list(around)
        self.inputs: dict[str, TensorType] = {}
        self.nodes: dict[str, Fragment] = {}
        self.last = values[0]
        """What a node without `from` reads."""
        self.inner = inner
        self.parameters: dict[str, Any] = parts.params
        self.shared: dict[str, Layer] = {}
        """Layers that can run again, by the name of their node."""

    @property
    def values(self) -> list[Value]:
        """What a node may read, the newest first."""
        return [*self.own[::-1], *self.around[::-1]]

    def copy_input(self) -> None:
        """A node that always fits."""
        first = self.own[0]
        self._add("identity", {"Identity": None} | self._wiring([first]), [("output", first.type)])

    def grow(self, count: int, deep: bool = True) -> None:
        for _ in range(count):
            kind = self.draw(st.sampled_from(_KINDS)) if deep else "layer"
            getattr(self, f"_{kind}")()

    # -- nodes ---------------------------------------------------------------------------------------------------------

    def _add(self, kind: str, node: Fragment, outputs: Sequence[tuple[str, TensorType]], named: bool = True) -> None:
        name = self.parts.fresh(kind)
        self.nodes[name] = node
        self.own.append(Value(Ref(name), outputs[0][1]))
        self.last = self.own[-1]
        if named and len(outputs) > 1:
            self.own.extend(Value(Ref(f"{name}.{output}"), type) for output, type in outputs[1:])

    def _try(self, kind: str, what: Fragment, reads: Sequence[Value]) -> bool:
        """Add a node whose outputs only lego can tell."""
        node = what | self._wiring(reads)
        inside = {ref for ref in refs(what)}
        seen = {value.ref: value.type for value in self.values if value.ref in inside}
        ordered = {value.ref: value.type for value in reads} | seen
        outputs = probe(self.parts, what | ({"from": [v.ref for v in reads]} if len(ordered) > 1 else {}), ordered)
        if outputs is None:
            return False
        self._add(kind, node, outputs)
        return True

    def _wiring(self, reads: Sequence[Value]) -> Fragment:
        if len(reads) == 1 and reads[0].ref == self.last.ref:
            return {}
        names = [value.ref for value in reads]
        return {"from": names[0] if len(names) == 1 else names} if names else {}

    # -- layers --------------------------------------------------------------------------------------------------------

    def _layer(self) -> None:
        """A layer, or none if nothing that was drawn fits."""
        any(self._attempt(self.draw(st.sampled_from(sorted(layers())))) for _ in range(3))

    def _attempt(self, name: str) -> bool:
        """A layer with some arguments, on values that they fit."""
        anchor = self.draw(st.sampled_from(self._distinct()))
        written = self.draw(arguments(layers()[name], (anchor,)))
        if not self.inner:
            written.pop("inplace", None)  # every value is an output, and may not be overwritten
        fits = self._fits(name, written, anchor)
        if fits:
            self._place(name, written, self.draw(st.sampled_from(fits)))
        return bool(fits)

    def want(self, name: str) -> None:
        """This layer, with more inputs for as long as none fits."""
        for _ in range(30):
            if self._attempt(name):
                return
            self.add_input(self.draw(st.sampled_from(INPUTS)))

    def add_input(self, text: str) -> None:
        """An input of this type, unless there is one."""
        if type_of(text) not in self.inputs.values():
            name = f"x{len(self.inputs)}"
            self.inputs[name] = type_of(text)
            self.own.append(Value(Ref(name), type_of(text)))

    def _distinct(self) -> list[TensorType]:
        return list(dict.fromkeys(value.type for value in self.values))

    def _fits(self, name: str, written: Arguments, anchor: TensorType) -> list[Fit]:
        bound = {key: value.value if isinstance(value, Expression) else value for key, value in written.items()}
        made = create(layers()[name], bound)
        if isinstance(made, list):
            return []
        types = self._distinct()
        if bound != written:
            types = [anchor]
        return list(self._applied(made, islice(self._combinations(made, anchor, types), _TRIED)))

    def _combinations(
        self, layer: Layer, anchor: TensorType, types: list[TensorType]
    ) -> Iterator[tuple[TensorType | None, ...]]:
        """Types for the slots of a layer: first those of the anchor."""
        slots = layer.slots
        types = sorted(types, key=lambda type: type != anchor)
        if isinstance(slots, Variadic):
            count = max(slots.least, self.draw(st.sampled_from([2, 1, 3])))
            yield from ((type,) * count for type in types)
            yield from product(types, repeat=count)
            return
        filled = [not slot.optional or self.draw(st.integers(0, 2)) == 2 for slot in slots]
        yield from (tuple(type if full else None for full in filled) for type in types)
        near = [sorted(_near(slot, types), key=lambda type: type != anchor) for slot in slots]
        near[1:] = [self.draw(st.permutations(each)) for each in near[1:]] if len(slots) > 2 else near[1:]
        yield from product(*(each if full else [None] for each, full in zip(near, filled, strict=True)))

    def _applied(self, layer: Layer, combinations: Iterator[tuple[TensorType | None, ...]]) -> Iterator[Fit]:
        for types in dict.fromkeys(combinations):
            try:
                yield Fit(types, apply(layer, types))
            except Problem:
                continue

    def _reading(self, type: TensorType) -> Value:
        """One of the values of a type."""
        return self.draw(st.sampled_from([value for value in self.values if value.type == type]))

    def _place(self, name: str, written: Arguments, fit: Fit) -> None:
        layer, outputs, names, _ = fit.applied
        reads = [None if type is None else self._reading(type) for type in fit.types]
        node: Fragment = {name: self._written(layer, written)}
        filled = [value for value in reads if value is not None]
        if isinstance(layer.slots, Variadic) or None not in reads[: len(filled)]:
            node |= self._wiring(filled)
        else:
            slots = zip(layer.slots, reads, strict=True)
            node["from"] = {slot.name: value.ref for slot, value in slots if value is not None}
        turn = self.draw(st.sampled_from([*(None,) * 9, "repeat", "each", "when", "freeze", "given"]))
        if turn == "when" and filled:
            self._left_out(name, node, filled[0])
            return
        if turn in ("repeat", "each", "given") and self._turned(turn, name, node, layer, filled):
            return
        found = node | ({"freeze": True} if turn == "freeze" else {})
        self._add(name, found, list(zip(names, outputs, strict=True)))
        self.shared[self.last.ref] = layer

    def _written(self, layer: Layer, written: Arguments) -> Any:
        """The arguments as the document has them; parameters of the block stand for their values."""
        found = {key: value.text if isinstance(value, Expression) else value for key, value in written.items()}
        for name, value in self.parameters.items():
            equal = [key for key, one in found.items() if type(one) is int and one == value]
            found |= {key: f"${name}" for key in equal if self.draw(st.booleans())}
        primary = type(layer).primary()
        if list(found) == [primary] and not isinstance(found[primary], dict):
            return found[primary]
        return found or None

    def _left_out(self, name: str, node: Fragment, first: Value) -> None:
        """`when: false`: its readers get its first input."""
        key = self.parts.fresh(name)
        self.nodes[key] = node | {"when": False}
        self.own.append(Value(Ref(key), first.type, output=False))
        self.last = self.own[-1]

    def _turned(self, turn: str, name: str, node: Fragment, layer: Layer, reads: Sequence[Value]) -> bool:
        """The node repeated, for each of a few items, or with the arguments that it would infer."""
        if turn == "given":
            values = {key: getattr(layer, key) for key in [*type(layer).model_fields, *(layer.model_extra or {})]}
            complete = {key: value for key, value in values.items() if value is not None}
            if any(isinstance(value, Layer) for value in complete.values()):
                return False  # it is written as a node is
            return self._try(name, {name: complete, **_without(node, name)}, reads) if complete else False
        what: Fragment = {"repeat": self.draw(st.sampled_from([1, 2, 3]))}
        primary = type(layer).primary()
        if turn == "each" and primary is not None:
            value = getattr(layer, primary)
            node = {name: {**_mapping(node[name], primary), primary: "$item"}, **_without(node, name)}
            what = {"each": [value, value]}
        return self._try(name, node | what, reads)

    def _share(self) -> None:
        """A module that runs again on another value."""
        if not self.shared:
            return
        name = self.draw(st.sampled_from(sorted(self.shared)))
        layer = self.shared[name]
        slots = layer.slots
        count = slots.least if isinstance(slots, Variadic) else len(slots)
        fits = list(self._applied(layer, islice(product(self._distinct(), repeat=count), _TRIED)))
        if fits:
            fit = self.draw(st.sampled_from(fits))
            reads = [self._reading(type) for type in fit.types if type is not None]
            self._try("share", {"share": Ref(name)}, reads)

    # -- composites ----------------------------------------------------------------------------------------------------

    def _body(self, type: TensorType) -> tuple[Any, TensorType] | None:
        """A graph that reads a value of this type, and what comes out of it."""
        around = [value for value in self.values if value.ref != "input" and value.output]
        inner = Grower(self.draw, self.parts, [Value(Ref("input"), type)], around[:6])
        inner.parameters = self.parameters
        inner.grow(self.draw(st.integers(1, 3)), deep=self.draw(st.integers(0, 5)) == 5)
        nodes = _read(inner.nodes)
        if not nodes:
            return None
        chain = not any(True for _ in refs(nodes))
        listed = chain and self.draw(st.booleans())
        return list(nodes.values()) if listed else nodes, inner.last.type

    def _sequential(self) -> None:
        value = self.draw(st.sampled_from(self.values))
        body = self._body(value.type)
        if body is not None:
            self._try("sequential", {"Sequential": body[0]}, [value])

    def _skip(self) -> None:
        value = self.draw(st.sampled_from(self.values))
        body = self._body(value.type)
        if body is None:
            return
        graph, end = body
        merges = _merges(value.type, end)
        if merges and self.draw(st.booleans()):
            merge = self.draw(st.sampled_from(merges))
            self._try("skip", {"skip": graph if merge == "Add" else {"graph": graph, "merge": merge}}, [value])
            return
        for shortcut in _projections(end):
            if self._try("skip", {"skip": {"graph": graph, "shortcut": shortcut}}, [value]):
                return

    def _split(self) -> None:
        value = self.draw(st.sampled_from(self.values))
        by, types = self.draw(st.sampled_from([("copy", [value.type] * 2), *_halves(value.type)]))
        bodies = [self._body(type) for type in types]
        if None in bodies:
            return
        branches = {f"b{index}": body[0] for index, body in enumerate(bodies) if body is not None}
        ends = [body[1] for body in bodies if body is not None]
        merge = self.draw(st.sampled_from(["none", *_merges(*ends)]))
        what = {"branches": branches, "merge": merge} | ({} if by == "copy" else {"by": by})
        self._try("split", {"split": what}, [value])

    def _copies(self) -> None:
        value = self.draw(st.sampled_from(self.values))
        body = self._body(value.type)
        if body is not None:
            merge = self.draw(st.sampled_from(_merges(body[1], body[1])))
            self._try("copies", {"split": {"copies": 2, "graph": body[0], "merge": merge}}, [value])

    def _block(self) -> None:
        """A use of a block, perhaps with another value of its parameter, on inputs of perhaps another size."""
        blocks = self.parts.blocks
        if not blocks or self.draw(st.integers(0, 2)) == 0:
            self._new_block()
        if not blocks:
            return
        name = self.draw(st.sampled_from(sorted(blocks)))
        reads = [self.draw(st.sampled_from(self.values)) for _ in blocks[name].get("inputs", ["input"])]
        width = self.draw(st.sampled_from([4, 8, 2]))
        if "params" in blocks[name]:
            self._try(name, {name: {"width": width}}, reads) or self._try(name, {name: None}, reads)
        else:
            self._try(name, {name: None}, reads)

    def _new_block(self) -> None:
        names = self.draw(st.sampled_from([["input"], ["x", "y"]]))
        types = [self.draw(st.sampled_from(self._distinct())) for _ in names]
        inner = Grower(self.draw, self.parts, [Value(Ref(name), type) for name, type in zip(names, types, strict=True)])
        inner.parameters = {"width": 4}
        inner.grow(self.draw(st.integers(1, 4)), deep=False)
        nodes = _read(inner.nodes)
        if set(names) - {"input"} - set(refs(nodes)) or not nodes:
            return
        block: Fragment = {"params": {"width": 4}} if "$width" in str(nodes) else {}
        block |= {} if names == ["input"] else {"inputs": names}
        outputs = {str(ref): ref for ref in [value.ref for value in inner.own] if ref in nodes}
        several = len(outputs) > 1 and self.draw(st.booleans())
        name = f"Block{len(self.parts.blocks)}"
        self.parts.blocks[name] = block | {"graph": nodes} | ({"outputs": outputs} if several else {})


_KINDS = (*("layer",) * 24, "sequential", "skip", "split", "copies", "share", "block", "block")


def _near(slot: Slot, types: Sequence[TensorType]) -> list[TensorType]:
    """The types that may suit a slot: those of its dtype."""
    match slot.dtype:
        case "integer" | "bool" as kind:
            return [type for type in types if (type.dtype if kind == "bool" else type.dtype[:3]) in ("bool", "int")]
        case "weights" | "floating":
            return [type for type in types if type.dtype.startswith("float")]
        case _:
            return list(types)


def _without(node: Fragment, name: str) -> Fragment:
    return {key: value for key, value in node.items() if key != name}


def _mapping(value: Any, primary: str) -> Fragment:
    return value if isinstance(value, dict) else {} if value is None else {primary: value}


def _read(nodes: Mapping[str, Fragment], outputs: Collection[str] = ()) -> dict[str, Fragment]:
    """The nodes without those that nothing reads; without `outputs`, the last is one."""
    names = list(nodes)
    needed = set(outputs or names[-1:])
    for position in range(len(names) - 1, -1, -1):
        name = names[position]
        if name in needed:
            found = {ref.partition(".")[0] for ref in refs(nodes[name])}
            before = {names[position - 1]} if position and _reads_previous(nodes[name]) else set[str]()
            needed |= found | before
    return {name: node for name, node in nodes.items() if name in needed}


def _reads_previous(node: Fragment) -> bool:
    layer = layers().get(next(iter(node)))
    return "from" not in node and (layer is None or layer.slots != ())


def _merges(*types: TensorType) -> list[Any]:
    """Layers that make one value of these."""
    written: list[Any] = ["Add", {"Concat": 0}, {"Concat": 1}, {"Concat": -1}, {"Stack": 0}, "Mul", "Maximum", "MatMul"]
    return [merge for merge in written if _takes(merge, types)]


def _takes(written: Any, types: tuple[TensorType, ...]) -> bool:
    name, value = next(iter(written.items())) if isinstance(written, dict) else (written, None)
    made = create(layers()[name], {} if value is None else {"dim": value})
    try:
        return not isinstance(made, list) and bool(apply(made, types))
    except (Problem, TypeError, ValueError):
        return False


def _projections(end: TensorType) -> list[Any]:
    """Shortcuts that may bring the input to this type."""
    shape = end.shape
    found: list[Any] = []
    if shape and isinstance(shape[-1], int):
        found.append({"Linear": shape[-1]})
    if len(shape) in (3, 4, 5) and isinstance(shape[1], int):
        name = f"Conv{len(shape) - 2}d"
        found += [{name: {"out_channels": shape[1], "kernel_size": 1, "stride": stride}} for stride in (1, 2)]
    return [*found, {"Cast": end.dtype}]


def _halves(type: TensorType) -> list[tuple[Any, list[TensorType]]]:
    """Chunk along a dim, and what the two halves are."""
    found: list[tuple[Any, list[TensorType]]] = []
    for dim in range(len(type.shape)):
        made = create(layers()["Chunk"], {"chunks": 2, "dim": dim})
        try:
            halves = apply(made, (type,)).outputs if isinstance(made, Layer) else ()
        except Problem:
            continue
        if len(halves) == 2:
            found.append(({"Chunk": {"chunks": 2, "dim": dim}}, list(halves)))
    return found


@st.composite
def documents(draw: st.DrawFn, most: int = 40, wanted: str | None = None) -> str:
    """The text of a sound document, every value of whose graph is among its outputs, with a `wanted` layer."""
    parts = Parts({"width": 4})
    first, *others = draw(st.lists(st.sampled_from(INPUTS), min_size=1, max_size=5, unique=True))
    grower = Grower(draw, parts, [Value(Ref("x0"), type_of(first))], inner=False)
    grower.inputs["x0"] = type_of(first)
    for text in others:
        grower.add_input(text)
    grower.grow(draw(st.integers(0, most // 2)))
    if wanted is not None:
        grower.want(wanted)
    grower.grow(draw(st.integers(0, most // 2)))
    if not any(value.ref in grower.nodes for value in grower.own if value.output):
        grower.copy_input()
    outputs = {str(value.ref): str(value.ref) for value in grower.own if value.output}
    return dump(whole(parts, grower.inputs, _read(grower.nodes, outputs), outputs))
