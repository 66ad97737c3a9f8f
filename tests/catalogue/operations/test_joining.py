from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lego.shapes import symbol

N, T = symbol("N"), symbol("T")


@pytest.mark.parametrize(
    ("name", "arguments", "inputs"),
    [
        ("Concat", {"dim": 1}, ["N,C,H,W", "N,3,H,W"]),
        ("Concat", {"dim": -1}, ["N,2 int64", "N,T int64", "N,1 int64"]),
        ("Concat", {}, ["2", "3"]),
        ("Stack", {}, ["N,T", "N,T"]),
        ("Stack", {"dim": -1}, ["N,T", "N,T", "N,T"]),
        ("Chunk", {"chunks": 3, "dim": 1}, ["N,3*h"]),
        ("Chunk", {"chunks": 4}, ["5,2"]),
        ("Chunk", {"chunks": 4, "dim": -1}, ["N,9"]),
        ("Chunk", {"chunks": 1}, ["N,9"]),
        ("Split", {"split_size": 4, "dim": 1}, ["N,9"]),
        ("Split", {"split_size": [2, 7], "dim": -1}, ["N,9"]),
        ("Slice", {"dim": 1, "start": 1}, ["N,T,4"]),
        ("Slice", {"dim": 1, "stop": -1}, ["N,T,4"]),
        ("Slice", {"dim": -1, "start": -3, "stop": -1}, ["N,4"]),
        ("Slice", {"dim": -2, "start": 1, "step": 2}, ["N,T,4"]),
        ("Slice", {"dim": 0, "stop": 100}, ["N,T,4"]),
        ("Slice", {"dim": 1, "stop": T}, ["T,512,4"]),
        ("Select", {"dim": 1, "index": 0}, ["N,T,4"]),
        ("Select", {"dim": -1, "index": -1}, ["N,T,4"]),
        ("Gather", {"dim": 1}, ["N,T", "N,3 int64"]),
        ("Roll", {"shifts": 2}, ["N,T"]),
        ("Roll", {"shifts": [-2, 1], "dims": [1, 2]}, ["N,T,4"]),
        ("Roll", {"shifts": 1, "dims": -1}, ["N,T,4"]),
    ],
)
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs)


@pytest.mark.parametrize(
    ("name", "arguments", "inputs"),
    [
        ("Concat", {"dim": 2}, ["2,3", "2,3"]),
        ("Concat", {"dim": 1}, ["2,3", "3,3"]),
        ("Concat", {"dim": 1}, ["2,3", "2,3,4"]),
        ("Stack", {}, ["2,3", "2,4"]),
        ("Stack", {"dim": 3}, ["2,3", "2,3"]),
        ("Chunk", {"chunks": 2, "dim": 2}, ["2,3"]),
        ("Split", {"split_size": [2, 2]}, ["5"]),
        ("Slice", {"dim": 2}, ["2,3"]),
        ("Select", {"dim": 1, "index": 3}, ["2,3"]),
        ("Select", {"dim": 1, "index": -4}, ["2,3"]),
        ("Gather", {"dim": 1}, ["2,3", "3,3 int64"]),
        ("Gather", {"dim": 1}, ["2,3", "2 int64"]),
        ("Gather", {"dim": 1}, ["2,3", "2,3 uint8"]),
        ("Roll", {"shifts": 1, "dims": 2}, ["2,3"]),
    ],
)
def test_refuses_what_torch_refuses(refused, name, arguments, inputs):
    refused(name, arguments, *inputs, torch_too=True)


@pytest.mark.parametrize(
    ("name", "arguments", "inputs", "code", "message"),
    [
        ("Concat", {"dim": 1}, ["N,C,H,W", "N,C,T,W"], "shape-mismatch",
         "Concat along dim 1 needs inputs that are equal in all other dims"),
        ("Chunk", {"chunks": 4, "dim": 1}, ["N,T"], "unresolved-dim",
         "dim 1 is T, of which nobody knows whether 4 chunks are equal"),
        ("Split", {"split_size": 4, "dim": 1}, ["N,T"], "unresolved-dim",
         "dim 1 is T, so nobody knows how many parts of 4 it has"),
        ("Split", {"split_size": [4, 5], "dim": 1}, ["N,10"], "shape-mismatch",
         "the parts 4 + 5 = 9 must make up dim 1, which is 10"),
        ("Slice", {"dim": 1, "start": 4}, ["N,4"], "shape-mismatch", "the slice 4: of dim 1, which is 4, is empty"),
        ("Select", {"dim": 1, "index": 4}, ["N,4"], "bad-value", "index is 4, but dim 1 has 4 positions"),
        ("Select", {"dim": 3, "index": 4}, ["N,4"], "bad-value",
         "dim is 3, but the input has 2 dims: -2 … 1 are allowed"),
        ("Roll", {"shifts": [1, 2], "dims": 1}, ["N"], "bad-value",
         "Roll: needs one shift for each dim, but shifts has 2 and dims has 1"),
        ("Gather", {"dim": 1}, ["N,4", "T,4 int64"], "shape-mismatch",
         "index must not be larger than the input in dim 0, but it has T, the input N"),
        ("Select", {"dim": N, "index": 4}, ["N,4"], "unresolved-dim",
         "dim must be an integer, but it is N, which depends on `N`"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(refused, name, arguments, inputs, code, message):
    problem = refused(name, arguments, *inputs)
    assert (problem.code, problem.message) == (code, message)


def test_a_part_of_a_symbolic_dim_asks_for_its_least_size(agrees):
    assert [str(size) for size in agrees("Select", {"dim": 0, "index": 4}, "N,2").requires] == ["N - 4"]
    assert [str(size) for size in agrees("Slice", {"dim": 0, "start": 2}, "N,2").requires] == ["N - 2"]
    assert agrees("Slice", {"dim": 0, "stop": 1}, "N,2").requires == ()


@given(size=st.integers(1, 12), chunks=st.integers(1, 14))
def test_chunk_counts_as_torch(agrees, size, chunks):
    agrees("Chunk", {"chunks": chunks, "dim": 1}, f"N,{size}")
    agrees("Split", {"split_size": chunks, "dim": 1}, f"N,{size}")


places = st.integers(-9, 9)


@given(size=st.integers(1, 7), start=places, stop=places | st.none(), step=st.integers(1, 3))
def test_slice_is_python_s(agrees, refused, size, start, stop, step):
    arguments = {"dim": 1, "start": start, "stop": stop, "step": step}
    if len(range(size)[start:stop:step]):
        agrees("Slice", arguments, f"2,{size}")
    else:
        assert refused("Slice", arguments, f"2,{size}").code == "shape-mismatch"


lower = st.none() | st.integers(-4, -1)


@given(start=st.integers(0, 4), stop=lower | st.integers(5, 30), last=st.integers(5, 8), step=st.integers(1, 3))
def test_slice_of_a_symbol(agrees, start, stop, last, step):
    agrees("Slice", {"dim": 0, "start": start, "stop": stop, "step": step}, "3*T+6,N")
    agrees("Slice", {"dim": 0, "start": -last, "stop": -1, "step": step}, "T+1,N")
