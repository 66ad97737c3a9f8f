from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lego.shapes import symbol

N, T, H, W = map(symbol, "NTHW")


@pytest.mark.parametrize(
    ("name", "arguments", "inputs"),
    [
        ("Reshape", {"shape": [N, -1]}, ["N,C,H,W"]),
        ("Reshape", {"shape": [-1, 8]}, ["N,T,64"]),
        ("Reshape", {"shape": [N, T, 8, 8]}, ["N,T,64"]),
        ("Reshape", {"shape": [N, 64, T]}, ["N,T,64"]),
        ("Reshape", {"shape": [8, 8, N]}, ["N,64"]),
        ("Reshape", {"shape": []}, ["1,1"]),
        ("Reshape", {}, ["N,T,64", "N,8,8,T int64"]),
        ("Expand", {"shape": [N, -1, 5, -1]}, ["T,1,4"]),
        ("Expand", {}, ["1,4", "N,T,4"]),
        ("Permute", {"dims": [0, -1, 1]}, ["N,T,3"]),
        ("Permute", {"dims": []}, [""]),
        ("Transpose", {"dim0": 1, "dim1": -1}, ["N,T,3"]),
        ("Squeeze", {"dim": 1}, ["N,1,3"]),
        ("Squeeze", {"dim": [-1, 1]}, ["N,1,3,1"]),
        ("Unsqueeze", {"dim": -1}, ["N,3"]),
        ("Unsqueeze", {"dim": 0}, ["N,3"]),
        ("Pad", {"pad": [1, 2]}, ["N,T"]),
        ("Pad", {"pad": [0, 0, 1, -2], "value": 3}, ["N,T,4 int64"]),
        ("Pad", {"pad": [0, -1, 1, 0], "value": float("-inf")}, ["N,T"]),
        ("Pad", {"pad": [2, 1, 3, 0], "mode": "reflect"}, ["N,3,H,W"]),
        ("Pad", {"pad": [2, 1], "mode": "circular"}, ["N,3,2"]),
        ("Pad", {"pad": [9, 1], "mode": "replicate"}, ["3,2"]),
        ("Interpolate", {"scale_factor": 2}, ["N,3,H,W"]),
        ("Interpolate", {"scale_factor": [0.5, 1.25], "mode": "bilinear", "align_corners": False}, ["N,3,H,W"]),
        ("Interpolate", {"scale_factor": 0.3}, ["2,3,10,20"]),
        ("Interpolate", {"size": 7, "mode": "linear", "align_corners": True}, ["N,3,T"]),
        ("Interpolate", {"size": [4, W], "mode": "bicubic", "antialias": True}, ["N,3,H,W"]),
        ("Interpolate", {"size": [4, 5, 6], "mode": "trilinear"}, ["N,3,4,H,W"]),
        ("Interpolate", {"mode": "nearest-exact"}, ["N,3,h,w", "N,4,H,W int64"]),
    ],
)
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs)


@pytest.mark.parametrize(
    ("name", "arguments", "inputs"),
    [
        ("Reshape", {"shape": [4, -1]}, ["2,3"]),
        ("Reshape", {"shape": [2, 2]}, ["2,3"]),
        ("Expand", {"shape": [2, 3, 4]}, ["2,3,3"]),
        ("Expand", {"shape": [3]}, ["2,3"]),
        ("Expand", {"shape": [-1, 2, 3]}, ["2,3"]),
        ("Permute", {"dims": [0, 0]}, ["2,3"]),
        ("Permute", {"dims": [0]}, ["2,3"]),
        ("Transpose", {"dim0": 0, "dim1": 2}, ["2,3"]),
        ("Squeeze", {"dim": 2}, ["2,3"]),
        ("Unsqueeze", {"dim": 3}, ["2,3"]),
        ("Pad", {"pad": [1, 1, 1, 1]}, ["2"]),
        ("Pad", {"pad": [3, 0], "mode": "reflect"}, ["2,3"]),
        ("Pad", {"pad": [4, 0], "mode": "circular"}, ["2,3,3"]),
        ("Pad", {"pad": [1, 1], "mode": "reflect"}, ["2,3,3,3"]),
        ("Interpolate", {"size": [2, 3]}, ["2,3,4"]),
        ("Interpolate", {"size": 2, "mode": "bilinear"}, ["2,3,4"]),
        ("Interpolate", {"scale_factor": [2, 3]}, ["2,3,4"]),
    ],
)
def test_refuses_what_torch_refuses(refused, name, arguments, inputs):
    refused(name, arguments, *inputs, torch_too=True)


