"""A cell step by step: the step is a function in its forward, so that it reads what stands around it by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lego.emit.torch.forward import Forward
from lego.emit.torch.layout import wrapped
from lego.emit.torch.names import unique
from lego.emit.torch.recurrence.frames import Part, cut
from lego.emit.torch.recurrence.lowering import Lowering
from lego.emit.torch.recurrence.outside import Outside
from lego.graph import Ref

_RUNNERS = {"loop": "loop_steps", "scan": "scan_steps"}
_SCANS = "if torch.compiler.is_compiling():  # no tensor that a scan reads may be a view of another"


class _Held(NamedTuple):
    """What goes from step to step.

    Attributes:
        name: Its variable.
        start: Its first value, as Python.
        becomes: The value of the step that it becomes; of an older value of a state, the name of the next younger.
    """

    name: str
    start: str
    becomes: Ref | str


def step_by_step(outside: Outside, lowering: Lowering) -> Forward:
    """The forward that loops, or scans."""
    outside.ahead()
    return _Steps(outside, lowering).forward()


class _Steps:
    def __init__(self, outside: Outside, lowering: Lowering) -> None:
        self.outside = outside
        self.run = _RUNNERS.get(lowering)
        self.stacked = self._stacked()
        states = [one for index in range(len(outside.scan.states)) for one in self._state(index)]
        self.held = [*states, *self._last_outputs()]
        products = outside.products(outside.found.step)
        self.part = cut(outside.cell, outside.parts.step, self._wanted(), products=products)
        becomes = [one.becomes for one in self.held if isinstance(one.becomes, Ref)]
        reads = dict.fromkeys([*self.part.inputs, *becomes])
        self.scanned = [ref for ref in reads if outside.is_sequence(ref)]

    def _stacked(self) -> list[Ref]:
        """The values of which those of all steps are wanted, but not there without the loop."""
        outside = self.outside
        wanted = [*(ref for _, ref, axis in outside.outputs() if axis is not None), *outside.read_after()]
        made = (ref for ref in wanted if not outside.is_sequence(ref) and ref.call not in outside.parts.after)
        return list(dict.fromkeys(made))

    def _state(self, index: int) -> list[_Held]:
        """A state is as many values as its delay."""
        names = self.outside.held[index]
        start, end = self.outside.start(index), self.outside.ends()[index]
        return [_Held(name, start, younger) for name, younger in zip(names, [*names[1:], end], strict=True)]

    def _last_outputs(self) -> list[_Held]:
        """An output of the last step alone is held, unless a state becomes just that."""
        outside, ends = self.outside, self.outside.ends()
        found: dict[Ref, _Held] = {}
        for name, ref, axis in outside.outputs():
            if axis is None and ref not in ends and ref not in found:
                start = outside.filled(outside.cell.type_of(ref), "zeros")
                found[ref] = _Held(outside.fresh(name), start, ref)
        return list(found.values())

    def _wanted(self) -> list[Ref]:
        ends = [*(ref for _, ref in self.outside.cell.outputs), *self.outside.read_after()]
        return [ref for ref in ends if ref.call in self.outside.parts.step]

    # -- statements --------------------------------------------------------------------------------------------------

    def forward(self) -> Forward:
        outside = self.outside
        padded = self._padded()
        self._choose()
        outside.lines += ["", *self._step(self.part), ""]
        self._call(padded)
        outside.behind()
        becomes = {one.becomes: one.name for one in self.held}
        last = {ref: becomes[ref] for _, ref, axis in outside.outputs() if axis is None}
        outside.result(last, [names[-1] for names in outside.held], padded)
        return outside.forward()

    def _padded(self) -> str | None:
        """The variable that says which rows have ended, at each step."""
        if self.outside.lengths is None:
            return None
        padded = self.outside.fresh("padded")
        self.outside.write(f"{padded} = {self.outside.positions()}.unsqueeze(1) >= {self.outside.lengths}")
        return padded

    def _choose(self) -> None:
        """What runs the steps; for a scan, what the step reads by name is copied."""
        outside = self.outside
        reads = [*self.part.inputs, *self.stacked, *(one.becomes for one in self.held if isinstance(one.becomes, Ref))]
        names = [outside.names[ref] for ref in dict.fromkeys(reads) if ref in outside.names and ref not in self.scanned]
        names = [name for name in names if name.isidentifier()]
        apart = [f"{name} = {name}.clone()" for name in names]
        if self.run == "scan_steps":
            outside.lines += apart
        elif self.run is None and apart:
            outside.lines += ["run = loop_steps", _SCANS, "    run = scan_steps"]
            outside.lines += [f"    {line}" for line in apart]
        elif self.run is None:
            outside.write("run = scan_steps if torch.compiler.is_compiling() else loop_steps")

    def _step(self, part: Part) -> list[str]:
        """The function of one step."""
        outside = self.outside
        names = {ref: name for ref, name in outside.names.items() if not outside.is_sequence(ref)}
        taken = {*outside.taken, *names.values()}
        for ref in self.scanned:
            names[ref] = unique(f"{outside.names[ref]}_t", taken)
            taken.add(names[ref])
        first = len(outside.scan.axes)
        names |= {Ref(-1, first + index): held[0] for index, held in enumerate(outside.held)}
        statements = outside.statements(part, [names[ref] for ref in part.inputs], taken, release=False)
        names |= dict(zip(part.outputs, statements.part(), strict=True))
        becomes = [one.becomes if isinstance(one.becomes, str) else names[one.becomes] for one in self.held]
        body = [f"{_targets([one.name for one in self.held])} = states"]
        body += [f"{_targets([names[ref] for ref in self.scanned])} = inputs"] if self.scanned else []
        body += [*statements.lines, f"return {_tuple(becomes)}, {_tuple([names[ref] for ref in self.stacked])}"]
        return ["def step(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:", *(f"    {x}" for x in body)]

    def _call(self, padded: str | None) -> None:
        """The loop."""
        outside = self.outside
        sequences = [outside.names[ref] for ref in self.scanned]
        if padded is not None:
            sequences.insert(0, padded)
        run = self.run or "run"
        given = [
            "step" if padded is None else "keep_states(step)",
            _tuple([one.start for one in self.held]),
            _tuple(sequences or [outside.positions()]),
            *([f"reverse={outside.reverse}"] if outside.reverse != "False" else []),
        ]
        outside.stacked = {ref: outside.fresh(outside.label(ref)) for ref in self.stacked}
        outputs = _tuple(list(outside.stacked.values())) if outside.stacked else "_"
        states = _tuple([one.name for one in self.held])
        outside.write(wrapped(f"{states}, {outputs} = {run}(", given, ")"))


def _targets(names: Sequence[str]) -> str:
    """What a tuple is assigned to."""
    return f"({names[0]},)" if len(names) == 1 else ", ".join(names)


def _tuple(texts: Sequence[str]) -> str:
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
