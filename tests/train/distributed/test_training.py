"""A training on two devices comes to the weights of one on the joined batch, however its processes are started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import lego
from lego.diagnostics import Problem
from lego.spec.recipe import Recipe
from lego.train.distributed import Strategy
from lego.train.distributed.training import _check_nothing_needs_the_whole
from tests.train.distributed.learning import learned

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("learning.py")
TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A script or module as a process of its own, which starts the others."""
    command = [sys.executable, *arguments]
    found = subprocess.run(command, cwd=ROOT, timeout=240, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-3000:]
    return found


@pytest.mark.nightly
@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
@pytest.mark.parametrize("starter", [(), TORCHRUN], ids=["lightning", "torchrun"])
def test_weights_of_one_process(starter, strategy, tmp_path):
    file = tmp_path / "net.safetensors"
    started(*starter, str(SCRIPT), strategy, "2", str(file))
    run = learned()
    found = load_file(file)
    assert found.keys() == run.module.state_dict().keys()
    for key, weight in run.module.state_dict().items():
        torch.testing.assert_close(found[key], weight, rtol=1e-5, atol=1e-6)
    losses = [[float(one) for one in line.split()] for line in file.with_suffix(".txt").read_text().splitlines()]
    assert losses == [pytest.approx([one.train_loss, one.validation_loss], rel=1e-5) for one in run.metrics]


@pytest.mark.nightly
@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_the_command_line(strategy, tmp_path):
    """The folder is that of any run; a training that goes on comes to the weights of one that never stopped."""
    folder, train = tmp_path / "run", ("-m", "lego", "train")
    spread = ("--strategy", strategy, "--devices", "2", "-o", str(folder))
    found = started(*train, "specs/mnist_mlp.yaml", "--data", "digits", "--epochs", "1", *spread)
    assert found.stdout == f"{folder}\n"
    started(*train, "--resume", "--epochs", "2", *spread)
    run = lego.train(ROOT / "specs/mnist_mlp.yaml", data="digits", epochs=2, progress=False)
    weights = load_file(folder / "model.safetensors")
    for key, weight in run.module.state_dict().items():
        torch.testing.assert_close(weights[key], weight, rtol=1e-3, atol=1e-4)  # Adam magnifies


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dpp",), "there is no strategy `dpp`"),
        (("ddp", 0), "devices must be at least 1, found 0"),
        (("fsdp", 2, 0), "nodes must be at least 1, found 0"),
    ],
)
def test_what_is_no_strategy(arguments, message):
    with pytest.raises(Problem) as error:
        Strategy(*arguments)
    assert error.value.message == message


def test_what_needs_the_whole_net():
    net = lego.parse("lego: 1\ninputs: {x: [N, 4]}\ngraph: [{Linear: 4}]\ninit: {weight: lsuv}\n").graph
    with pytest.raises(Problem, match="`init: lsuv` needs the whole net in one process") as error:
        _check_nothing_needs_the_whole(net, Recipe())
    assert error.value.help == "leave it out, or train with ddp"
