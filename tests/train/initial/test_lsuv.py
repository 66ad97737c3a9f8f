"""Layer-sequential unit variance: what it does to a built net, and what it leaves alone."""

from __future__ import annotations

from textwrap import dedent

import pytest
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from lego.api import Spec, build, parse
from lego.graph import started_on_data
from lego.spec.recipe import Recipe
from lego.train.data import Data, Tensors
from lego.train.fit.run import prepared
from lego.train.initial import apply_lsuv, start_on_data


def spec_of(nodes: str, inputs: str = "{x: [N, 64]}", init: str = "{weight: lsuv, bias: zeros}") -> Spec:
    return parse(f"lego: 1\ninputs: {inputs}\ngraph: {nodes}\ninit: {init}\n")


def variances(module: nn.Module, paths: tuple[str, ...], batch: Tensor) -> dict[str, float]:
    """Of what each layer gives."""
    found: dict[str, float] = {}

    def listen(path: str) -> None:
        def hear(layer: nn.Module, inputs: object, output: Tensor) -> None:
            found[path] = output.var(correction=0).item()

        hooks.append(module.get_submodule(path).register_forward_hook(hear))

    hooks: list[RemovableHandle] = []
    for path in paths:
        listen(path)
    with torch.no_grad():
        module(batch)
    for hook in hooks:
        hook.remove()
    return found


@pytest.mark.parametrize("activation", ["ReLU", "Tanh", "GELU", "SiLU", "Softplus"])
def test_thirty_layers_have_unit_variance(activation: str) -> None:
    spec = spec_of(f"{{deep: {{repeat: 30, Sequential: [{{Linear: 64}}, {activation}]}}, out: {{Linear: 10}}}}")
    module = build(spec, seed=0)
    torch.manual_seed(1)
    batch = torch.randn(256, 64) * 3
    start = module.get_parameter("deep.0.0.weight").clone()
    assert torch.allclose(start @ start.T, torch.eye(64), atol=1e-5)
    done = apply_lsuv(module, spec.graph, {"x": batch})
    paths = started_on_data(spec.graph)
    assert [one.path for one in done] == list(paths) and len(paths) == 31
    assert all(one.after == pytest.approx(1, abs=0.01) and one.rounds <= 2 for one in done)
    assert all(value == pytest.approx(1, abs=0.01) for value in variances(module, paths, batch).values())
    scaled = module.get_parameter("deep.0.0.weight")
    assert torch.allclose(scaled, start / done[0].before ** 0.5, rtol=1e-2)


def test_convolutions_with_biases_norms_and_dropout() -> None:
    nodes = """
      conv: {Conv2d: {out_channels: 8, kernel_size: 3, groups: 2}}
      norm: BatchNorm2d
      act: ReLU
      drop: {Dropout: 0.5}
      up: {ConvTranspose2d: {out_channels: 4, kernel_size: 4, stride: 2}}
      flatten: Flatten
      out: {Linear: 3}
    """
    text = f"lego: 1\ninputs: {{x: [N, 2, 9, 9]}}\ngraph:{nodes}\ninit: {{weight: lsuv, bias: 0.3}}\n"
    spec = parse(dedent(text).replace("    init", "init"))
    module = build(spec, seed=0).train()
    module.drop.eval()
    norm = {name: value.clone() for name, value in module.norm.state_dict().items()}
    batch = torch.rand(64, 2, 9, 9)
    done = apply_lsuv(module, spec.graph, {"x": batch})
    assert [one.path for one in done] == ["conv", "up", "out"]
    assert all(one.after == pytest.approx(1, abs=0.01) for one in done)
    assert module.training and module.norm.training and not module.drop.training
    assert all(torch.equal(value, norm[name]) for name, value in module.norm.state_dict().items())
    assert all((module.get_parameter(f"{path}.bias") == 0.3).all() for path in ("conv", "up", "out"))


def test_the_same_seed_and_data_give_the_same_weights() -> None:
    spec = spec_of("[{Linear: 32}, ReLU, {Linear: 4}]")
    batch = torch.randn(32, 64)
    modules = [build(spec, seed=7) for _ in range(2)]
    for module in modules:
        apply_lsuv(module, spec.graph, {"x": batch})
    assert all(torch.equal(a, b) for a, b in zip(*(module.parameters() for module in modules), strict=True))
    again = apply_lsuv(modules[0], spec.graph, {"x": batch})
    assert [one.rounds for one in again] == [0, 0]


