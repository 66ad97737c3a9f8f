"""Torch's RNN, GRU and LSTM, written as graphs: they run on torch's kernels, and give what torch gives."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.testing import assert_close

import lego
from lego.diagnostics import Problem
from tests.runtime.recurrent.torch_cells import (
    HIDDEN,
    INPUTS,
    PROJECTED,
    STYLES,
    as_written,
    cell,
    document,
    load,
    torchs,
)

N, T = 3, 6
KINDS = ["LSTM", "GRU", "tanh", "relu"]
LOWERINGS = ["recognised", "hoisted", "loop"]
pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections")


def compare(
    kind: str,
    style: str = "gates",
    *,
    bias: bool = True,
    first: bool = True,
    projected: bool = False,
    starts: str = "zeros",
    lowering: Any = "recognised",
    **more: Any,
) -> None:
    """Outputs, final states, and gradients of inputs, starts and weights."""
    written = cell(kind, style, bias=bias, projected=projected)
    spec = lego.parse(document(kind, written.graph, first=first, projected=projected, starts=starts, **more))
    both = bool(more.get("bidirectional"))
    size = {"proj_size": PROJECTED} if projected else {}
    by_hand = torchs(kind, bias=bias, batch_first=first, bidirectional=both, **size)
    module = lego.build(spec, dtype=torch.float64, lowering=lowering)
    for suffix in ("", "_reverse")[: 1 + both]:
        load(written, kind, by_hand, module, suffix)
    x = torch.randn((N, T, INPUTS) if first else (T, N, INPUTS), dtype=torch.float64, requires_grad=True)
    widths = [PROJECTED if projected else HIDDEN, HIDDEN][: 2 if kind == "LSTM" else 1]
    given = _starts(module, starts, widths)
    lengths = [torch.tensor([4, T, 1])] if "lengths" in more else []
    turned = x.flip(1 if first else 0) if more.get("reverse") and not lengths else x
    wanted = _by_hand(by_hand, turned, given, lengths, first, bool(more.get("reverse")))
    if more.get("reverse") and not lengths:
        wanted[0] = wanted[0].flip(1 if first else 0)
    found = list(module(x, *(given if starts == "given" else []), *lengths))
    if both:  # torch gives the states of both directions as one
        wanted = [wanted[0], *(state[direction] for direction in (0, 1) for state in wanted[1:])]
    else:
        wanted = [wanted[0], *(state.squeeze(0) for state in wanted[1:])]
    assert_close(found, wanted)
    assert_close(_gradients(found, x, module), _gradients(wanted, x, by_hand, written, kind, both))


def _starts(module: nn.Module, starts: str, widths: list[int]) -> list[Tensor]:
    if starts == "learned":
        with torch.no_grad():
            return [
                nn.init.normal_(module.get_parameter(f"rnn.initial.{name}")).expand(N, -1)
                for name in "hc"[: len(widths)]
            ]
    if starts == "given":
        return [torch.randn(N, width, dtype=torch.float64) for width in widths]
    return []


def _by_hand(
    by_hand: nn.RNNBase, x: Tensor, given: list[Tensor], lengths: list[Tensor], first: bool, reverse: bool
) -> list[Tensor]:
    states = [one.unsqueeze(0) for one in given]
    start = tuple(states) if len(states) == 2 else states[0] if states else None
    if not lengths:
        output, end = by_hand(x, start)
        return [output, *(end if isinstance(end, tuple) else [end])]
    if reverse:  # each row within its length
        x = torch.stack(
            [torch.cat([row[:length].flip(0), row[length:]]) for row, length in zip(x, lengths[0], strict=True)]
        )
    packed, end = by_hand(pack_padded_sequence(x, lengths[0], batch_first=first, enforce_sorted=False), start)
    output, _ = pad_packed_sequence(packed, batch_first=first, total_length=T)
    if reverse:
        output = torch.stack(
            [torch.cat([row[:length].flip(0), row[length:]]) for row, length in zip(output, lengths[0], strict=True)]
        )
    return [output, *(end if isinstance(end, tuple) else [end])]


def _gradients(outputs: list[Tensor], x: Tensor, module: nn.Module, *written: Any) -> dict[str, Tensor]:
    total = sum((one * torch.linspace(0.5, 1.5, one.numel(), dtype=one.dtype).view_as(one)).sum() for one in outputs)
    names = {name: one for name, one in module.named_parameters() if "initial" not in name}
    assert isinstance(total, Tensor)
    found = dict(zip(["x", *names], torch.autograd.grad(total, [x, *names.values()]), strict=True))
    if not written:
        return found
    cell, kind, both = written
    own = {"x": found["x"]}
    for suffix in ("", "_reverse")[: 1 + both]:
        own |= as_written(cell, kind, found, suffix)
    return own


@pytest.mark.parametrize("lowering", LOWERINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_gate_by_gate(kind, lowering):
    compare(kind, lowering=lowering)
    compare(kind, lowering=lowering, bias=False, first=False)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", ["LSTM", "tanh"])
def test_every_way_of_writing_it(kind, style):
    compare(kind, style)
    compare(kind, style, bias=False)


@pytest.mark.parametrize("style", ["gates", "concat", "one"])
def test_projection(style):
    compare("LSTM", style, projected=True)
    compare("LSTM", style, projected=True, bidirectional=True)
    compare("LSTM", style, projected=True, lowering="hoisted")


@pytest.mark.parametrize("lowering", LOWERINGS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "how",
    [
        {"reverse": True},
        {"reverse": True, "first": False},
        {"bidirectional": True},
        {"starts": "given"},
        {"starts": "learned"},
    ],
    ids=str,
)
def test_directions_and_starts(kind, how, lowering):
    compare(kind, lowering=lowering, **how)


@pytest.mark.parametrize("lowering", ["auto", "loop"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", [{}, {"reverse": True}, {"bidirectional": True}, {"starts": "given"}], ids=str)
def test_lengths_are_packed_sequences(kind, how, lowering):
    compare(kind, lowering=lowering, lengths="lengths", **how)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_kernel_is_chosen(kind, style):
    text = lego.source(lego.parse(document(kind, cell(kind, style).graph)))
    name = {"LSTM": "lstm", "GRU": "gru"}.get(kind, f"rnn_{kind}")
    assert f"= torch.{name}(" in text.replace("\n", "")


# -- near misses -----------------------------------------------------------------------------------------------------


def swapped(**nodes: Any) -> dict[str, Any]:
    graph = cell("LSTM").graph
    return {name: nodes.get(name, node) for name, node in graph.items()}


MISSES = [
    swapped(f={"Hardsigmoid": None, "from": "af"}),
    swapped(t={"Sigmoid": None, "from": "c_new"}),
    swapped(t={"Tanh": None, "from": "c"}),
    swapped(new={"Mul": None, "from": ["i", "i"]}),
    swapped(keep={"Mul": None, "from": ["h", "f"]}),
    swapped(c_new={"Sub": None, "from": ["new", "keep"]}),
    swapped(ho={"Linear": HIDDEN, "from": "c"}),
    swapped(h_new=[{"Dropout": 0.5}]),
    swapped(xo={"Linear": {"out_features": HIDDEN, "bias": False}, "from": "x"}),
]


@pytest.mark.parametrize("graph", MISSES, ids=range(len(MISSES)))
def test_near_misses_run_in_a_loop(graph):
    spec = lego.parse(document("LSTM", graph))
    assert "torch.lstm" not in lego.source(spec)
    x = torch.randn(N, T, INPUTS, dtype=torch.float64)
    found = [
        lego.build(spec, seed=0, dtype=torch.float64, lowering=lowering).eval()(x) for lowering in ("auto", "loop")
    ]
    assert_close(*found)
    with pytest.raises(Problem, match="torch has no kernel for `rnn`: its equations"):
        lego.build(spec, lowering="recognised")


def test_gates_by_other_names_are_the_same_cell():
    """Which gate is called i is nothing to torch: what stands beside c forgets."""
    graph = swapped(keep={"Mul": None, "from": ["c", "i"]}, new={"Mul": None, "from": ["g", "f"]})
    assert "torch.lstm" in lego.source(lego.parse(document("LSTM", graph)))


def test_what_is_forced_and_cannot_be_is_told():
    with pytest.raises(Problem, match="it has `lengths`") as told:
        lego.source(lego.parse(document("GRU", cell("GRU").graph, lengths="lengths")), lowering="recognised")
    assert told.value.code == "bad-value"
    assert told.value.help == "take the lowering `auto`: torch's kernels where there are some, and loops elsewhere"
    with pytest.raises(Problem, match="no lowering `fast`") as told:
        lego.source(lego.parse(document("GRU", cell("GRU").graph)), lowering="fast")  # pyright: ignore
    assert told.value.help == "take one of `auto`, `recognised`, `hoisted`, `loop`, `scan`"
