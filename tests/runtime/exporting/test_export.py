"""Exports: what is written gives what the module gives, at sizes of its own; what cannot be written is told by node."""

from __future__ import annotations

import importlib.util
import warnings

import onnx
import onnxruntime
import pytest
import torch

import lego
from lego.runtime.exporting import onnx_model
from tests.specs.test_specs import inputs

CONVOLUTIONS = """\
lego: 1
inputs: {image: [N, 3, 4*h, W]}
graph:
  conv: {Conv2d: {out_channels: 4, kernel_size: 3, stride: 2, padding: 1}}
  body: {skip: [{Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}}, BatchNorm2d, ReLU]}
  pool: {AdaptiveAvgPool2d: 1}
  flat: Flatten
outputs: {map: body, features: flat}
"""
RECURRENT = """\
lego: 1
inputs: {words: {shape: [N, T], dtype: int64, range: [0, 9]}, lengths: {shape: [N], dtype: int64}}
graph:
  embed: {Embedding: {num_embeddings: 9, embedding_dim: 4}}
  rnn:
    recurrent:
      over: T
      state: {h: [N, 5]}
      graph:
        a: {Linear: 5, from: input}
        b: {Linear: {out_features: 5, bias: false}, from: h}
        sum: {Add, from: [a, b]}
        act: Tanh
      next: {h: act}
      lengths: lengths
outputs: [rnn, rnn.h]
"""
OF_VALUES = """\
lego: 1
inputs: {x: [N, 8], y: {shape: [N], dtype: int64, range: [0, 10]}}
blocks:
  Head:
    inputs: [x, y]
    graph:
      fc: {Linear: 8, from: x}
      loss: {AdaptiveLogSoftmaxWithLoss: {n_classes: 10, cutoffs: [4]}, from: [fc, y]}
graph:
  head: {Head: ~, from: [x, y]}
"""
WITHOUT_OPERATOR = """\
lego: 1
inputs: {x: [N, 4, 8, 8]}
graph:
  body: {skip: [Softsign, {Sequential: [{RReLU: 0.1}, ReLU]}]}
"""


def outputs_of(module, given):
    found = module(*given)
    return list(found.values()) if isinstance(found, dict) else found


def batch(spec, **sizes):
    return list(inputs(spec.graph, sizes, "cpu"))


# -- what is written ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "sizes"), [(CONVOLUTIONS, {"N": 2, "h": 6, "W": 9}), (RECURRENT, {"N": 4, "T": 6})])
def test_a_program_runs_at_other_sizes(text, sizes, tmp_path):
    spec = lego.parse(text)
    found = lego.export(spec, tmp_path / "net.pt2", seed=3)
    assert set(found.smallest.values()) == {1} and len(found.compared) == 2
    given = batch(spec, **sizes)
    module = lego.build(spec, seed=3).eval()
    torch.testing.assert_close(
        outputs_of(torch.export.load(found.path).module(), given), outputs_of(module, given), check_device=False
    )


def test_an_onnx_model_has_the_names_of_the_spec(tmp_path):
    spec = lego.parse(CONVOLUTIONS)
    lego.export(spec, tmp_path / "net.onnx", seed=3, opset=18)
    model = onnx.load(tmp_path / "net.onnx")
    shapes = {
        value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {
        "image": ["N", 3, "4*h", "W"],
        "map": ["N", 4, "2*h", "(W + 1)//2"],
        "features": ["N", 4],
    }
    assert [one.version for one in model.opset_import if not one.domain] == [18]


def test_a_recurrent_runs_in_onnx_at_other_lengths(tmp_path):
    spec = lego.parse(RECURRENT)
    lego.export(spec, tmp_path / "net.onnx", seed=3)
    given = batch(spec, N=4, T=11)
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx")
    found = session.run(["rnn", "rnn.h"], {"words": given[0].numpy(), "lengths": given[1].numpy()})
    expected = lego.build(spec, seed=3)(*given)
    torch.testing.assert_close([torch.from_numpy(one) for one in found], list(expected), rtol=1e-4, atol=1e-5)


def test_a_source_is_what_code_prints(tmp_path):
    spec = lego.parse(RECURRENT)
    lego.export(spec, tmp_path / "net.py")
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == lego.source(spec)


def test_weights_are_those_of_a_module_or_a_file(tmp_path):
    spec = lego.parse(CONVOLUTIONS)
    module = lego.build(spec, seed=5)
    torch.save(module.state_dict(), tmp_path / "net.pt")
    given = batch(spec, N=2, h=1, W=4)
    for weights in (module, tmp_path / "net.pt"):
        found = lego.export(spec, tmp_path / "net.pt2", weights=weights)
        exported = torch.export.load(found.path).module()
        torch.testing.assert_close(outputs_of(exported, given), outputs_of(module.eval(), given))


def test_torch_keeps_to_itself(tmp_path, capfd):
    state = torch.get_rng_state()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lego.export(lego.parse(RECURRENT), tmp_path / "net.onnx", seed=0)
    assert capfd.readouterr() == ("", "")
    assert torch.equal(torch.get_rng_state(), state)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ending", "path", "line", "reason"),
    [
        (OF_VALUES, "pt2", "head.loss", 8, "torch.export cannot express AdaptiveLogSoftmaxWithLoss: what it does"),
        (WITHOUT_OPERATOR, "onnx", "body.1.0", 4, "ONNX cannot express RReLU: there is no ONNX form of torch's"),
    ],
)
def test_what_a_format_cannot_express(text, ending, path, line, reason, tmp_path):
    with pytest.raises(lego.SpecError) as caught:
        lego.export(lego.parse(text), tmp_path / f"net.{ending}")
    [found] = caught.value.diagnostics
    assert (found.code, found.path, found.line) == ("not-exportable", path, line)
    assert found.message.startswith(reason)
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_stays_when_nothing_new_can_be_written(tmp_path):
    old = tmp_path / "net.pt2"
    old.write_text("old")
    with pytest.raises(lego.SpecError):
        lego.export(lego.parse(OF_VALUES), old)
    assert old.read_text() == "old" and list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("net.tflite", {}, "ends in `.onnx`, `.pt2`, `.py`, found `net.tflite`"),
        ("net.pt2", {"opset": 18}, "`net.pt2` has no opset"),
        ("net.py", {"seed": 0}, "`net.py` is a source and holds no weights"),
    ],
)
def test_a_call_that_makes_no_sense(name, options, message, tmp_path):
    with pytest.raises(Exception, match=message) as caught:
        lego.export(lego.parse(RECURRENT), tmp_path / name, **options)
    assert caught.value.code == "bad-value"


def test_without_the_packages_of_onnx(tmp_path, monkeypatch):
    there = importlib.util.find_spec
    monkeypatch.setattr(onnx_model, "find_spec", lambda name: None if name == "onnxscript" else there(name))
    with pytest.raises(Exception, match="packages that are not there: `onnxscript`") as caught:
        lego.export(lego.parse(RECURRENT), tmp_path / "net.onnx")
    assert caught.value.help == "install them: pip install 'lego-nn[onnx]'"
