"""Checkpoints hold any state of Lightning's as safetensors and JSON, and are there as a whole or not at all."""

from __future__ import annotations

import json
import struct
from collections import Counter, OrderedDict

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lego.diagnostics import Problem
from lego.train.runs import read_checkpoint, write_checkpoint

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
STATES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers() | st.text(max_size=4) | st.none(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(STATES)
def test_plain_states_come_back(tmp_path_factory, state):
    path = tmp_path_factory.getbasetemp() / "state.safetensors"
    write_checkpoint(path, {"state": state})
    found = read_checkpoint(path)["state"]
    assert (found, type(found)) == (state, type(state))


def test_what_there_is_in_a_training(tmp_path):
    weight = torch.randn(3, 4)
    state = {
        "tied": [weight, weight],
        "view": weight.T,
        "row": weight[1],
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 2),
        "half": torch.ones(2, dtype=torch.bfloat16),
        "bool": torch.tensor([True, False]),
        "optimizer": {0: {"step": torch.tensor(4.0)}, 1: {}},
        "milestones": Counter({3: 1, 5: 2}),
        "ordered": OrderedDict(a=1),
        "score": np.float64(0.25),
        "limit": float("inf"),
    }
    path = tmp_path / "a" / "one.safetensors"
    write_checkpoint(path, state)
    found = read_checkpoint(path)
    assert list(found) == list(state)
    for name in ("view", "row", "scalar", "empty", "half", "bool"):
        assert found[name].equal(state[name]) and found[name].dtype == state[name].dtype
    assert found["tied"][0] is found["tied"][1] and found["tied"][0].equal(weight)
    assert found["optimizer"] == state["optimizer"]
    assert isinstance(found["milestones"], Counter) and found["milestones"] == state["milestones"]
    assert (found["score"], type(found["score"]), found["limit"]) == (0.25, float, float("inf"))
    assert [one.name for one in path.parent.iterdir()] == ["one.safetensors"]


def test_nothing_is_pickled(tmp_path):
    write_checkpoint(tmp_path / "one", {"a": torch.ones(2), "b": [1]})
    data = (tmp_path / "one").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    assert set(header) == {"__metadata__", "/a"}
    assert json.loads(header["__metadata__"]["state"])


def test_what_is_no_state_leaves_the_older_file(tmp_path):
    path = tmp_path / "one"
    write_checkpoint(path, {"a": 1})
    with pytest.raises(TypeError, match="a checkpoint holds tensors and plain values, found function"):
        write_checkpoint(path, {"a": write_checkpoint})
    assert read_checkpoint(path) == {"a": 1}


def test_files_that_are_none(tmp_path):
    with pytest.raises(Problem, match="there is no file"):
        read_checkpoint(tmp_path / "none")
    (tmp_path / "other").write_bytes(b"something else that is long enough")
    with pytest.raises(Problem, match="is no checkpoint of a training"):
        read_checkpoint(tmp_path / "other")
