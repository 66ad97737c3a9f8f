"""Cells that torch has kernels for: RNN, LSTM, LSTM with a projection, GRU, however they are written.

The equations are those of torch's pages: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
"""

from __future__ import annotations

from itertools import permutations
from typing import Literal, NamedTuple

from lego.graph.frame import Frame, Ref, Scan
from lego.graph.steps.canonical import Rows, canonical
from lego.graph.steps.polynomial import Atom, Polynomial, add, argument, atom, atoms, multiply, number, scale

Kernel = Literal["lstm", "gru", "rnn_tanh", "rnn_relu"]


class Gate(NamedTuple):
    """What a gate is computed from: rows of a Linear of the input, and of one of the state."""

    input: Rows
    state: Rows


class Recognised(NamedTuple):
    """A cell as torch's kernel takes it.

    Attributes:
        kernel: `torch.lstm` and so on.
        input: The value of a step that the gates read.
        states: Positions of h, and c, among the states.
        hidden: The value that h becomes.
        gates: In the order in which torch stacks their weights.
        projection: Of an LSTM whose h is a Linear of o · tanh(c).
    """

    kernel: Kernel
    input: Ref
    states: tuple[int, ...]
    hidden: Ref
    gates: tuple[Gate, ...]
    projection: Rows | None = None


def recognise(frame: Frame, scan: Scan) -> Recognised | None:
    """What torch's kernel would compute in place of this cell's loop; None where there is none."""
    if any(state.delay != 1 or state.type.dtype != "float32" or len(state.type.shape) != 2 for state in scan.states):
        return None
    match = _Match(frame, scan)
    return match.lstm() if len(scan.states) == 2 else match.plain() if len(scan.states) == 1 else None


