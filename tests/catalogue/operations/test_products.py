from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

PRODUCTS = [
    ("MatMul", {}, ["N,T,D", "N,D,S"]),
    ("MatMul", {}, ["T,D", "D,S"]),
    ("MatMul", {"broadcast": True}, ["N,1,T,D", "8,D,S"]),
    ("MatMul", {"broadcast": True}, ["N,T,D", "D,S"]),
    ("Einsum", {"equation": "bij,bjk->bik"}, ["N,T,D", "N,D,S"]),
    ("Einsum", {"equation": "b h i d, b h j d -> b h i j"}, ["N,8,T,D", "N,8,S,D"]),
    ("Einsum", {"equation": "...ij,...jk->...ik"}, ["N,8,T,D", "N,8,D,S"]),
    ("Einsum", {"equation": "ij,jk,kl->il"}, ["N,T", "T,S", "S,D"]),
    ("Einsum", {"equation": "ij,ij->ij"}, ["N,T", "N,T"]),
    ("Einsum", {"equation": "nijm,jk->nik"}, ["N,T,S,4", "S,D"]),
    ("ScaledDotProductAttention", {}, ["N,8,T,D", "N,8,S,D", "N,8,S,W"]),
    ("ScaledDotProductAttention", {"scale": 0.5}, ["N,8,T,D", "N,8,S,D", "N,8,S,W", "T,S bool"]),
    ("ScaledDotProductAttention", {"is_causal": True}, ["N,T,D", "N,T,D", "N,T,D"]),
    ("ScaledDotProductAttention", {}, ["N,8,T,D", "N,8,S,D", "N,8,S,D", "N,1,T,S"]),
    ("ScaledDotProductAttention", {"enable_gqa": True}, ["N,8,T,D", "N,2,S,D", "N,2,S,W"]),
]


@pytest.mark.parametrize(("name", "arguments", "inputs"), PRODUCTS)
def test_agrees_with_torch_and_counts_as_it_does(agrees, name, arguments, inputs):
    with FlopCounterMode(display=False) as counter:
        macs = agrees(name, arguments, *inputs).macs
    runs = 2  # one with symbols, one with integers
    assert counter.get_total_flops() == runs * 2 * macs


@pytest.mark.parametrize(
    ("name", "arguments", "inputs"),
    [
        ("MatMul", {}, ["D", "D"]),
        ("MatMul", {}, ["T,D", "D"]),
        ("MatMul", {}, ["D", "N,D,S"]),
        ("MatMul", {}, ["N,T,D int64", "N,D,S int64"]),
        ("Einsum", {"equation": "ii->i"}, ["N,N"]),
        ("Einsum", {"equation": "ii"}, ["N,N"]),
        ("Einsum", {"equation": "bA,ba"}, ["N,T", "N,S"]),
        ("Einsum", {"equation": "...i,i"}, ["N,T,D", "D"]),
        ("Einsum", {"equation": "...i->i"}, ["N,T,D"]),
        ("Einsum", {"equation": "i...,...->...i"}, ["N,T,D", "D"]),
        ("Einsum", {"equation": ",i->i"}, ["", "D"]),
        ("ScaledDotProductAttention", {"dropout_p": 0.1}, ["T,D", "S,D", "S,D"]),
    ],
)
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs)


@pytest.mark.parametrize(
    ("name", "arguments", "inputs"),
    [
        ("MatMul", {}, ["2,3", "2,3"]),
        ("MatMul", {}, ["3", "2"]),
        ("MatMul", {}, ["", "2"]),
        ("MatMul", {"broadcast": True}, ["2,3,4", "3,4,5"]),
        ("Einsum", {"equation": "ij,jk"}, ["2,3", "4,5"]),
        ("Einsum", {"equation": "ij"}, ["2,3,4"]),
        ("Einsum", {"equation": "ij,jk"}, ["2,3"]),
        ("ScaledDotProductAttention", {}, ["2,3,4", "2,3,5", "2,3,5"]),
        ("ScaledDotProductAttention", {}, ["2,3,4", "2,5,4", "2,6,4"]),
        ("ScaledDotProductAttention", {"is_causal": True}, ["2,3,4", "2,5,4", "2,5,4", "3,5 bool"]),
        ("ScaledDotProductAttention", {}, ["2,3,4", "2,5,4", "2,5,4", "5,3 bool"]),
        ("ScaledDotProductAttention", {"enable_gqa": True}, ["1,3,3,4", "1,2,5,4", "1,2,5,4"]),
    ],
)
def test_refuses_what_torch_refuses(refused, name, arguments, inputs):
    refused(name, arguments, *inputs, torch_too=True)


@pytest.mark.parametrize(
    ("name", "arguments", "inputs", "code", "message"),
    [
        ("MatMul", {}, ["N,T,D", "N,T,D"], "shape-mismatch",
         "MatMul needs as many rows of other as input has columns, but D ≠ T"),
        ("MatMul", {}, ["N,T,D", "D,S"], "shape-mismatch", "MatMul needs equal batch dims, but [N] ≠ []"),
        ("Einsum", {"equation": "bij,bjk->bik"}, ["N,T,D", "N,T,D"], "shape-mismatch",
         "`j` is D in one place and T in another"),
        ("Einsum", {"equation": "ij->ijk"}, ["N,T"], "bad-value", "Einsum: the output has `k`, but no input has"),
        ("Einsum", {"equation": "ij->ii"}, ["N,T"], "bad-value", "Einsum: the output names `i` twice"),
        ("Einsum", {"equation": "i1"}, ["N,T"], "bad-value",
         "Einsum: each part of an equation is letters, and `...` at most once, found `i1`"),
        ("Einsum", {"equation": "ij,jk"}, ["N,T"], "bad-value", "the equation has 2 parts for 1 input"),
        ("Einsum", {"equation": "ij"}, ["N,T,D"], "rank-mismatch",
         "`ij` needs 2 dims, but input 0 [N, T, D] has 3"),
        ("ScaledDotProductAttention", {}, ["N,T,D", "N,S,D", "N,S,D", "N,S bool"], "shape-mismatch",
         "attn_mask must stretch to the scores [N, T, S], found [N, S]"),
        ("ScaledDotProductAttention", {}, ["N,T,D", "N,S,D", "N,S,D", "T,S int64"], "dtype-mismatch",
         "attn_mask must be bool, or float32 to be added to the scores, found int64"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(refused, name, arguments, inputs, code, message):
    problem = refused(name, arguments, *inputs)
    assert (problem.code, problem.message) == (code, message)


def test_a_transposed_matrix_and_a_missing_batch_have_a_way_out(refused):
    assert refused("MatMul", {}, "N,T,D", "N,S,D").help == "put `Transpose: {dim0: -2, dim1: -1}` before other"
    assert refused("MatMul", {}, "N,T,D", "D,S").help == "write `{MatMul: {broadcast: true}}` if they should stretch"


batches = st.lists(st.integers(1, 2), max_size=2)


@given(left=batches, right=batches, m=st.integers(0, 2), k=st.integers(1, 2), j=st.integers(1, 2), n=st.integers(0, 2))
def test_matmul_is_torch_s(agrees, refused, left, right, m, k, j, n):
    """m or n of 0 stands for a vector."""
    shapes = [[*left, m, k] if m else [k], [*right, j, n] if n else [j]]
    texts = [",".join(map(str, shape)) for shape in shapes]
    try:
        torch.empty(shapes[0], device="meta") @ torch.empty(shapes[1], device="meta")
    except RuntimeError:
        refused("MatMul", {"broadcast": True}, *texts)
    else:
        agrees("MatMul", {"broadcast": True}, *texts)
