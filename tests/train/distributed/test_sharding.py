"""Two processes with half of the weights each."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

import lego
from tests.train.distributed import sharded
from tests.train.distributed.nets import NAMES, build, gradients, graph
from tests.train.distributed.processes import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sharded")
    run(sharded.work, folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_weights_of_the_seed(folder, name):
    """The file has, bit for bit, what a build in one process has, and can be read as any other."""
    path = folder / f"{name}.safetensors"
    whole = build(graph(name), seed=3)
    expected = {key: whole.state_dict()[key] for key, _ in [*whole.named_parameters(), *whole.named_buffers()]}
    found = load_file(path)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[key], weight) for key, weight in expected.items())


@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_the_joined_batch(folder, name):
    _, expected = gradients(name)
    found = torch.load(folder / "found.pt")[name]
    assert found.keys() == expected.keys()
    for key, gradient in expected.items():
        torch.testing.assert_close(found[key], gradient, msg=key)


@pytest.mark.nightly
def test_no_process_ever_has_the_whole(tmp_path):
    run(sharded.grow, tmp_path)
    whole = sharded.LARGE_BYTES
    for rank in range(2):
        built, saved = map(int, (tmp_path / f"{rank}.txt").read_text().split())
        assert whole / 2 < built < 0.75 * whole
        assert saved < 0.85 * whole
    module = lego.build(lego.parse(sharded.LARGE), seed=3)
    found = load_file(tmp_path / "large.safetensors")
    assert all(torch.equal(found[key], weight) for key, weight in module.state_dict().items())
