"""What of a cell stands around its loop: done for all steps at once, along dim 0, or the same in each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lego.emit.torch.container import reach
from lego.emit.torch.forward import Forward, Statements, weight_of
from lego.emit.torch.layout import wrapped
from lego.emit.torch.names import unique, variable
from lego.emit.torch.recurrence.frames import Part, cut
from lego.emit.torch.recurrence.products import Product, Products, find_products
from lego.emit.torch.sizes import RuntimeSizes
from lego.graph import Carried, Frame, Ref, Scan
from lego.graph.steps import Parts, with_steps
from lego.shapes import TensorType

_OWN = ("inputs", "keep_states", "loop_steps", "reverse", "run", "scan", "scan_steps", "states", "step", "zero_padding")


class Outside:
    """The forward of a cell, statement by statement, and the names of its values but for those of a single step.

    Args:
        cell: The graph of one step.
        scan: How it runs.
        both: The class serves both directions: its forward takes `reverse`.
        parts: What runs where.
        joins: Linears of one value become one product.
    """

    def __init__(self, cell: Frame, scan: Scan, both: bool, parts: Parts, *, joins: bool = True) -> None:
        self.cell = cell
        self.scan = scan
        self.both = both
        self.parts = parts
        self.found = find_products(cell, parts) if joins else Products()
        self.child = reach(cell)
        self.lines: list[str] = []
        self.taken: set[str] = set(_OWN)
        self.held = [self._held(state) for state in scan.states]
        """The variables of each state, the oldest first, which is the one that a step reads."""
        self.names: dict[Ref, str] = {}
        self.stacked: dict[Ref, str] = {}
        """Values of a step for all steps, once the loop is through."""
        self.tensors = self._parameters()
        self.modules = tuple(self.fresh(f"{name}_module") for name in cell.borrowed)

    def fresh(self, name: str) -> str:
        """A variable of this name, or one like it that is free."""
        found = unique(variable(name), self.taken)
        self.taken.add(found)
        return found

    def _held(self, state: Carried) -> list[str]:
        return [self.fresh(state.name), *(self.fresh(f"{state.name}_{age}") for age in range(2, state.delay + 1))]

    def _parameters(self) -> tuple[str, ...]:
        """What the forward is given: a state's start is called as the state is, zeros and ones are made here."""
        first = len(self.scan.axes)
        found: list[str] = []
        for index, port in enumerate(self.cell.ports):
            if not self.is_state(Ref(-1, index)):
                self.names[Ref(-1, index)] = self.fresh(port.name)
                found.append(self.names[Ref(-1, index)])
            elif self.scan.states[index - first].start == "given":
                found.append(self.held[index - first][0])
        self.lengths = self.fresh("lengths") if self.scan.lengths else None
        return (*found, *([self.lengths] if self.lengths else []))

    def forward(self) -> Forward:
        """What was written."""
        flags = ("reverse: bool = False",) if self.both else ()
        return Forward(self.tensors, self.modules, tuple(self.lines), flags)

    @property
    def reverse(self) -> str:
        """Whether steps are taken from the last to the first, as Python."""
        return "reverse" if self.both else str(self.scan.reverse)

    def write(self, text: str) -> None:
        """One more statement."""
        self.lines += text.split("\n")

    # -- kinds of values ---------------------------------------------------------------------------------------------

    def is_sequence(self, ref: Ref) -> bool:
        """Whether a value is there for all steps before the loop."""
        if ref.call >= 0:
            return ref.call in self.parts.before
        return ref.output < len(self.scan.axes) and self.scan.axes[ref.output] is not None

    def is_state(self, ref: Ref) -> bool:
        """Whether a value is a state."""
        return ref.call < 0 and 0 <= ref.output - len(self.scan.axes) < len(self.scan.states)

    def ends(self) -> list[Ref]:
        """What the states become."""
        return [ref for _, ref in self.cell.outputs[len(self.scan.stacked) :]]

    def outputs(self) -> list[tuple[str, Ref, int | None]]:
        """Name and value of each output, and the axis of its steps; None where it is that of the last step."""
        return [(name, ref, axis) for (name, ref), axis in zip(self.cell.outputs, self.scan.stacked, strict=False)]

    def read_after(self) -> list[Ref]:
        """What the calls after the loop read."""
        reads = [ref for position in self.parts.after for ref in self.cell.calls[position].inputs]
        return [ref for ref in reads if ref is not None]

    def label(self, ref: Ref) -> str:
        """What the values of all steps are called."""
        if ref.call < 0:
            return f"{self.cell.ports[ref.output].name}_all"
        name = self.cell.calls[ref.call].name
        return f"x{name}" if name.isdigit() else name

    def of_all_steps(self, ref: Ref) -> str:
        """The variable of a value for all steps; of what is the same in each, of that."""
        return self.stacked.get(ref) or self.names[ref]

    def at_hand(self) -> list[tuple[str, TensorType]]:
        """Names and types of the tensors that there are."""
        found = [(name, self._type(ref)) for ref, name in self.names.items()]
        found += [(name, with_steps(self.cell.type_of(ref), self.scan.length)) for ref, name in self.stacked.items()]
        starts = zip(self.held, self.scan.states, strict=True)
        return found + [(names[0], state.type) for names, state in starts if state.start == "given"]

    def _type(self, ref: Ref) -> TensorType:
        type = self.cell.type_of(ref)
        varies = self.is_sequence(ref) or ref.call in self.parts.after
        return with_steps(type, self.scan.length) if varies else type

    # -- statements --------------------------------------------------------------------------------------------------

    def ahead(self) -> None:
        """Sequences with their steps along dim 0, what is the same in each step, and what all steps can be done for."""
        for index, axis in enumerate(self.scan.axes):
            if axis:
                name = self.names[Ref(-1, index)]
                self.write(f"{name} = {name}.{'transpose(0, 1)' if axis == 1 else f'movedim({axis}, 0)'}")
        self._run(cut(self.cell, self.parts.once, self._wanted(self.parts.once)))
        products = self.products(self.found.before)
        wanted = self._wanted(self.parts.before)
        self._run(cut(self.cell, self.parts.before, wanted, steps=self.scan.length, products=products))

    def behind(self) -> None:
        """What is done for all steps once the loop is through."""
        wanted = self._wanted(self.parts.after)
        self._run(cut(self.cell, self.parts.after, wanted, steps=self.scan.length))

    def _wanted(self, positions: Sequence[int]) -> list[Ref]:
        """The values of these calls that others, or the outputs, read."""
        used = [ref for index, call in enumerate(self.cell.calls) if index not in positions for ref in call.inputs]
        used += [ref for _, ref in self.cell.outputs]
        return [ref for ref in used if ref is not None and ref.call in positions]

    def _run(self, part: Part) -> None:
        statements = self.statements(part, [self.of_all_steps(ref) for ref in part.inputs], self.taken)
        outputs = statements.part()
        self.lines += statements.lines
        self.names |= dict(zip(part.outputs, outputs, strict=True))
        self.taken |= {*statements.taken, *outputs}

    def statements(self, part: Part, ports: Sequence[str], taken: Iterable[str], *, release: bool = True) -> Statements:
        """The writer of a part's statements."""
        at_hand = self.at_hand()
        return Statements(part.frame, owner=self.cell, ports=ports, taken=taken, at_hand=at_hand, release=release)

    def products(self, found: Iterable[Product]) -> list[Product]:
        """Products whose weights are joined, once."""
        return [self._product(one) for one in found]

    def _product(self, one: Product) -> Product:
        modules = [self.child(self.cell.calls[position].name) for position in one.calls]
        biased = [bool(vars(self.cell.calls[position].body)["bias"]) for position in one.calls]
        weight, bias = self.fresh("weight"), None
        self.write(wrapped(f"{weight} = join_weights(", [f"{module}.weight" for module in modules], ")"))
        if any(biased):
            bias = self.fresh("bias")
            terms = [
                f"{module}.bias" if has else f"{module}.weight.new_zeros({module}.out_features)"
                for module, has in zip(modules, biased, strict=True)
            ]
            self.write(wrapped(f"{bias} = join_weights(", terms, ")"))
        return one._replace(weight=weight, bias=bias)

    # -- starts and results ------------------------------------------------------------------------------------------

    def start(self, index: int) -> str:
        """The value of a state at the start, as Python."""
        state = self.scan.states[index]
        return self.held[index][0] if state.start == "given" else self.filled(state.type, state.start)

    def filled(self, type: TensorType, kind: str) -> str:
        """A tensor of zeros or ones, on the device of the others."""
        tensors, weight = self.at_hand(), weight_of(self.cell)
        sizes = RuntimeSizes(tensors, weight)
        shape = ", ".join(sizes.size(size) for size in type.shape) or "()"
        like = next((name for name, own in tensors if own.dtype == type.dtype), None)
        if like is not None:
            return f"{like}.new_{kind}({shape})"
        device = next((f"{name}.device" for name, _ in tensors), f"{weight}.device" if weight else None)
        where = f", device={device}" if device else ""
        return f"torch.{kind}({shape}, dtype={sizes.dtype(type.dtype)}{where})"

    def positions(self) -> str:
        """The number of each step."""
        tensors = self.at_hand()
        length = RuntimeSizes(tensors).size(self.scan.length)
        return f"torch.arange({length}, device={tensors[0][0]}.device)" if tensors else f"torch.arange({length})"

    def result(self, last: Mapping[Ref, str], states: Sequence[str], padded: str | None = None) -> None:
        """Outputs with their steps where they belong, those of the last step, and the states."""
        texts: list[str] = []
        for _, ref, axis in self.outputs():
            text = last[ref] if axis is None else self.of_all_steps(ref)
            if axis is not None and padded is not None:
                text = f"zero_padding({text}, {padded})"
            if axis:
                text += ".transpose(0, 1)" if axis == 1 else f".movedim(0, {axis})"
            texts.append(text)
        self.write(f"return {', '.join([*texts, *states])}")