def test_shared_weights_are_scaled_once_and_tied_ones_too() -> None:
    spec = parse(
        "lego: 1\ninputs: {x: [N, 16]}\n"
        "graph: {a: {Linear: 16}, r: ReLU, again: {share: a}, s: ReLU, b: {Linear: 16}}\n"
        "tie: {b.weight: a.weight}\ninit: {weight: lsuv, bias: zeros}\n"
    )
    assert started_on_data(spec.graph) == ("a", "b")
    module = build(spec, seed=0)
    batch = torch.randn(500, 16) * 5
    done = apply_lsuv(module, spec.graph, {"x": batch})
    assert [(one.path, one.rounds) for one in done] == [("a", 1)]
    assert module.a(batch).var().item() == pytest.approx(1, rel=0.02)


def test_a_recurrent_cell_is_scaled_at_its_first_step() -> None:
    nodes = """
      rnn:
        recurrent:
          over: T
          state: {h: [N, 8]}
          graph: {both: {Concat: -1, from: [input, h]}, mix: {Linear: 8}, h_new: GELU}
          next: {h: h_new}
      out: {Linear: 2}
    """
    spec = parse(
        f"lego: 1\ninputs: {{x: [N, T, 6]}}\ngraph:{nodes}\ninit: {{weight: lsuv, bias: zeros}}\n".replace(
            "    init", "init"
        )
    )
    module = build(spec, seed=0)
    done = apply_lsuv(module, spec.graph, {"x": torch.randn(64, 5, 6) * 4})
    assert [one.path for one in done] == ["rnn.cell.mix", "out"]
    assert all(one.after == pytest.approx(1, abs=0.01) for one in done)


def test_what_cannot_be_scaled_is_left() -> None:
    spec = spec_of("[{Linear: 8}]")
    module = build(spec, seed=0)
    before = module.get_parameter("0.weight").clone()
    [still] = apply_lsuv(module, spec.graph, {"x": torch.zeros(4, 64)})
    assert (still.before, still.after, still.rounds) == (0, 0, 0)
    [wild] = apply_lsuv(module, spec.graph, {"x": torch.full((4, 64), float("inf"))})
    assert wild.rounds == 0
    assert torch.equal(module.get_parameter("0.weight"), before)


def test_other_layers_keep_their_orthogonal_start() -> None:
    nodes = "{at: {LSTM: 8}, p: {Parameter: [8, 8]}, y: {MatMul: {broadcast: true}, from: [at, p]}}"
    spec = spec_of(nodes, "{x: [T, N, 8]}", "{weight: lsuv, Parameter: lsuv}")
    module = build(spec, seed=0)
    columns = module.get_parameter("at.weight_ih_l0")
    assert torch.allclose(columns.T @ columns, torch.eye(8), atol=1e-5)
    assert torch.allclose(module.p @ module.p.T, torch.eye(8), atol=1e-5)
    assert apply_lsuv(module, spec.graph, {"x": torch.randn(3, 4, 8)}) == ()


def test_samples_are_drawn_by_seed() -> None:
    spec = spec_of("[{Linear: 8}, ReLU, {Linear: 2}]")
    samples = Tensors({"x": torch.randn(1000, 64) * 2}, torch.zeros(1000, dtype=torch.int64))
    first, again, other = (build(spec, seed=0) for _ in range(3))
    done = start_on_data(first, spec.graph, samples, seed=1)
    assert [one.path for one in done] == ["0", "2"]
    start_on_data(again, spec.graph, samples, seed=1)
    start_on_data(other, spec.graph, samples, seed=2)
    assert torch.equal(first.get_parameter("0.weight"), again.get_parameter("0.weight"))
    assert not torch.equal(first.get_parameter("0.weight"), other.get_parameter("0.weight"))
    assert variances(other, ("0", "2"), samples.inputs["x"]) == pytest.approx({"0": 1, "2": 1}, rel=0.1)


def test_training_starts_on_data() -> None:
    spec = spec_of("[{Linear: 8}, ReLU, {Linear: 2}]")
    samples = Tensors({"x": torch.randn(100, 64) * 9}, torch.arange(100) % 2)
    run = prepared(spec.graph, Recipe(), Data("some", samples))
    found = variances(run.module, ("0", "2"), samples.inputs["x"])
    assert found == pytest.approx({"0": 1, "2": 1}, rel=0.2)


def test_nothing_runs_without_lsuv() -> None:
    spec = spec_of("[{Linear: 8}]", init="{weight: auto}")
    assert apply_lsuv(build(spec), spec.graph, {}) == ()
