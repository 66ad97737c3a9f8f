"""Recurrent layers under torch.export, ONNX and torch.compile, which take torch's kernels not at all."""

from __future__ import annotations

import copy
import io
import json
import pickle
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close
from torch.utils._pytree import tree_leaves

import lego

pytestmark = pytest.mark.filterwarnings("ignore")

FIRST = {"batch_first": True}
DEEP = {"num_layers": 2, "bidirectional": True}
FORMS: list[tuple[type[nn.RNNBase], dict[str, Any], bool, bool]] = [
    (nn.LSTM, {"proj_size": 3} | DEEP | FIRST, True, True),
    (nn.LSTM, {"bias": False, "proj_size": 2}, False, False),
    (nn.LSTM, {}, True, False),
    (nn.LSTM, FIRST, False, True),
    (nn.GRU, DEEP | FIRST, True, True),
    (nn.GRU, {"bias": False}, False, False),
    (nn.GRU, {"num_layers": 3, "dropout": 0.5}, True, False),
    (nn.RNN, {"nonlinearity": "relu"} | DEEP, True, True),
    (nn.RNN, FIRST | {"bias": False}, False, True),
]
"""What torch has, its arguments, whether there is a batch, and whether states are given."""
SHORT = [FORMS[0], FORMS[4], FORMS[7]]


class Case:
    """A net of one layer, torch's own layer with the same weights, and inputs of any size."""

    def __init__(self, kind: type[nn.RNNBase], arguments: dict[str, Any], batch: bool, given: bool) -> None:
        self.batch, self.first, self.is_lstm = batch, arguments.get("batch_first", False), kind is nn.LSTM
        depth = arguments.get("num_layers", 1) * (2 if arguments.get("bidirectional") else 1)
        hidden = [arguments.get("proj_size") or 5, *([5] if self.is_lstm else [])] if given else []
        self.states = [[depth, *(["N"] if batch else []), size] for size in hidden]
        sequence = ["T", 8] if not batch else ["N", "T", 8] if self.first else ["T", "N", 8]
        inputs = {"x": sequence} | dict(zip(("h", "c"), self.states, strict=False))
        outputs = ["node", "node.h_n", *(["node.c_n"] if self.is_lstm else [])]
        node = {kind.__name__: {"hidden_size": 5} | arguments, "from": [*inputs]}
        self.inputs = inputs
        spec = lego.parse(
            json.dumps({"lego": 1, "name": "net", "inputs": inputs, "graph": {"node": node}, "outputs": outputs})
        )
        self.net = lego.build(spec, seed=0).eval()
        self.torchs = kind(8, 5, **arguments).eval()
        self.torchs.load_state_dict(self.net.node.state_dict())

    def draw(self, rows: int, steps: int) -> tuple[Tensor, ...]:
        sizes = {"N": rows, "T": steps}
        return tuple(torch.randn([sizes.get(one, one) for one in shape]) for shape in self.inputs.values())

    def expected(self, x: Tensor, *states: Tensor) -> list[Tensor]:
        return tree_leaves(self.torchs(x, (states if self.is_lstm else states[0]) if states else None))

    def export(self, inputs: tuple[Tensor, ...], strict: bool = False) -> torch.export.ExportedProgram:
        dims = {"N": torch.export.Dim.DYNAMIC, "T": torch.export.Dim.DYNAMIC}
        shapes = [{axis: dims[one] for axis, one in enumerate(s) if one in dims} for s in self.inputs.values()]
        return torch.export.export(self.net, inputs, dynamic_shapes=tuple(shapes), strict=strict)


@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=() if form in FORMS[1::4] else pytest.mark.nightly) for form in FORMS]
)
def test_exported_at_one_length_it_runs_at_others(form):
    case = Case(*form)
    exported = case.export(case.draw(3, 6)).module()
    for rows, steps in ((2, 11), (4, 1)):
        inputs = case.draw(rows, steps)
        assert_close([*exported(*inputs)], case.expected(*inputs))


