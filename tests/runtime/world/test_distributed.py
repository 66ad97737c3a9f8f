"""Two processes give the gradients of one: replicated (DDP) and sharded (FSDP2)."""

from __future__ import annotations

import pytest
import torch
import torch.multiprocessing as mp

from tests.runtime.world.distributed import ROWS, SHARDED, gradients, work
from tests.runtime.world.models import NAMES, batch, build


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What two processes have found; a file is where they meet, so that no port can be taken."""
    folder = tmp_path_factory.mktemp("processes")
    context = mp.spawn(work, (str(folder),), nprocs=2, join=False)
    try:
        while not context.join(timeout=120):
            pass
    finally:
        for process in context.processes:
            process.kill()
    return torch.load(folder / "found.pt")


@pytest.mark.parametrize("name", NAMES)
def test_replicated(found, name):
    check(found[f"replicated {name}"], name)


@pytest.mark.parametrize(("name", "lowering"), [(name, lowering) for name, lowering, _ in SHARDED])
def test_sharded(found, name, lowering):
    check(found[f"sharded {name} {lowering}"], name)


def check(found, name):
    expected = gradients(build(name), batch(name, ROWS))
    assert found.keys() == expected.keys()
    for key, gradient in expected.items():
        torch.testing.assert_close(found[key], gradient, rtol=1e-3, atol=1e-5)
