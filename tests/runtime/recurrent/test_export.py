"""Recurrents under torch.export, ONNX and torch.compile: at other lengths than the one that they were traced at."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

import lego
from tests.runtime.recurrent.torch_cells import cell, document

pytestmark = pytest.mark.filterwarnings("ignore")

MEMORY = {
    "query": {"Linear": 4, "from": "h"},
    "one": {"Unsqueeze": 1},
    "turned": {"Transpose": {"dim0": 1, "dim1": 2}, "from": "memory"},
    "scores": {"MatMul": None, "from": ["one", "turned"]},
    "weights": {"Softmax": -1},
    "read": {"MatMul": None, "from": ["weights", "memory"]},
    "context": {"Squeeze": 1},
    "both": {"Concat": -1, "from": ["x", "context"]},
    "wx": {"Linear": 4, "from": "both"},
    "h_new": "Tanh",
}


def attention() -> str:
    node = {"over": "T", "state": {"h": ["N", 4]}, "graph": MEMORY, "next": {"h": "h_new"}, "outputs": "h_new"}
    graph = {"rnn": {"recurrent": node, "from": {"x": "x"}}}
    inputs = {"x": ["N", "T", 3], "memory": ["N", "S", 4]}
    return json.dumps({"lego": 1, "name": "net", "inputs": inputs, "graph": graph, "outputs": ["rnn", "rnn.h"]})


def delayed() -> str:
    graph = {
        "wx": {"Linear": 4, "from": "x"},
        "wh": {"Linear": 4, "from": "h"},
        "sum": {"Add": None, "from": ["wx", "wh"]},
    }
    node = {
        "over": "T",
        "state": {"h": {"shape": ["N", 4], "delay": 2}},
        "graph": graph | {"h_new": {"Tanh": None, "from": "sum"}},
    }
    made = {"rnn": {"recurrent": node | {"next": {"h": "h_new"}}, "from": {"x": "x"}}}
    return json.dumps(
        {"lego": 1, "name": "net", "inputs": {"x": ["N", "T", 3]}, "graph": made, "outputs": ["rnn", "rnn.h"]}
    )


DOCUMENTS = {
    "LSTM": document("LSTM", cell("LSTM").graph),
    "bidirectional": document("GRU", cell("GRU").graph, bidirectional=True),
    "lengths": document("LSTM", cell("LSTM").graph, lengths="lengths"),
    "attention": attention(),
    "delay": delayed(),
}
SCANS = {"bidirectional": 2}
NEEDS_NO_GRAD = ("attention",)
"""Torch's derivative of a scan fails where its step reads a tensor with a dynamic dim that no sequence has."""


def inputs_of(spec: lego.Spec, rows: int, steps: int, memory: int = 4) -> tuple[Tensor, ...]:
    found: list[Tensor] = []
    for name, type in spec.graph.inputs.items():
        sizes = [{"N": rows, "T": steps, "S": memory}.get(str(size), size) for size in type.shape]
        values = torch.randn(*map(int, sizes))
        found.append(torch.arange(rows) % steps + 1 if name == "lengths" else values)
    return tuple(found)


def dynamic(spec: lego.Spec) -> tuple[dict[int, Any], ...]:
    return tuple(
        {axis: torch.export.Dim.DYNAMIC for axis, size in enumerate(type.shape) if not isinstance(size, int)}
        for type in spec.graph.inputs.values()
    )


@pytest.mark.nightly
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_exported_programs_run_at_other_lengths(name, strict):
    spec = lego.parse(DOCUMENTS[name])
    module = lego.build(spec, seed=0)
    with torch.set_grad_enabled(name not in NEEDS_NO_GRAD):
        x = inputs_of(spec, 3, 5)
        program = torch.export.export(module, x, dynamic_shapes=dynamic(spec), strict=strict)
    saved = io.BytesIO()
    torch.export.save(program, saved)
    saved.seek(0)
    loaded = torch.export.load(saved).module()
    for rows, steps in ((3, 5), (2, 9), (1, 1), (4, 1), (1, 7)):
        x = inputs_of(spec, rows, steps, memory=steps + 1)
        assert_close(loaded(*x), module(*x))


@pytest.mark.parametrize(
    "name", ["delay", *(pytest.param(name, marks=pytest.mark.nightly) for name in DOCUMENTS if name != "delay")]
)
def test_onnx_runs_at_other_lengths(name, tmp_path):
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    spec = lego.parse(DOCUMENTS[name])
    module = lego.build(spec, seed=0).eval()
    path = tmp_path / "net.onnx"
    x = inputs_of(spec, 3, 5)
    with torch.set_grad_enabled(name not in NEEDS_NO_GRAD):
        torch.onnx.export(module, x, path, dynamo=True, dynamic_shapes=dynamic(spec), verbose=False)
    nodes = [node.op_type for node in onnx.load(path).graph.node]
    assert nodes.count("Scan") == SCANS.get(name, 1)
    session = runtime.InferenceSession(path)
    for rows, steps in ((3, 5), (2, 9), (1, 1), (4, 12)):
        x = inputs_of(spec, rows, steps, memory=steps + 1)
        given = {one.name: value.numpy() for one, value in zip(session.get_inputs(), x, strict=True)}
        found = [torch.from_numpy(one) for one in session.run(None, given)]
        assert_close(found, list(module(*x)), rtol=1e-4, atol=1e-5)


@pytest.mark.nightly
@pytest.mark.parametrize("name", DOCUMENTS)
def test_compiled_modules_run_at_any_length(name):
    """More than the 8 lengths after which torch gives up a function that it compiles for each anew."""
    torch._dynamo.reset()
    spec = lego.parse(DOCUMENTS[name])
    module = lego.build(spec, seed=0)
    compiled = torch.compile(module, fullgraph=True)
    with torch.no_grad():
        for steps in range(1, 13):
            x = inputs_of(spec, 3, steps)
            assert_close(compiled(*x), module(*x), rtol=1e-4, atol=1e-5)


@pytest.mark.nightly
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_compiled_step_of_training(name):
    torch._dynamo.reset()
    spec = lego.parse(DOCUMENTS[name])
    module = lego.build(spec, seed=0)
    gradients = [
        _gradients(module, run, inputs_of(spec, 3, 5)) for run in (module, torch.compile(module, fullgraph=True))
    ]
    assert_close(*gradients, rtol=1e-4, atol=1e-5)


def _gradients(module: nn.Module, run: Any, inputs: tuple[Tensor, ...]) -> list[Tensor | None]:
    torch.manual_seed(0)
    inputs = tuple(torch.randn_like(one) if one.is_floating_point() else one for one in inputs)
    module.zero_grad()
    sum(one.square().sum() for one in run(*inputs)).backward()
    return [weight.grad for weight in module.parameters()]