class _Match:
    def __init__(self, frame: Frame, scan: Scan) -> None:
        self.frame = frame
        self.scan = scan
        self.forms = canonical(frame)
        first = len(scan.axes)
        self.ports = tuple(Ref(-1, first + index) for index in range(len(scan.states)))
        self.next = tuple(ref for _, ref in frame.outputs[len(scan.stacked) :])

    # -- gates -------------------------------------------------------------------------------------------------------

    def gate(self, polynomial: Polynomial, hidden: Ref) -> Gate | None:
        """A sum of two Linears, one of the state and one of what depends on the input alone."""
        found = [rows for one in atoms(polynomial) or () if isinstance(rows := one[0], Rows)]
        if len(found) != 2 or len(polynomial) != 2:
            return None
        of_state = [rows for rows in found if rows.source == hidden]
        of_input = [rows for rows in found if self.is_input(rows.source)]
        return Gate(of_input[0], of_state[0]) if len(of_state) == len(of_input) == 1 else None

    def is_input(self, ref: Ref) -> bool:
        """Whether a value of a step depends on what is scanned alone."""
        return is_sequence(self.frame, self.scan, ref)

    def complete(
        self, kernel: Kernel, gates: tuple[Gate | None, ...], states: tuple[int, ...], projection: Rows | None = None
    ) -> Recognised | None:
        """All gates read one input, and all rows have the width of the state."""
        known = [gate for gate in gates if gate is not None]
        if len(known) < len(gates) or len({gate.input.source for gate in known}) != 1:
            return None
        if len({gate.input.bias for gate in known}) > 1 or len({gate.state.bias for gate in known}) > 1:
            return None
        hidden = self.next[states[0]]
        return Recognised(kernel, known[0].input.source, states, hidden, tuple(known), projection)

    # -- the cells ---------------------------------------------------------------------------------------------------

    def lstm(self) -> Recognised | None:
        """C' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c'), or a Linear of that."""
        for h, c in permutations(range(2)):
            hidden, cell = self.forms[self.next[h]], self.forms[self.next[c]]
            projection = None
            own = atoms(hidden)
            if own is not None and len(own) == 1 and isinstance(own[0][0], Rows) and not own[0][0].bias:
                projection = own[0][0]
                hidden = self.forms[projection.source]
            output = _other(hidden, ("Tanh", cell))
            parts = self._cell_parts(cell, ("value", self.ports[c]))
            if output is None or parts is None:
                continue
            i, f, g = parts
            gates = tuple(self._sigmoid(one, self.ports[h]) for one in (i, f))
            last = (self._function(g, "Tanh", self.ports[h]), self._sigmoid(output, self.ports[h]))
            found = self.complete("lstm", (*gates, *last), (h, c), projection)
            if found is not None:
                return found
        return None

    def _cell_parts(self, cell: Polynomial, state: Atom) -> tuple[Atom, Atom, Atom] | None:
        """The atoms i, f and g of f · c + i · g."""
        if len(cell) != 2 or any(coefficient != 1.0 or len(monomial) != 2 for monomial, coefficient in cell):
            return None
        kept = [monomial for monomial, _ in cell if state in monomial]
        added = [monomial for monomial, _ in cell if state not in monomial]
        if len(kept) != 1 or len(added) != 1:
            return None
        f = next((one for one in kept[0] if one != state), None)
        g = next((one for one in added[0] if one[0] == "Tanh"), None)
        i = next((one for one in added[0] if one[0] == "Sigmoid"), None)
        return None if f is None or g is None or i is None else (i, f, g)

    def plain(self) -> Recognised | None:
        """An RNN or a GRU."""
        return self._rnn() or self._gru()

    def _rnn(self) -> Recognised | None:
        """H' = tanh(W x + U h), or with ReLU."""
        own = atoms(self.forms[self.next[0]])
        if own is None or len(own) != 1 or own[0][0] not in ("Tanh", "ReLU"):
            return None
        kernel: Kernel = "rnn_tanh" if own[0][0] == "Tanh" else "rnn_relu"
        return self.complete(kernel, (self._function(own[0], str(own[0][0]), self.ports[0]),), (0,))

    def _gru(self) -> Recognised | None:
        """H' = (1 - z) n + z h, n = tanh(W x + r (U h))."""
        hidden, state = self.forms[self.next[0]], ("value", self.ports[0])
        for monomial, _ in hidden:
            if len(monomial) != 1 or monomial[0][0] != "Tanh":
                continue
            new = frozenset([(monomial, 1.0)])
            update = next((_other(frozenset([(one, 1.0)]), state) for one, _ in hidden if state in one), None)
            if update is None or hidden != _blend(frozenset([((update,), 1.0)]), new, atom(*state)):
                continue
            candidate = self._candidate(monomial[0])
            if candidate is not None:
                reset, gate = candidate
                gates = (self._sigmoid(reset, self.ports[0]), self._sigmoid(update, self.ports[0]), gate)
                return self.complete("gru", gates, (0,))
        return None

    def _candidate(self, new: Atom) -> tuple[Atom, Gate] | None:
        """The reset gate r and the Linears of tanh(W x + r · (U h))."""
        plain: list[Rows] = []
        gated: list[tuple[Atom, Rows]] = []
        for monomial, coefficient in argument(new):
            rows = [part for one in monomial if isinstance(part := one[0], Rows)]
            others = [one for one in monomial if not isinstance(one[0], Rows)]
            if coefficient != 1.0 or len(rows) != 1 or len(others) > 1:
                return None
            if others:
                gated.append((others[0], rows[0]))
            else:
                plain.append(rows[0])
        if len(plain) != 1 or len(gated) != 1 or not self.is_input(plain[0].source):
            return None
        reset, of_state = gated[0]
        return (reset, Gate(plain[0], of_state)) if of_state.source == self.ports[0] else None

    def _sigmoid(self, one: Atom, hidden: Ref) -> Gate | None:
        return self._function(one, "Sigmoid", hidden)

    def _function(self, one: Atom, name: str, hidden: Ref) -> Gate | None:
        return self.gate(argument(one), hidden) if one[0] == name else None


def is_sequence(frame: Frame, scan: Scan, ref: Ref) -> bool:
    """Whether a value of a step depends on what is scanned, and on nothing else."""
    if ref.call < 0:
        return ref.output < len(scan.axes) and scan.axes[ref.output] is not None
    inputs = [one for one in frame.calls[ref.call].inputs if one is not None]
    return bool(inputs) and all(is_sequence(frame, scan, one) for one in inputs)


def _other(polynomial: Polynomial, one: Atom) -> Atom | None:
    """The atom that stands beside `one` in a product of two."""
    if len(polynomial) != 1:
        return None
    [(monomial, coefficient)] = polynomial
    if coefficient != 1.0 or len(monomial) != 2 or one not in monomial:
        return None
    return monomial[1] if monomial[0] == one else monomial[0]


def _blend(update: Polynomial, new: Polynomial, state: Polynomial) -> Polynomial | None:
    """(1 - z) n + z h, written out."""
    rest = add([number(1), scale(update, -1.0)])
    products = [multiply([rest, new]) if rest is not None else None, multiply([update, state])]
    return add([one for one in products if one is not None])
