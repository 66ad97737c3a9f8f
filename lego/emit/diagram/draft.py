"""From a graph to a picture, as a plan says: what is drawn open, what as one box, and which edges join them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lego.catalogue import Layer
from lego.emit.diagram.edges import Wired, finish, fork
from lego.emit.diagram.label import SIGNS, block_lines, layers_lines, progression
from lego.emit.diagram.palette import kind_of
from lego.emit.diagram.picture import Box, Edge, Group, Picture, boxes_in
from lego.emit.diagram.plan import Plan
from lego.emit.diagram.recurrence import back_edges, direction, entries, loops, of_all_steps, recurrence, scans_of
from lego.emit.diagram.segments import Segment, Segments
from lego.emit.diagram.tooltip import Tooltips
from lego.emit.diagram.wires import Around, Frames, Sheet, Use, Wire, text_of
from lego.graph import Call, Frame, Graph, Shared
from lego.spec import Use as Written

Items = list[Box | Group]
Wires = Sequence[Wire | None]

_SMALL = 8
"""Layers of a Sequential that needs no group within another."""
_WIDEST = 72
"""Letters of a line below the name of a group."""


class Drawn(NamedTuple):
    """What came of a use: its boxes, and where its outputs leave them."""

    items: Items
    outputs: Sequence[Wire]


class _TooMuch(Exception):
    """More boxes than there may be; there is no need to draw the rest."""


def draft(graph: Graph, plan: Plan, budget: int) -> Picture | None:
    """The picture of a graph, without a caption; None where it has more boxes than `budget`."""
    try:
        return _Drafter(plan, budget).picture(graph)
    except _TooMuch:
        return None


class _Drafter:
    def __init__(self, plan: Plan, budget: int) -> None:
        self.plan = plan
        self.left = budget
        self.segments = Segments(plan)
        self.tooltips = Tooltips()
        self.wired: Wired = {}
        self.shared: dict[tuple[str, str], None] = {}
        self.back: list[Edge] = []
        self.places: dict[str, str] = {}
        self.detailed: set[int] = set()

    def picture(self, graph: Graph) -> Picture:
        root = graph.root
        starts = [_terminal("input", port.name, text_of(port.type)) for port in root.ports]
        wires = [Wire(box.id, box.lines[0], False) for box in starts]
        inner = self.frame((root,), wires, Around())
        ends = [_terminal("output", name, text_of(root.type_of(ref))) for name, ref in root.outputs]
        for box, wire in zip(ends, inner.outputs, strict=True):
            self.connect([wire._replace(changed=False)], box.id)
        items, wired = fork([*starts, *inner.items, *ends], self.wired)
        shared = [Edge(*pair, "", "shared") for pair in self.shared]
        return Picture(graph.name, tuple(items), (*finish(list(boxes_in(items)), wired), *self.back, *shared))

    def spend(self) -> None:
        """One more box."""
        if self.left == 0:
            raise _TooMuch
        self.left -= 1

    def connect(self, wires: Iterable[Wire | None], target: str) -> None:
        for wire in wires:
            if wire is not None:
                self.wired.setdefault((wire.box, target), wire)

    # -- frames --------------------------------------------------------------------------------------------------------

    def frame(self, frames: Frames, wires: Sequence[Wire], around: Around) -> Drawn:
        """What stands in a frame, which reads `wires`."""
        sheet = Sheet(frames, around, {-1: tuple(wires)})
        items: Items = []
        for segment in self.segments.of(frames[0]):
            items.extend(self.segment(sheet, segment))
        for left, right in frames[0].ties:
            self.share(self.place(f"{around.prefix}{left}"), self.place(f"{around.prefix}{right}"))
        outputs = sheet.read(ref for _, ref in frames[0].outputs)
        return Drawn(items, [wire for wire in outputs if wire is not None])

    def segment(self, sheet: Sheet, segment: Segment) -> Items:
        if segment.form in ("lump", "gap"):
            return [self.lump(sheet, segment)]
        uses = [
            Use(sheet.frames, segment.start + offset, segment.period, segment.times) for offset in range(segment.period)
        ]
        if segment.period == 1:
            return self.use(sheet, uses[0], times=segment.times)
        inner = sheet.around
        sheet.around = inner._replace(depth=inner.depth + 1)
        items = [item for use in uses for item in self.use(sheet, use, times=1)]
        sheet.around = inner
        first, last = sheet.frames[0].calls[segment.start], sheet.frames[0].calls[segment.stop - 1]
        name = f"{self.name(first, inner)} – {self.name(last, inner)}"
        return [Group(f"{inner.prefix}{first.name} …", name, (f"× {segment.times}",), "repeat", tuple(items))]

    def lump(self, sheet: Sheet, segment: Segment) -> Box:
        """Several calls as one box, which tells what they are, or with a gap how many."""
        self.spend()
        frame, around = sheet.frames[0], sheet.around
        calls = frame.calls[segment.start : segment.stop]
        first = calls[0]
        path = f"{around.prefix}{first.name}"
        for call in calls:
            self.connect(sheet.read(ref for ref in call.inputs if ref and ref.call < segment.start), path)
        for index in range(segment.start, segment.stop):
            use = Use(sheet.frames, index)
            sheet.put(use, [Wire(path, "", True)] * len(frame.calls[index].outputs))
            self.register(sheet, use, path)
        tooltip = self.tooltips.of(Use(sheet.frames, segment.start), path)
        if segment.form == "lump" and isinstance(first.body, Layer):
            uses = [Use(sheet.frames, index) for index in range(segment.start, segment.stop)]
            layers = [[call.body for call in use.calls if isinstance(call.body, Layer)] for use in uses]
            lines = tuple([line for same in layers for line in layers_lines(same)])
            return Box(path, self.name(first, around), lines, "layer", kind_of(first.body.family), tooltip)
        count = sum(call.body.size if isinstance(call.body, Frame) else 1 for call in calls)
        return Box(path, "…", (f"{count:,} more layers",), "block", "gap", (f"{path} – {calls[-1].name}",))

    # -- uses ----------------------------------------------------------------------------------------------------------

    def use(self, sheet: Sheet, use: Use, times: int) -> Items:
        """A use of a frame's calls, `times` instances one after the other; its values go back to the sheet."""
        call = use.calls[0]
        name = self.name(call, sheet.around)
        if times > 1 and sheet.frames[0].kind != "repeat":
            name = f"{name} – {sheet.frames[0].calls[use.indices[-1]].name}"
        around = sheet.around
        if isinstance(call.body, Frame):
            lent = tuple([sheet.owner(lender) for lender in call.lends])
            around = around._replace(lent=lent)
        drawn = self.drawn(use, sheet.read(call.inputs), around, name, times)
        path = f"{sheet.around.prefix}{call.name}"
        first = next(boxes_in(drawn.items), None)
        sheet.put(use, drawn.outputs)
        self.register(sheet, use, first.id if first else path)
        if isinstance(call.target, Shared) and first:
            self.share(first.id, sheet.owner(call.target.call))
        return drawn.items

    def drawn(self, use: Use, wires: Wires, around: Around, name: str, times: int) -> Drawn:
        """A use that reads `wires`; `around.lent` is what it is lent itself."""
        call = use.calls[0]
        body = call.body
        path = f"{around.prefix}{call.name}"
        if isinstance(body, Layer):
            if use.frames[0].kind == "recurrent" and type(body).__name__ == "Expand":
                return Drawn([], [wire for wire in wires[:1] if wire is not None])  # a learned start, for each row
            return self.layer(use, wires, path, name, times)
        if call.scan is not None:
            return self.scan(use, wires, around, name)
        bodies = tuple([call.body for call in use.calls if isinstance(call.body, Frame)])
        inside = around._replace(prefix=f"{path}.", lead="")
        given = [wire for wire in wires if wire is not None]
        own = not isinstance(call.target, Shared)
        if own and body.kind == "repeat" and self.is_one_chain(body):
            return self.chain(bodies, given, inside, name, times)
        if own and times == 1 and self.plan.open and _is_hollow(body, around):
            return self.frame(bodies, given, inside._replace(lead=name))
        if own and self.opens(body, around.depth):
            inner = self.frame(bodies, given, inside._replace(depth=around.depth + 1))
            if inner.items:
                lines = (*_times((_title(body),), times), _sizes(use) if times > 1 else "")
                given = tuple(line for line in lines if line)
                group = Group(path, name, given, _tint(body), tuple(inner.items), self.tooltips.of(use, path))
                return Drawn([group], inner.outputs)
            return inner
        return self.folded(use, wires, path, name, times)

    def scan(self, use: Use, wires: Wires, around: Around, name: str) -> Drawn:
        """The graph of a step; where a recurrent goes one way only, its frame is the recurrent's own."""
        call = use.calls[0]
        scan, body = call.scan, call.body
        assert scan is not None and isinstance(body, Frame)
        alone = len(scans_of(use.frames[0])) == 1
        path = f"{around.prefix}{call.name}"
        if not (alone or self.opens(body, around.depth)):
            drawn = self.folded(use, wires, path, name, 1)
            return drawn._replace(outputs=of_all_steps(scan, drawn.outputs))
        bodies = tuple([call.body for call in use.calls if isinstance(call.body, Frame)])
        same = zip(*(body.ports for body in bodies), strict=True)
        found = entries(call, wires, path)
        for entry in found:
            if entry.box:
                self.connect([entry.wire], entry.box.id)
        given = [wire for entry, ports in zip(found, same, strict=False) if (wire := entry.inside(ports))]
        inside = around._replace(prefix=f"{path}.", lead="", depth=around.depth + (not alone))
        inner = self.frame(bodies, given, inside)
        self.back += back_edges(scan, inner.outputs[len(scan.stacked) :], path)
        items = [*(entry.box for entry in found if entry.box), *inner.items]
        outputs = of_all_steps(scan, inner.outputs)
        if alone:
            return Drawn(items, outputs)
        group = Group(path, name, (direction(scan),), "recurrent", tuple(items), self.tooltips.of(use, path))
        return Drawn([group], outputs)

    def chain(self, bodies: Frames, wires: Sequence[Wire], inside: Around, name: str, times: int) -> Drawn:
        """A `repeat` whose instances are all alike: they are drawn as one, under the name of the repeat."""
        body = bodies[0]
        use = Use(bodies, 0, 1, len(body.calls))
        given = [None if ref is None else wires[ref.output] for ref in body.calls[0].inputs]
        lent = tuple([inside.lent[~lender] for lender in body.calls[0].lends])
        drawn = self.drawn(use, given, inside._replace(lent=lent), name, times * len(body.calls))
        return Drawn(drawn.items, [drawn.outputs[ref.output] for _, ref in body.outputs])

    def is_one_chain(self, body: Frame) -> bool:
        segments = list(self.segments.of(body))
        return (
            len(segments) == 1
            and segments[0].period == 1
            and segments[0].form == "chain"
            and all(ref.call == len(body.calls) - 1 for _, ref in body.outputs)
        )

    def opens(self, body: Frame, depth: int) -> bool:
        """Whether a frame is drawn in detail; then it will not be once more."""
        if self.plan.depth is not None and depth >= self.plan.depth:
            return False
        if self.plan.once and body.kind in ("block", "cell"):
            key = self.segments.structure.of(body)
            if key in self.detailed:
                return False
            self.detailed.add(key)
        return True

    def layer(self, use: Use, wires: Wires, path: str, name: str, times: int) -> Drawn:
        """A layer is a box, or a small circle where it merges values."""
        layers = [call.body for call in use.calls if isinstance(call.body, Layer)]
        sign = SIGNS.get(type(layers[0]).__name__)
        kind = kind_of(layers[0].family)
        tooltip = self.tooltips.of(use, path)
        if sign and times == 1 and sum(wire is not None for wire in wires) > 1:
            box = Box(path, sign, (), "merge", kind, tooltip)
        else:
            box = Box(path, name, _times(layers_lines(layers), times), "layer", kind, tooltip)
        return self.boxed(use, wires, box)

    def folded(self, use: Use, wires: Wires, path: str, name: str, times: int) -> Drawn:
        body = use.calls[0].body
        assert isinstance(body, Frame)
        lines = (*_times(_kind(use) or (_folded_kind(use.calls[0]),), times), self.tooltips.size(use))
        self.back += loops(use.calls[0], path)
        box = Box(path, name, lines, "block", _tint(body), self.tooltips.of(use, path))
        return self.boxed(use, wires, box)

    def boxed(self, use: Use, wires: Wires, box: Box) -> Drawn:
        self.spend()
        self.connect(wires, box.id)
        source = use.source
        types = use.calls[0].outputs
        changed = [source is None or (type.shape, type.dtype) != (source.shape, source.dtype) for type in types]
        return Drawn([box], [Wire(box.id, "", change) for change in changed])

    # -- names, and what is where --------------------------------------------------------------------------------------

    def name(self, call: Call, around: Around) -> str:
        """A node's name; numbers say too what composite they stand in."""
        return f"{around.lead}.{call.name}" if around.lead and call.name[0].isdigit() else call.name

    def register(self, sheet: Sheet, use: Use, box: str) -> None:
        for index in use.indices:
            sheet.modules[index] = box
            self.places[f"{sheet.around.prefix}{sheet.frames[0].calls[index].name}"] = box

    def place(self, path: str) -> str:
        """The box that shows a path, or what it stands in."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, "")

    def share(self, one: str, other: str) -> None:
        if one and other and one != other:
            self.shared[other, one] = None


def _terminal(form: str, name: str, text: str) -> Box:
    return Box(
        f"{form} {name}", name, (text,), "input" if form == "input" else "output", "terminal", (f"{form} {name}",)
    )


def _is_hollow(body: Frame, around: Around) -> bool:
    """A composite that needs no group of its own: its wires say what it is."""
    if body.kind == "Sequential":
        return len(body.calls) == 1 or (around.depth > 0 and body.size <= _SMALL)
    return body.kind in ("skip", "split", "branch", "initial")


def _sizes(use: Use) -> str:
    """The sizes that come out of the first and the last instance, where they differ."""
    steps = [str(call.outputs[0].shape) for call in use.calls if call.outputs]
    text = progression(steps if len(set(steps)) < 4 else [steps[0], "…", steps[-1]])
    return text if " → " in text and len(text) <= _WIDEST else ""


def _kind(use: Use) -> tuple[str, ...]:
    """The block of a use, with the arguments that its user gave."""
    call = use.calls[0]
    bodies = [call.body for call in use.calls if isinstance(call.body, Frame)]
    return block_lines(bodies, _given(call, bodies[0]))


def _given(call: Call, body: Frame) -> list[str]:
    what = call.node.what
    if not isinstance(what, Written):
        return []
    names = list(body.arguments)
    if what.name.startswith("$"):
        return names
    return [name for name in names if name in what.arguments or (what.primary is not None and name == names[0])]


def _folded_kind(call: Call) -> str:
    """What a folded composite is: of a repeat, of what; of a direction, which."""
    body = call.body
    assert isinstance(body, Frame)
    if call.scan is not None:
        return direction(call.scan)
    if body.kind != "repeat":
        return _title(body) or body.kind
    labels = {call.body.label if isinstance(call.body, Frame) else type(call.body).__name__ for call in body.calls}
    return f"{labels.pop() if len(labels) == 1 else 'repeat'} × {len(body.calls)}".lstrip()


def _title(body: Frame) -> str:
    return recurrence(body) if body.kind == "recurrent" else body.label


def _tint(body: Frame) -> str:
    return body.label or body.kind


def _times(lines: tuple[str, ...], times: int) -> tuple[str, ...]:
    """The number of instances stands behind what they are."""
    return (f"{lines[0]} × {times}".lstrip(), *lines[1:]) if times > 1 else lines
