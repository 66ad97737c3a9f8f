"""Random cells: a loop, a loop of what cannot leave it, torch's kernel and a scan give what the steps give."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, Phase, given, note, settings
from torch.testing import assert_close

import lego
from tests.runtime.recurrent.cells import Cell, cells
from tests.runtime.recurrent.reference import Found, by_steps, gradients, inputs_of

pytestmark = pytest.mark.filterwarnings("ignore")


def agree(cell: Cell, lowerings: tuple[str, ...]) -> None:
    """Values and gradients of all lowerings are those of the steps."""
    text = cell.text()
    note(text)
    spec = lego.parse(text)
    inputs = inputs_of(cell)
    wanted: Found | None = None
    for lowering in lowerings:
        module = lego.build(spec, dtype=torch.float64, seed=0, lowering=lowering).eval()
        for name, weight in module.named_parameters():
            if ".initial" in name:
                torch.nn.init.uniform_(weight, generator=torch.Generator().manual_seed(len(name)))
        if wanted is None:
            wanted = gradients(by_steps(cell, module, inputs), inputs, module)
        found = gradients(tuple(module(*inputs.values())), inputs, module)
        assert_close(found.outputs, wanted.outputs, msg=lambda text, lowering=lowering: f"{lowering}: {text}")
        for name, gradient in wanted.gradients.items():
            own = found.gradients[name]
            assert_close(*map(_or_zero, (own, gradient)), msg=lambda text, at=(lowering, name): f"{at}: {text}")


def _or_zero(gradient: torch.Tensor | None) -> torch.Tensor:
    zero = torch.zeros((), dtype=torch.float64)
    return zero if gradient is None or not gradient.any() else gradient


def run(examples: int, most: int, *lowerings: str) -> None:
    phases = (Phase.explicit, Phase.generate)
    checks = list(HealthCheck)

    @settings(max_examples=examples, deadline=None, suppress_health_check=checks, database=None, phases=phases)
    @given(cells(most))
    def check(cell: Cell) -> None:
        torch.compiler.reset()  # an eager scan is compiled, too: widths of earlier cells would become symbols of it
        agree(cell, lowerings)

    check()


def test_loops_agree_with_the_steps():
    run(40, 12, "loop", "hoisted", "auto")


def test_scans_agree_with_the_steps():
    run(3, 6, "scan")


@pytest.mark.nightly
def test_loops_of_large_cells():
    run(1_500, 25, "loop", "hoisted", "auto")


@pytest.mark.nightly
def test_scans_of_large_cells():
    run(100, 12, "scan")
