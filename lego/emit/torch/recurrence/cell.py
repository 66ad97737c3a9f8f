"""The class of a cell: its forward runs all steps.

What can be computed for all steps at once stands before and after the loop, along dim 0; the step itself is a function
inside, so that it reads what is the same in each step by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lego.catalogue import Layer
from lego.emit.torch.container import reach
from lego.emit.torch.forward import Forward, Statements, weight_of
from lego.emit.torch.names import unique, variable
from lego.emit.torch.recurrence.frames import Joined, Part, cut, same_source
from lego.emit.torch.recurrence.kernel import Fused, fused, kernel_lines
from lego.emit.torch.recurrence.lowering import Lowering
from lego.emit.torch.sizes import RuntimeSizes
from lego.graph import Carried, Frame, Ref, Scan
from lego.graph.steps import Parts, find_parts, whole, with_steps
from lego.shapes import TensorType

_RUNNERS = {"loop": "loop_steps", "scan": "scan_steps"}
_OWN = ("states", "inputs", "step", "run", "reverse", "scan")


def write_cell(cell: Frame, scan: Scan, both: bool, lowering: Lowering) -> Forward:
    """The forward of a cell's class.

    Args:
        cell: The graph of one step.
        scan: How it runs.
        both: The class serves both directions: its forward takes `reverse`.
        lowering: How it is to run.
    """
    parts = whole(cell) if lowering == "loop" else find_parts(cell, scan)
    found = fused(cell, scan, parts) if lowering in ("auto", "recognised") else None
    if found is None:
        return _Cell(cell, scan, both, parts, lowering).forward()
    at_once = _Cell(cell, scan, both, found.parts, lowering).at_once(found)
    if lowering == "recognised":
        return at_once
    by_steps = _Cell(cell, scan, both, parts, "scan")
    method = unique("by_steps", {call.name for call in cell.calls})
    given = ", ".join([*at_once.tensors, *at_once.modules, *(["reverse"] if both else [])])
    switch = (
        "if torch.compiler.is_compiling():  # torch's kernel can be neither compiled nor exported",
        f"    return self.{method}({given})",
    )
    lines = (*switch, *at_once.lines)
    return Forward(at_once.tensors, at_once.modules, lines, at_once.flags, ((method, by_steps.forward()),))


class _Cell:
    def __init__(self, cell: Frame, scan: Scan, both: bool, parts: Parts, lowering: Lowering) -> None:
        self.cell = cell
        self.scan = scan
        self.both = both
        self.parts = parts
        self.lowering: Lowering = lowering
        self.child = reach(cell)
        self.taken: set[str] = set(_OWN)
        self.names: dict[Ref, str] = {}
        """Values of the cell as they are outside the loop: for all steps, or the same in each."""
        self.starts: dict[int, str] = {}
        """The states that are given, by position."""
        self.lines: list[str] = []
        self._parameters()

    # -- what the forward is given -----------------------------------------------------------------------------------

    def _parameters(self) -> None:
        scan, first = self.scan, len(self.scan.axes)
        tensors: list[str] = []
        for index, port in enumerate(self.cell.ports):
            state = scan.states[index - first] if first <= index < first + len(scan.states) else None
            if state is not None and state.start != "given":
                continue
            name = self._fresh(port.name)
            tensors.append(name)
            if state is not None:
                self.starts[index - first] = name
            else:
                self.names[Ref(-1, index)] = name
        self.lengths = self._fresh("lengths") if scan.lengths else None
        self.tensors = (*tensors, *([self.lengths] if self.lengths else []))
        self.borrowed = tuple(self._fresh(f"{name}_module") for name in self.cell.borrowed)

    def _fresh(self, name: str) -> str:
        found = unique(variable(name), self.taken)
        self.taken.add(found)
        return found

    def _finish(self) -> Forward:
        flags = ("reverse: bool = False",) if self.both else ()
        return Forward(self.tensors, self.borrowed, tuple(self.lines), flags)

    @property
    def reverse(self) -> str:
        """Whether steps are taken from the last to the first, as Python."""
        return "reverse" if self.both else str(self.scan.reverse)

    # -- kinds of values ---------------------------------------------------------------------------------------------

    def is_sequence(self, ref: Ref) -> bool:
        """Whether a value is there for all steps before the loop."""
        if ref.call >= 0:
            return ref.call in self.parts.before
        return ref.output < len(self.scan.axes) and self.scan.axes[ref.output] is not None

    def is_state(self, ref: Ref) -> bool:
        """Whether a value is a state."""
        return ref.call < 0 and 0 <= ref.output - len(self.scan.axes) < len(self.scan.states)

    def in_steps(self, ref: Ref) -> bool:
        """Whether a value comes to be in the loop alone."""
        return self.is_state(ref) or ref.call in self.parts.step

    def _type(self, ref: Ref) -> TensorType:
        """The type of a value outside the loop."""
        type = self.cell.type_of(ref)
        varies = self.is_sequence(ref) or self.in_steps(ref) or ref.call in self.parts.after
        return with_steps(type, self.scan.length) if varies else type

    def _wanted(self, positions: Iterable[int]) -> list[Ref]:
        """The values of these calls that others, or the outputs, read."""
        own = set(positions)
        used = [ref for index, call in enumerate(self.cell.calls) if index not in own for ref in call.inputs]
        used += [ref for _, ref in self.cell.outputs]
        return [ref for ref in used if ref is not None and ref.call in own]

    # -- outside the loop --------------------------------------------------------------------------------------------

    def ahead(self) -> None:
        """Sequences with their steps along dim 0, what is the same in each step, and what all steps can be done for."""
        for index, axis in enumerate(self.scan.axes):
            name = self.names[Ref(-1, index)]
            if axis:
                moved = f"{name}.transpose(0, 1)" if axis == 1 else f"{name}.movedim({axis}, 0)"
                self.lines.append(f"{name} = {moved}")
        self._run(cut(self.cell, self.parts.once, self._wanted(self.parts.once)))
        joined = self._joined(self.parts.before)
        self._run(
            cut(self.cell, self.parts.before, self._wanted(self.parts.before), steps=self.scan.length, joined=joined)
        )

    def behind(self) -> None:
        """What is done for all steps once the loop is through."""
        wanted = self._wanted(self.parts.after)
        self._run(cut(self.cell, self.parts.after, wanted, steps=self.scan.length))

    def _run(self, part: Part) -> None:
        ports = [self.names[ref] for ref in part.inputs]
        statements = Statements(part.frame, owner=self.cell, ports=ports, taken=self.taken)
        outputs = statements.part()
        self.lines += statements.lines
        self.names |= dict(zip(part.outputs, outputs, strict=True))
        self.taken |= {*statements.taken, *outputs}

    def _joined(self, positions: Sequence[int]) -> list[Joined]:
        """Linears of one value become one product, whose weight is joined once."""
        if self.lowering == "loop":
            return []
        found: list[Joined] = []
        for group in same_source(self.cell, positions):
            modules = [self.child(self.cell.calls[position].name) for position in group]
            biased = [vars(self.cell.calls[position].body)["bias"] for position in group]
            weight = self._fresh("weight")
            self.lines.append(f"{weight} = torch.cat([{', '.join(f'{module}.weight' for module in modules)}])")
            bias = None
            if any(biased):
                bias = self._fresh("bias")
                terms = [
                    f"{module}.bias" if has else f"{module}.weight.new_zeros({module}.out_features)"
                    for module, has in zip(modules, biased, strict=True)
                ]
                self.lines.append(f"{bias} = torch.cat([{', '.join(terms)}])")
            found.append(Joined(group, weight, bias))
        return found

    # -- states ------------------------------------------------------------------------------------------------------

    def start(self, index: int) -> str:
        """The value of a state at the start, as Python."""
        state = self.scan.states[index]
        return self.starts.get(index) or self._filled(state.type, "ones" if state.start == "ones" else "zeros")

    def _filled(self, type: TensorType, kind: str) -> str:
        tensors = [(name, self._type(ref)) for ref, name in self.names.items()]
        tensors += [(name, self.scan.states[index].type) for index, name in self.starts.items()]
        weight = weight_of(self.cell)
        sizes = RuntimeSizes(tensors, weight)
        shape = ", ".join(sizes.size(size) for size in type.shape)
        like = next((name for name, own in tensors if own.dtype == type.dtype), None)
        if like is not None:
            return f"{like}.new_{kind}(({shape},))"
        device = next((f"{name}.device" for name, _ in tensors), f"{weight}.device" if weight else None)
        where = f", device={device}" if device else ""
        return f"torch.{kind}(({shape},), dtype={sizes.dtype(type.dtype)}{where})"

    # -- step by step ------------------------------------------------------------------------------------------------

    def forward(self) -> Forward:
        """A loop, or a scan."""
        self.ahead()
        joined = self._joined(self.parts.step)
        ends = [*(ref for _, ref in self.cell.outputs), *self._read_after()]
        step = cut(self.cell, self.parts.step, [ref for ref in ends if ref.call in self.parts.step], joined=joined)
        stacked = self._stacked()
        carried = self._carried()
        scanned = [ref for ref in step.inputs if self.is_sequence(ref)]
        self._define(step, carried, scanned, stacked)
        self._call(carried, scanned, stacked)
        self.behind()
        self._return(carried)
        return self._finish()

    def _read_after(self) -> list[Ref]:
        reads = [ref for position in self.parts.after for ref in self.cell.calls[position].inputs]
        return [ref for ref in reads if ref is not None]

    def _stacked(self) -> list[Ref]:
        """The values of which those of all steps are wanted, but not there without the loop."""
        outputs = [
            ref for (_, ref), axis in zip(self.cell.outputs, self.scan.stacked, strict=False) if axis is not None
        ]
        found = [ref for ref in (*outputs, *self._read_after()) if not self.is_sequence(ref)]
        return [ref for ref in dict.fromkeys(found) if ref.call not in self.parts.after]

    def _carried(self) -> list[tuple[str, str, Ref]]:
        """What goes from step to step: its name, its start, and what it becomes (for older ones, the name before).

        A state with a delay is as many values, the oldest first; an output of the last step alone is one more.
        """
        count = len(self.scan.stacked)
        found: list[tuple[str, str, Ref]] = []
        for index, (state, (_, ref)) in enumerate(zip(self.scan.states, self.cell.outputs[count:], strict=True)):
            start = self.start(index)
            found += [(name, start, ref) for name in self._names_of(state)]
        for (key, ref), axis in zip(self.cell.outputs, self.scan.stacked, strict=False):
            if axis is None and ref not in self._ends:
                found.append((unique(variable(key), self._inner()), self._filled(self.cell.type_of(ref), "zeros"), ref))
        return found

    @property
    def _ends(self) -> list[Ref]:
        """What the states become."""
        return [ref for _, ref in self.cell.outputs[len(self.scan.stacked) :]]

    def _names_of(self, state: Carried) -> list[str]:
        """The variables of a state, the oldest first, which is the one that the step reads."""
        name = variable(state.name)
        return [name, *(f"{name}_{number}" for number in range(2, state.delay + 1))]

    def _inner(self) -> set[str]:
        return {name for state in self.scan.states for name in self._names_of(state)}

    def _define(self, step: Part, carried: list[tuple[str, str, Ref]], scanned: list[Ref], stacked: list[Ref]) -> None:
        """The function of one step."""
        states = [name for name, _, _ in carried]
        inner: dict[Ref, str] = {}
        outer = {ref: name for ref, name in self.names.items() if not self.is_sequence(ref)}
        taken = {*_OWN, *states, *outer.values(), *self.borrowed, *self.taken}
        position = 0
        for index, state in enumerate(self.scan.states):
            inner[Ref(-1, len(self.scan.axes) + index)] = states[position]
            position += state.delay
        for ref in dict.fromkeys([*scanned, *(ref for ref in stacked if self.is_sequence(ref))]):
            inner[ref] = unique(f"{self.names[ref]}_t", taken)
            taken.add(inner[ref])
        ports = [inner.get(ref) or outer[ref] for ref in step.inputs]
        statements = Statements(step.frame, owner=self.cell, ports=ports, taken=taken, release=False)
        inner |= dict(zip(step.outputs, statements.part(), strict=True))
        body = [f"{_tuple(states)} = states"]
        body += [f"{_tuple([inner[ref] for ref in scanned])} = inputs"] if scanned else []
        body += statements.lines
        known = outer | inner
        becoming = [known[ref] for ref in self._becoming(carried, known)]
        given = [known[ref] for ref in stacked]
        body.append(f"return {_packed(becoming)}, {_packed(given)}")
        self.lines += ["", "def step(states, inputs):", *(f"    {line}" for line in body), ""]

    def _becoming(self, carried: list[tuple[str, str, Ref]], known: dict[Ref, str]) -> list[Ref]:
        """What each value becomes: older ones the next younger, the youngest what `next` says."""
        found: list[Ref] = []
        names = [name for name, _, _ in carried]
        position = 0
        for state in self.scan.states:
            for number in range(state.delay):
                ref = carried[position][2]
                if number < state.delay - 1:
                    ref = Ref(-3, position + 1)
                    known[ref] = names[position + 1]
                found.append(ref)
                position += 1
        return [*found, *(ref for _, _, ref in carried[position:])]

    def _call(self, carried: list[tuple[str, str, Ref]], scanned: list[Ref], stacked: list[Ref]) -> None:
        """The loop."""
        sequences = [self.names[ref] for ref in scanned]
        if self.lengths is not None or not sequences:
            sequences.insert(0, self._positions())
        if self.lengths is not None:
            self.lines.append(f"step = within_lengths(step, {self.lengths})")
        run = _RUNNERS.get(self.lowering, "run")
        if run == "run":
            self.lines.append("run = scan_steps if torch.compiler.is_compiling() else loop_steps")
        starts = [start for _, start, _ in carried]
        reverse = f", reverse={self.reverse}" if self.reverse != "False" else ""
        self.taken -= self._inner()
        self.taken |= {name for name, _, _ in carried}
        for ref in stacked:
            self.names[ref] = self._fresh(self._label(ref))
        outputs = _packed([self.names[ref] for ref in stacked]) if stacked else "_"
        call = f"{run}(step, {_packed(starts)}, {_packed(sequences)}{reverse})"
        self.lines.append(f"{_packed([name for name, _, _ in carried])}, {outputs} = {call}")

    def _label(self, ref: Ref) -> str:
        if ref.call < 0:
            return f"{self.cell.ports[ref.output].name}_all"
        name = self.cell.calls[ref.call].name
        return f"x{name}" if name.isdigit() else name

    def _positions(self) -> str:
        """The number of each step."""
        sequences = [name for ref, name in self.names.items() if self.is_sequence(ref)]
        others = [*(name for ref, name in self.names.items() if not self.is_sequence(ref)), *self.starts.values()]
        if sequences:
            return f"torch.arange({sequences[0]}.shape[0], device={sequences[0]}.device)"
        tensors = [(name, self._type(ref)) for ref, name in self.names.items()]
        tensors += [(name, self.scan.states[index].type) for index, name in self.starts.items()]
        length = RuntimeSizes(tensors).size(self.scan.length)
        return f"torch.arange({length}, device={others[0]}.device)" if others else f"torch.arange({length})"

    def _return(self, carried: list[tuple[str, str, Ref]]) -> None:
        """Outputs, then states: the youngest value of each."""
        becoming = {ref: name for name, _, ref in carried}
        self.returning(becoming, [becoming[ref] for ref in self._ends])

    def returning(self, last: Mapping[Ref, str], states: Sequence[str]) -> None:
        """The result: outputs with their steps where they belong, those of the last step, and the states."""
        texts: list[str] = []
        for (_, ref), axis in zip(self.cell.outputs, self.scan.stacked, strict=False):
            if axis is None:
                texts.append(last[ref])
            elif axis == 0:
                texts.append(self.names[ref])
            else:
                move = "transpose(0, 1)" if axis == 1 else f"movedim(0, {axis})"
                texts.append(f"{self.names[ref]}.{move}")
        self.lines.append(f"return {', '.join([*texts, *states])}")

    # -- all at once -------------------------------------------------------------------------------------------------

    def at_once(self, found: Fused) -> Forward:
        """Torch's own kernel."""
        self.ahead()
        starts = [self.start(index) for index in found.cell.states]
        hidden = self._fresh(self._label(found.cell.hidden))
        states = [self._fresh(self.scan.states[index].name) for index in found.cell.states]
        paths = {index: self.child(call.name) for index, call in enumerate(self.cell.calls)}
        shapes = {
            index: call.body.weights()["weight"]
            for index, call in enumerate(self.cell.calls)
            if isinstance(call.body, Layer) and type(call.body).__name__ == "Linear"
        }
        self.lines += kernel_lines(
            found.cell, self.names[found.cell.input], starts, hidden, states, paths, shapes, self.reverse
        )
        self.names[found.cell.hidden] = hidden
        self.behind()
        ends = dict(zip(found.cell.states, states, strict=True))
        self.returning({found.cell.hidden: states[0]}, [ends[index] for index in range(len(self.scan.states))])
        return self._finish()


def _tuple(names: Sequence[str]) -> str:
    """Targets of an assignment."""
    return f"({names[0]},)" if len(names) == 1 else ", ".join(names)


def _packed(texts: Sequence[str]) -> str:
    """A tuple."""
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
