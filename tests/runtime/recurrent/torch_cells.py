"""Torch's cells, written in the ways in which people write them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

INPUTS, HIDDEN, PROJECTED = 3, 4, 2
STYLES = ["gates", "concat", "concat, state first", "one", "one, sliced", "one, split"]

FOLLOWS: dict[str, dict[str, Any]] = {
    "LSTM": {
        "i": {"Sigmoid": None, "from": "ai"},
        "f": {"Sigmoid": None, "from": "af"},
        "g": {"Tanh": None, "from": "ag"},
        "o": {"Sigmoid": None, "from": "ao"},
        "keep": {"Mul": None, "from": ["c", "f"]},
        "new": {"Mul": None, "from": ["i", "g"]},
        "c_new": {"Add": None, "from": ["new", "keep"]},
        "t": "Tanh",
        "h_new": {"Mul": None, "from": ["o", "t"]},
    },
    "GRU": {
        "z": {"Sigmoid": None, "from": "az"},
        "n": {"Tanh": None, "from": "an"},
        "rest": {"Sub": {"other": 1, "reverse": True}, "from": "z"},
        "new": {"Mul": None, "from": ["rest", "n"]},
        "keep": {"Mul": None, "from": ["z", "h"]},
        "h_new": {"Add": None, "from": ["new", "keep"]},
    },
    "tanh": {"h_new": {"Tanh": None, "from": "aa"}},
    "relu": {"h_new": {"ReLU": None, "from": "aa"}},
}
GATES = {"LSTM": "ifgo", "GRU": "rzn", "tanh": "a", "relu": "a"}


class Written(NamedTuple):
    """A cell, and of each of its Linears: torch's weights that stand beside each other in it, and the gates below."""

    graph: dict[str, Any]
    weights: dict[str, tuple[tuple[str, ...], str]]


def linear(width: int, bias: bool, source: str) -> dict[str, Any]:
    return {"Linear": {"out_features": width, "bias": bias}, "from": source}


def sums(kind: str, style: str, bias: bool) -> Written:
    """Of each gate, what its activation is applied to."""
    gates = GATES[kind]
    if kind == "GRU" or style == "gates":
        return _by_gates(kind, bias)
    if style.startswith("concat"):
        parts = ["h", "x"] if "first" in style else ["x", "h"]
        graph: dict[str, Any] = {"both": {"Concat": -1, "from": parts}}
        graph |= {f"a{gate}": linear(HIDDEN, bias, "both") for gate in gates}
        sides = tuple("hh" if part == "h" else "ih" for part in parts)
        return Written(graph, {f"a{gate}": (sides, gate) for gate in gates})
    width = HIDDEN * len(gates)
    graph = {"wx": linear(width, bias, "x"), "wh": linear(width, bias, "h"), "all": {"Add": None, "from": ["wx", "wh"]}}
    bounds = [(index * HIDDEN, (index + 1) * HIDDEN) for index in range(len(gates))]
    if style == "one, sliced":
        for gate, (start, stop) in zip(gates, bounds, strict=True):
            graph[f"a{gate}"] = {"Slice": {"dim": -1, "start": start, "stop": stop}, "from": "all"}
    else:
        graph["parts"] = {"Chunk": {"chunks": len(gates), "dim": -1}, "from": "all"}
        if style == "one, split":
            graph["parts"] = {"Split": {"split_size": HIDDEN, "dim": -1}, "from": "all"}
        graph |= {f"a{gate}": {"Identity": None, "from": f"parts.{index}"} for index, gate in enumerate(gates)}
    return Written(graph, {"wx": (("ih",), gates), "wh": (("hh",), gates)})


def _by_gates(kind: str, bias: bool) -> Written:
    graph: dict[str, Any] = {}
    weights: dict[str, tuple[tuple[str, ...], str]] = {}
    for gate in GATES[kind]:
        graph |= {f"x{gate}": linear(HIDDEN, bias, "x"), f"h{gate}": linear(HIDDEN, bias, "h")}
        second = f"h{gate}"
        if kind == "GRU" and gate == "n":
            graph |= {"r": {"Sigmoid": None, "from": "ar"}, "reset": {"Mul": None, "from": ["r", "hn"]}}
            second = "reset"
        graph[f"a{gate}"] = {"Add": None, "from": [second, f"x{gate}"]}
        weights |= {f"x{gate}": (("ih",), gate), f"h{gate}": (("hh",), gate)}
    return Written(graph, weights)


