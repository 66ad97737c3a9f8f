"""Products of matrices, sums over products, attention."""

from __future__ import annotations

import re
from typing import Any

from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.arithmetic import binary
from lego.runtime.importing.translating.functions.lists import listed
from lego.runtime.importing.translating.functions.registry import method_rule, rule
from lego.runtime.importing.translating.functions.reshaping import expanded
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import Shape, broadcast


@rule("matmul", "bmm", "mm", "mv", "dot", "inner", "vdot")
def matmul(w: Writer, input: Any, other: Any = None, **keywords: Any) -> Value:
    """The product of matrices, stretched where the batches differ."""
    right = next(iter(keywords.values())) if other is None else other
    left_batch, right_batch = w.shape(input)[:-2], w.shape(right)[:-2]
    stretched = left_batch != right_batch and len(w.shape(input)) > 1 and len(w.shape(right)) > 1
    return w.one("MatMul", input, right, broadcast=stretched or None)


@method_rule("__rmatmul__")
def rmatmul(w: Writer, input: Any, other: Any) -> Value:
    """Y = other @ input."""
    return matmul(w, other, input)


@rule("addmm", "baddbmm", "addmv")
def addmm(w: Writer, input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1, **_: Any) -> Value:
    """Y = beta · input + alpha · batch1 @ batch2."""
    product = matmul(w, batch1, batch2)
    scaled = product if alpha == 1 else binary(w, "Mul", product, alpha)
    if beta == 0:
        return scaled
    return binary(w, "Add", input if beta == 1 else binary(w, "Mul", input, beta), scaled)


@rule("einsum")
def einsum(w: Writer, equation: str, *operands: Any) -> Value:
    """In letters; spaces say nothing."""
    return w.one("Einsum", *listed(operands), equation=re.sub(r"\s", "", equation))


@rule("outer", "ger")
def outer(w: Writer, input: Any, vec2: Any) -> Value:
    """Each element of the one times each of the other."""
    return w.one("Einsum", input, vec2, equation="i,j->ij")


@rule("scaled_dot_product_attention")
def attention(
    w: Writer,
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: Any = None,
    enable_gqa: bool = False,
) -> Value:
    """As the layer."""
    arguments = {"dropout_p": dropout_p, "is_causal": is_causal, "scale": w.number(scale), "enable_gqa": enable_gqa}
    if not enable_gqa:
        query, key, value = _of_one_batch(w, query, key, value)
    return w.one("ScaledDotProductAttention", query, key, value, attn_mask, **arguments)


def _of_one_batch(w: Writer, *tensors: Any) -> list[Any]:
    """All stretched to the batch and heads that they have together."""
    batch = broadcast([Shape(w.shape(tensor)[:-2]) for tensor in tensors])
    return [expanded(w, tensor, Shape((*batch, *w.shape(tensor)[-2:]))) for tensor in tensors]


@rule("cdist")
def cdist(w: Writer, x1: Any, x2: Any, p: float = 2.0, compute_mode: Any = None) -> Value:
    """The norm of all differences."""
    left, right = w.one("Unsqueeze", x1, dim=-2), w.one("Unsqueeze", x2, dim=-3)
    return w.one("Norm", w.one("Sub", left, right, broadcast=True), ord=p, dim=-1)
