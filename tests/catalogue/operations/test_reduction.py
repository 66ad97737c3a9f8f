from __future__ import annotations

import pytest

REDUCTIONS = [
    ("Mean", {}, "N,T,3"),
    ("Mean", {"dim": 1}, "N,T,3"),
    ("Mean", {"dim": [2, -2], "keepdim": True}, "N,T,3"),
    ("Mean", {"keepdim": True}, "N,T,3"),
    ("Sum", {"dim": -1}, "N,T,3 int32"),
    ("Sum", {"dim": -1}, "N,T,3 bool"),
    ("Sum", {"keepdim": True}, "N,T,3 float16"),
    ("Max", {}, "N,T,3"),
    ("Max", {"dim": 1}, "N,T,3"),
    ("Min", {"dim": 1, "keepdim": True}, "N,T,3 int64"),
    ("ArgMax", {}, "N,T,3"),
    ("ArgMax", {"dim": 1}, "N,T,3"),
    ("ArgMax", {"dim": -1, "keepdim": True}, "N,T,3"),
    ("Norm", {}, "N,T,3"),
    ("Norm", {"ord": float("inf"), "dim": [0, 1]}, "N,T,3"),
    ("Norm", {"ord": 1, "dim": -1, "keepdim": True}, "N,T,3"),
    ("CumSum", {"dim": 1}, "N,T,3 bool"),
    ("CumSum", {"dim": 1}, "N,T,3"),
    ("TopK", {"k": 2}, "N,T,3"),
    ("TopK", {"k": 2, "dim": 1, "largest": False, "sorted": False}, "N,T,3"),
]


@pytest.mark.parametrize(("name", "arguments", "input"), REDUCTIONS)
def test_agrees_with_torch(agrees, name, arguments, input):
    agrees(name, arguments, input)


@pytest.mark.parametrize(
    ("name", "arguments", "input"),
    [
        ("Mean", {}, "2,3 int64"),
        ("Mean", {"dim": 2}, "2,3"),
        ("Sum", {"dim": [0, -2]}, "2,3"),
        ("Norm", {"dim": -3}, "2,3"),
        ("CumSum", {"dim": 2}, "2,3"),
        ("TopK", {"k": 4}, "2,3"),
        ("Max", {"dim": 4}, "2,3"),
    ],
)
def test_refuses_what_torch_refuses(refused, name, arguments, input):
    refused(name, arguments, input, torch_too=True)


def test_indices_have_a_range(agrees):
    assert agrees("ArgMax", {"dim": 1}, "N,10").outputs[0].range == (0, 10)
    assert agrees("TopK", {"k": 2}, "N,10").outputs[1].range == (0, 10)
    assert agrees("ArgMax", {"dim": 0}, "N,10").outputs[0].range is None


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Sum", {"dim": [0, -2]}, "dim names a dim twice: 0, -2 of 2 dims"),
        ("TopK", {"k": 4}, "k is 4, but dim -1 has size 3"),
        ("Max", {"keepdim": True}, "Max: keepdim needs a `dim`"),
    ],
)
def test_says_what_is_wrong(refused, name, arguments, message):
    assert refused(name, arguments, "N,3").message == message