@pytest.mark.nightly
@pytest.mark.parametrize("form", SHORT)
def test_strict_export(form):
    case = Case(*form)
    inputs = case.draw(2, 9)
    assert_close([*case.export(case.draw(3, 6), strict=True).module()(*inputs)], case.expected(*inputs))


@pytest.mark.parametrize("form", [FORMS[2], *(pytest.param(form, marks=pytest.mark.nightly) for form in SHORT)])
def test_onnx_runs_at_other_lengths(form):
    onnxruntime = pytest.importorskip("onnxruntime")
    case = Case(*form)
    with torch.no_grad():
        program = torch.onnx.export(case.export(case.draw(3, 6)), dynamo=True, verbose=False)
    saved = io.BytesIO()
    program.save(saved)
    session = onnxruntime.InferenceSession(saved.getvalue())
    names = [one.name for one in session.get_inputs()]
    for rows, steps in ((2, 13), (5, 3)):
        inputs = case.draw(rows, steps)
        found = session.run(None, {name: one.numpy() for name, one in zip(names, inputs, strict=True)})
        assert_close([*map(torch.from_numpy, found)], [one.detach() for one in case.expected(*inputs)])


@pytest.mark.nightly
@pytest.mark.parametrize("form", SHORT)
def test_compiled_without_a_break(form):
    case = Case(*form)
    compiled = torch.compile(case.net, fullgraph=True)
    with torch.no_grad():
        for steps in (6, 9, 4):
            inputs = case.draw(3, steps)
            assert_close([*compiled(*inputs)], case.expected(*inputs))


@pytest.mark.nightly
@pytest.mark.parametrize("form", SHORT)
def test_compiled_gradients(form):
    case = Case(*form)
    inputs = case.draw(3, 4)
    sum((one**2).sum() for one in torch.compile(case.net.train(), fullgraph=True)(*inputs)).backward()
    sum((one**2).sum() for one in case.expected(*inputs)).backward()
    for found, wanted in zip(case.net.parameters(), case.torchs.parameters(), strict=True):
        assert_close(found.grad, wanted.grad)


def test_compiled_gradients_of_several_layers_are_traced_right():
    case = Case(*FORMS[4])
    inputs = case.draw(2, 3)
    sum((one**2).sum() for one in torch.compile(case.net, fullgraph=True, backend="eager")(*inputs)).backward()
    sum((one**2).sum() for one in case.expected(*inputs)).backward()
    for found, wanted in zip(case.net.parameters(), case.torchs.parameters(), strict=True):
        assert_close(found.grad, wanted.grad)


@pytest.mark.parametrize("form", FORMS)
def test_elsewhere_it_is_torchs_own(form):
    case = Case(*form)
    inputs = case.draw(3, 6)
    assert all(map(torch.equal, case.net(*inputs), case.expected(*inputs)))
    torch.manual_seed(0)
    found = case.net.train()(*inputs)
    torch.manual_seed(0)
    case.torchs.train()
    assert all(map(torch.equal, found, case.expected(*inputs)))
    assert repr(case.net.node) == repr(case.torchs)
    assert {*case.net.node.state_dict()} == {*case.torchs.state_dict()}


@pytest.mark.parametrize("form", SHORT)
def test_copies_and_pickles(form):
    case = Case(*form)
    inputs = case.draw(3, 6)
    for other in (copy.deepcopy(case.net), pickle.loads(pickle.dumps(case.net))):
        assert all(map(torch.equal, other(*inputs), case.expected(*inputs)))


def test_a_document_may_be_called_as_a_layer():
    spec = lego.parse("{lego: 1, name: LSTM, inputs: {x: [N, T, 8]}, graph: {lstm: {LSTM: 5}, gru: {GRU: 5}}}")
    source = lego.source(spec)
    assert source.count("def scan_layers") == source.count("def scan_steps") == 1
    assert "class LSTM2(nn.Module):" in source
    assert [tuple(one.shape) for one in lego.build(spec)(torch.zeros(2, 3, 8)).unsqueeze(0)] == [(2, 3, 5)]