@pytest.mark.parametrize(
    ("name", "arguments", "inputs", "code", "message"),
    [
        ("Reshape", {"shape": [-1, 10]}, ["N,T,64"], "shape-mismatch",
         "Reshape of [N, T, 64] to [-1, 10]: 64*N*T elements are no multiple of 10"),
        ("Reshape", {"shape": [N, 100]}, ["N,8,8"], "shape-mismatch",
         "Reshape of [N, 8, 8] to [N, 100]: 64*N elements are not 100*N"),
        ("Reshape", {"shape": [-1, -1]}, ["N"], "bad-value", "Reshape: only one size may be -1"),
        ("Reshape", {"shape": [0, 4]}, ["N"], "bad-value", "Reshape: sizes must be at least 1, or -1, found 0"),
        ("Reshape", {}, ["N"], "missing-argument", "Reshape needs a shape, or an input `like` that has it"),
        ("Expand", {"shape": [N]}, ["N", "N"], "bad-value", "Expand takes a shape or an input `like`, but not both"),
        ("Expand", {"shape": [T, 3]}, ["N,3"], "shape-mismatch",
         "Expand stretches dims of 1, but dim 0 is N and should be T"),
        ("Permute", {"dims": [1, 0]}, ["N,C,H"], "rank-mismatch",
         "dims must name each of the 3 dims of [N, C, H] once, found [1, 0]"),
        ("Squeeze", {"dim": -1}, ["N,H"], "shape-mismatch",
         "Squeeze takes dims of size 1 away, but dim 1 of [N, H] is H"),
        ("Pad", {"pad": [1]}, ["N"], "bad-value", "Pad: pad needs two numbers for each dim, found 1"),
        ("Pad", {"pad": [5, 0], "mode": "reflect"}, ["N,5"], "shape-mismatch",
         "the mode reflect needs 6 positions in dim 1 for a pad of 5, found 5"),
        ("Pad", {"pad": [1, 1], "value": 0.5}, ["N int64"], "dtype-mismatch",
         "value is 0.5, but the input holds integers (int64)"),
        ("Interpolate", {}, ["N,3,H,W"], "missing-argument",
         "Interpolate takes one of `size`, `scale_factor` and an input `like`"),
        ("Interpolate", {"scale_factor": 0.3}, ["N,3,H,W"], "unresolved-dim",
         "the size H cannot be scaled by 0.3 without rounding"),
        ("Interpolate", {"size": 2, "align_corners": True}, ["N,3,H,W"], "bad-value",
         "Interpolate: align_corners is for linear, bilinear, bicubic, trilinear, but the mode is nearest"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(refused, name, arguments, inputs, code, message):
    problem = refused(name, arguments, *inputs)
    assert (problem.code, problem.message) == (code, message)


sizes = st.lists(st.integers(1, 4), max_size=4)


@given(shape=sizes, wanted=st.lists(st.integers(1, 8), max_size=3), at=st.none() | st.integers(0, 3))
def test_reshape_is_torch_s(agrees, refused, shape, wanted, at):
    known = prod(wanted)
    text = ",".join(map(str, shape))
    if at is not None:
        wanted = [*wanted[:at], -1, *wanted[at:]]
    if prod(shape) == known or (at is not None and prod(shape) % known == 0):
        agrees("Reshape", {"shape": wanted}, text)
    else:
        refused("Reshape", {"shape": wanted}, text, torch_too=True)


@given(data=st.data(), factors=st.lists(st.sampled_from([2, 3, N, T, H]), min_size=1, max_size=5))
def test_reshape_of_symbols(agrees, data, factors):
    """Two groupings of the same factors."""
    shapes = [grouped(data.draw(st.permutations(factors)), data) for _ in range(2)]
    agrees("Reshape", {"shape": shapes[1]}, ",".join(str(size) for size in shapes[0]))
    at = data.draw(st.integers(0, len(shapes[1]) - 1))
    left_over = [-1 if index == at else size for index, size in enumerate(shapes[1])]
    agrees("Reshape", {"shape": left_over}, ",".join(str(size) for size in shapes[0]))


def grouped(factors, data):
    cut = data.draw(st.integers(0, len(factors)))
    return [prod(factors[:cut]), *factors[cut:]]


@given(shape=st.lists(st.integers(1, 3), min_size=1, max_size=4), data=st.data())
def test_expand_is_torch_s(agrees, shape, data):
    kept = [data.draw(st.sampled_from([-1, size] if size > 1 else [-1, 1, 5])) for size in shape]
    agrees("Expand", {"shape": [*data.draw(st.lists(st.integers(1, 3), max_size=2)), *kept]}, ",".join(map(str, shape)))