def cell(kind: str, style: str = "gates", *, bias: bool = True, projected: bool = False) -> Written:
    """The whole cell."""
    graph, weights = sums(kind, style, bias)
    graph |= FOLLOWS[kind]
    if projected:
        graph["shown"] = graph.pop("h_new")
        graph["h_new"] = linear(PROJECTED, False, "shown")
        weights["h_new"] = (("hr",), "")
    return Written(graph, weights)


def document(
    kind: str, graph: dict[str, Any], *, first: bool = True, starts: str = "zeros", projected: bool = False, **more: Any
) -> str:
    """A document with a recurrent of this cell; `starts` is what its states start with."""
    width = PROJECTED if projected else HIDDEN
    states = {"h": width, "c": HIDDEN} if kind == "LSTM" else {"h": width}
    init = {"given": {name: f"{name}_0" for name in states}}.get(starts, dict.fromkeys(states, starts))
    state = {name: {"shape": ["N", size], "init": init[name]} for name, size in states.items()}
    node: dict[str, Any] = {"over": "T", "state": state, "graph": graph, "outputs": "h_new"}
    node["next"] = {name: f"{name}_new" for name in states}
    inputs: dict[str, Any] = {"x": ["N", "T", INPUTS] if first else ["T", "N", INPUTS]}
    if starts == "given":
        inputs |= {f"{name}_0": ["N", size] for name, size in states.items()}
    if "lengths" in more:
        inputs["lengths"] = {"shape": ["N"], "dtype": "int64"}
    both = [f"rnn.{name}_reverse" for name in states] if more.get("bidirectional") else []
    outputs = ["rnn", *(f"rnn.{name}" for name in states), *both]
    made = {"rnn": {"recurrent": node | more, "from": {"x": "x"}}}
    return json.dumps({"lego": 1, "name": "net", "inputs": inputs, "graph": made, "outputs": outputs})


def as_written(written: Written, kind: str, own: dict[str, Tensor], suffix: str = "") -> dict[str, Tensor]:
    """Torch's weights, or their gradients, by the names that they have in the document."""
    found: dict[str, Tensor] = {}

    def rows(name: str, gates: str) -> Tensor:
        whole = own[f"{name}_l0{suffix}"]
        parts = [whole[GATES[kind].index(gate) * HIDDEN :][:HIDDEN] for gate in gates]
        return torch.cat(parts) if parts else whole

    for name, (sides, gates) in written.weights.items():
        path = f"rnn.cell{suffix}.{name}"
        found[f"{path}.weight"] = torch.cat([rows(f"weight_{side}", gates) for side in sides], 1)
        if f"bias_ih_l0{suffix}" in own and gates:
            found[f"{path}.bias"] = rows(f"bias_{sides[0]}", gates)
    return found


def torchs(kind: str, **arguments: Any) -> nn.RNNBase:
    """Torch's module."""
    made = {"LSTM": nn.LSTM, "GRU": nn.GRU}.get(kind)
    if made is None:
        return nn.RNN(INPUTS, HIDDEN, nonlinearity=kind, dtype=torch.float64, **arguments)
    return made(INPUTS, HIDDEN, dtype=torch.float64, **arguments)


def load(written: Written, kind: str, by_hand: nn.RNNBase, module: nn.Module, suffix: str = "") -> None:
    """Torch's weights into the document's module; where one bias stands for two, torch's second becomes zeros."""
    joined = any(len(sides) > 1 for sides, _ in written.weights.values())
    with torch.no_grad():
        for name, weight in by_hand.named_parameters():
            first = next(iter(written.weights.values()))[0][0]
            if joined and name.startswith("bias") and first not in name:
                weight.zero_()
        for name, weight in as_written(written, kind, dict(by_hand.named_parameters()), suffix).items():
            module.get_parameter(name).copy_(weight)
