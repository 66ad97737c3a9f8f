"""What torch does with modules: compile, export, torch.func."""

from __future__ import annotations

import pytest
import torch
from torch.func import functional_call, grad, stack_module_state, vmap

import lego
from tests.runtime.world.models import NAMES, batch, build, close, spec_of

LOWERINGS = [*((name, "auto") for name in NAMES), ("tagger", "loop"), ("gates", "loop")]


QUICK = ["attention", "gates"]
MOST = [*QUICK, *(pytest.param(name, marks=pytest.mark.nightly) for name in NAMES if name not in QUICK)]
"""Of what takes long, the others run at night."""


@pytest.mark.parametrize("name", MOST)
def test_compiled_in_one_graph(name):
    module = build(name)
    close(torch.compile(module, fullgraph=True, backend="aot_eager")(*batch(name)), module(*batch(name)))


@pytest.mark.parametrize("name", MOST)
def test_exported_with_any_number_of_rows(name):
    module = build(name)
    rows = torch.export.Dim("N")
    with torch.no_grad():
        exported = torch.export.export(module, batch(name), dynamic_shapes=tuple({0: rows} for _ in batch(name)))
    close(exported.module()(*batch(name, 7)), module(*batch(name, 7)))


@pytest.mark.parametrize(("name", "lowering"), LOWERINGS)
def test_called_with_other_weights(name, lowering):
    module, other = build(name, lowering=lowering), lego.build(spec_of(name), seed=1).eval()
    weights = dict(other.named_parameters()) | dict(other.named_buffers())
    close(functional_call(module, weights, batch(name)), other(*batch(name)))


@pytest.mark.parametrize(("name", "lowering"), LOWERINGS)
def test_vmap_over_inputs(name, lowering):
    module = build(name, lowering=lowering)

    def one(*row):
        return module(*(tensor.unsqueeze(0) for tensor in row)).squeeze(0)

    close(vmap(one)(*batch(name)), module(*batch(name)))


@pytest.mark.parametrize(("name", "lowering"), LOWERINGS)
def test_vmap_over_weights(name, lowering):
    """An ensemble in one call."""
    modules = [lego.build(spec_of(name), seed=seed, lowering=lowering).eval() for seed in range(3)]
    weights, buffers = stack_module_state(modules)
    base = lego.build(spec_of(name), device="meta", lowering=lowering).eval()
    inputs = batch(name)

    def call(weights, buffers):
        return functional_call(base, (weights, buffers), inputs)

    close(vmap(call)(weights, buffers), torch.stack([module(*inputs) for module in modules]))


@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_single_rows(name):
    module = build(name)
    weights = {key: weight.detach() for key, weight in module.named_parameters()}

    def loss(weights, *row):
        return functional_call(module, weights, tuple(tensor.unsqueeze(0) for tensor in row)).square().sum()

    found = vmap(grad(loss), in_dims=(None, *(0 for _ in batch(name))))(weights, *batch(name, 3))
    module(*batch(name, 3)).square().sum().backward()
    for key, weight in module.named_parameters():
        torch.testing.assert_close(found[key].sum(0), weight.grad, rtol=1e-3, atol=1e-4)
