"""Recurrent blocks beside torch's own layers, loops over cells, Keras and torch.compile.

python benchmarks/recurrent.py [--keras] [--compile] [--quick]
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from statistics import median
from textwrap import indent

import torch
from measure import report, side_by_side
from torch import nn

import lego

SIZES = [(32, 100, 128), (32, 100, 512), (1, 100, 16)]
"""Batch, steps, width."""

GATES = {"lstm": "i f g o", "gru": "r z n", "variant": "i f g o e"}
RESULTS = {
    "lstm": """
keep: {Mul, from: [f, c]}
new: {Mul, from: [i, g]}
c_new: {Add, from: [keep, new]}
t: Tanh
h_new: {Mul, from: [o, t]}
""",
    "variant": """
keep: {Mul, from: [f, c]}
new: {Mul, from: [i, g]}
c_new: {Add, from: [keep, new]}
t: Tanh
shown: {Mul, from: [o, t]}
h_new: {Mul, from: [shown, e]}
""",
    "gru": """
rest: {Sub: {other: 1, reverse: true}, from: z}
new: {Mul, from: [rest, n]}
keep: {Mul, from: [z, h]}
h_new: {Add, from: [new, keep]}
""",
}
"""What follows the gates. The variant has a fifth gate e, which torch knows nothing of: h = e · o · tanh(c)."""


def spec(kind: str, width: int, *, joined: bool = False) -> lego.Spec:
    """A cell written gate by gate, with two Linears a gate; `joined`: with two for all gates."""
    lines: list[str] = []
    gates = GATES[kind].split()
    if joined:
        all_gates = f"{len(gates) * width}"
        lines += [f"{side}: {{Linear: {all_gates}, from: {source}}}" for side, source in (("wx", "input"), ("wh", "h"))]
        lines += [f"{side}s: {{Chunk: {{chunks: {len(gates)}, dim: -1}}, from: {side}}}" for side in ("wx", "wh")]
        lines += [
            f"{gate}{side}: {{Identity, from: w{side}s.{index}}}" for index, gate in enumerate(gates) for side in "xh"
        ]
    for gate in gates:
        lines += (
            [] if joined else [f"{gate}x: {{Linear: {width}, from: input}}", f"{gate}h: {{Linear: {width}, from: h}}"]
        )
        second = f"{gate}h"
        if kind == "gru" and gate == "n":
            lines.append("rn: {Mul, from: [r, nh]}")
            second = "rn"
        act = "Tanh" if gate in "gn" else "Sigmoid"
        lines += [f"{gate}0: {{Add, from: [{gate}x, {second}]}}", f"{gate}: {act}"]
    body = indent("\n".join(lines) + RESULTS[kind], "        ")
    cell = kind != "gru"
    state = f"{{h: [N, {width}]{f', c: [N, {width}]' if cell else ''}}}"
    following = "{h: h_new, c: c_new}" if cell else "{h: h_new}"
    return lego.parse(
        f"lego: 1\nname: {kind}\ninputs:\n  x: [N, T, {width}]\ngraph:\n  {kind}:\n    recurrent:\n"
        f"      over: T\n      state: {state}\n      graph:\n{body}      next: {following}\n      outputs: h_new\n"
    )


class Loop(nn.Module):
    """A loop over torch's cell."""

    def __init__(self, kind: str, width: int) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(width, width) if kind == "lstm" else nn.GRUCell(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        state = None
        outputs: list[torch.Tensor] = []
        for step in x.unbind(1):
            state = self.cell(step, state)
            outputs.append(state[0] if isinstance(state, tuple) else state)
        return torch.stack(outputs, 1)


class HandWritten(nn.Module):
    """The variant as people write it: two Linears a gate, called in each step."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.x = nn.ModuleDict({gate: nn.Linear(width, width) for gate in "ifgoe"})
        self.h = nn.ModuleDict({gate: nn.Linear(width, width) for gate in "ifgoe"})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = c = x.new_zeros(x.shape[0], self.width)
        outputs: list[torch.Tensor] = []
        for t in range(x.shape[1]):
            step = x[:, t]
            i = torch.sigmoid(self.x["i"](step) + self.h["i"](h))
            f = torch.sigmoid(self.x["f"](step) + self.h["f"](h))
            g = torch.tanh(self.x["g"](step) + self.h["g"](h))
            o = torch.sigmoid(self.x["o"](step) + self.h["o"](h))
            e = torch.sigmoid(self.x["e"](step) + self.h["e"](h))
            c = f * c + i * g
            h = o * torch.tanh(c) * e
            outputs.append(h)
        return torch.stack(outputs, 1)


def compare(title: str, modules: dict[str, Callable[..., object]], x: torch.Tensor, base: str, rounds: int) -> None:
    """Forward without gradients, then forward and backward."""

    def ahead(module: Callable[..., object]) -> None:
        with torch.no_grad():
            first(module(x))

    def both(module: Callable[..., object]) -> None:
        first(module(x)).sum().backward()

    for name, run in (("forward", ahead), ("forward and backward", both)):
        runs = {key: (lambda run=run, module=module: run(module)) for key, module in modules.items()}
        report(f"{title}: {name}", side_by_side(runs, rounds, repeat=20 if x.numel() < 10_000 else 1), base)


def first(found: object) -> torch.Tensor:
    """The sequence of outputs."""
    output = found[0] if isinstance(found, tuple) else found
    assert isinstance(output, torch.Tensor)
    return output


def recognised(kind: str, batch: int, steps: int, width: int, rounds: int) -> None:
    """Torch's layer, the same cell in lego gate by gate, and a loop over torch's cell."""
    own = nn.LSTM if kind == "lstm" else nn.GRU
    modules: dict[str, Callable[..., object]] = {
        f"nn.{kind.upper()}": own(width, width, batch_first=True),
        f"nn.{kind.upper()}'s twin": own(width, width, batch_first=True),
        "lego, gate by gate": lego.build(spec(kind, width)),
        "lego, gates together": lego.build(spec(kind, width, joined=True)),
        "lego, hoisted": lego.build(spec(kind, width), lowering="hoisted"),
        "lego, loop": lego.build(spec(kind, width), lowering="loop"),
        f"loop over {kind.upper()}Cell": Loop(kind, width),
    }
    if "--keras" in sys.argv and kind == "lstm":
        modules["Keras, custom cell"] = keras_cell(steps, width)
    if "--compile" in sys.argv:
        modules["lego, torch.compile"] = torch.compile(lego.build(spec(kind, width)), fullgraph=True)
    title = f"{kind.upper()}, N={batch}, T={steps}, H={width}"
    compare(title, modules, torch.randn(batch, steps, width), f"nn.{kind.upper()}", rounds)


def unrecognised(batch: int, steps: int, width: int, rounds: int) -> None:
    """An LSTM with a fifth gate."""
    modules: dict[str, Callable[..., object]] = {
        "hand-written": HandWritten(width),
        "hand-written's twin": HandWritten(width),
        "lego": lego.build(spec("variant", width)),
        "lego, loop": lego.build(spec("variant", width), lowering="loop"),
    }
    title = f"LSTM with a fifth gate, N={batch}, T={steps}, H={width}"
    compare(title, modules, torch.randn(batch, steps, width), "hand-written", rounds)


def long_sequences(rounds: int) -> None:
    """Time by the number of steps, and the length of the source, which does not depend on it."""
    module = lego.build(spec("variant", 16))
    times: dict[int, float] = {}
    for steps in (1_000, 10_000):
        x = torch.randn(1, steps, 16)
        found = side_by_side({"lego": lambda x=x: first(module(x)).sum().backward()}, rounds)
        times[steps] = median(found["lego"])
    exponent = math.log10(times[10_000] / times[1_000])
    print(f"\nforward and backward by steps, N=1, H=16: exponent {exponent:.2f}")
    for steps, seconds in times.items():
        print(f"  {steps:>6} steps {seconds:8.3f} s")
    print(f"  lines of source: {len(lego.source(spec('variant', 16)).splitlines())}")


def keras_cell(steps: int, width: int) -> Callable[..., object]:
    """An LSTM as a cell of one's own in Keras."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    from keras import ops

    class Cell(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.state_size = [width, width]
            self.x = keras.layers.Dense(4 * width)
            self.h = keras.layers.Dense(4 * width)

        def build(self, shape: object) -> None:
            self.x.build(shape)
            self.h.build((None, width))

        def call(self, inputs: object, states: list[object]) -> tuple[object, list[object]]:
            h, c = states
            i, f, g, o = ops.split(self.x(inputs) + self.h(h), 4, axis=-1)
            c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
            h = ops.sigmoid(o) * ops.tanh(c)
            return h, [h, c]

    return keras.Sequential([keras.Input((steps, width)), keras.layers.RNN(Cell(), return_sequences=True)])


if __name__ == "__main__":
    torch.set_num_threads(1)
    rounds = 5 if "--quick" in sys.argv else 30
    for kind in ("lstm", "gru"):
        for size in SIZES:
            recognised(kind, *size, rounds=rounds)
    for size in SIZES:
        unrecognised(*size, rounds=rounds)
    long_sequences(3)
