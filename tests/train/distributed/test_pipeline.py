"""Two processes with a stage each come to the numbers of one with the whole net."""

from __future__ import annotations

import pytest
import torch

from lego.diagnostics import Problem
from lego.graph import plan
from lego.train.distributed.pipeline import _check, build_stage
from tests.train.distributed import pipelined
from tests.train.distributed.nets import NAMES, SIZES, batch, build, gradients, graph
from tests.train.distributed.processes import run


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pipeline")
    run(pipelined.work, folder)
    return [torch.load(folder / f"{rank}.pt") for rank in range(2)]


@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_the_whole(found, name):
    value, expected = gradients(name, steps=2)
    (nothing, first), (last, second) = found[0][name], found[1][name]
    assert nothing is None
    torch.testing.assert_close(last, value)
    assert first and second and first.keys() | second.keys() == expected.keys()
    for part in (first, second):
        for key, gradient in part.items():
            torch.testing.assert_close(gradient, expected[key], msg=key)


@pytest.mark.parametrize("name", NAMES)
def test_stages_one_after_the_other_are_the_whole(name):
    net = graph(name)
    parts = plan(net, 3, SIZES[name])
    input, _ = batch(name)
    whole = build(net, seed=3).eval()
    values = (input,)
    for number in range(3):
        stage = build_stage(net, parts, number, seed=3).eval()
        found = stage(*values)
        values = found if isinstance(found, tuple) else (found,)
        for key, weight in stage.state_dict().items():
            assert torch.equal(weight, whole.state_dict()[key])
    torch.testing.assert_close(values[0], whole(input))


def test_one_process_for_each_stage():
    with pytest.raises(Problem, match="the plan has 2 stages, and there are 3 processes") as error:
        _check(plan(graph("chain"), 2), 3)
    assert error.value.help == "start 2 processes, or plan 3 stages"
