"""What differs from step to step in training never leaves the loop."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
import torch

import lego

LOWERINGS = ["auto", "hoisted", "loop"]


def net(layer: object) -> lego.Spec:
    """A layer on the input alone, which would be done for all steps at once if it could be."""
    graph = {"seen": layer, "sum": {"Add": None, "from": ["seen", "h"]}}
    node = {"over": "T", "state": {"h": ["N", 64]}, "graph": graph, "next": {"h": "sum"}, "outputs": "seen"}
    document = {"lego": 1, "name": "net", "inputs": {"x": ["N", "T", 64]}, "graph": {"rnn": {"recurrent": node}}}
    return lego.parse(json.dumps(document))


@pytest.mark.parametrize("lowering", LOWERINGS)
def test_dropout_draws_anew_in_each_step(lowering):
    module = lego.build(net("Dropout"), lowering=lowering)
    torch.manual_seed(0)
    steps = module(torch.ones(2, 5, 64)).unbind(1)
    assert all(not torch.equal(one, other) for one, other in pairwise(steps))
    torch.manual_seed(0)
    wanted = [torch.nn.functional.dropout(torch.ones(2, 64)) for _ in range(5)]
    assert torch.equal(torch.stack(steps), torch.stack(wanted))


@pytest.mark.parametrize("lowering", LOWERINGS)
def test_batch_norm_counts_each_step(lowering):
    module = lego.build(net("BatchNorm1d"), lowering=lowering)
    by_hand = torch.nn.BatchNorm1d(64)
    x = torch.randn(3, 5, 64)
    wanted = torch.stack([by_hand(step) for step in x.unbind(1)], 1)
    torch.testing.assert_close(module(x), wanted)
    assert module.rnn.cell.seen.num_batches_tracked == 5
    torch.testing.assert_close(module.rnn.cell.seen.state_dict(), by_hand.state_dict())
