"""Many values to one."""

from __future__ import annotations

from typing import Any

from lego.diagnostics import Problem
from lego.runtime.importing.calls import Value
from lego.runtime.importing.translating.functions.arithmetic import clamp
from lego.runtime.importing.translating.functions.lists import items, one_or_all
from lego.runtime.importing.translating.functions.registry import Rule, rule
from lego.runtime.importing.translating.writer import Writer


def _reduction(layer: str) -> Rule:
    def translate(
        w: Writer, input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: None = None
    ) -> Value:
        value = w.cast(input, w.dtype) if dtype is not None else input
        if keepdim and one_or_all(dim) is None:
            dim = tuple(range(len(w.shape(input))))
        return w.one(layer, value, dim=one_or_all(dim), keepdim=keepdim)

    return translate


for _name, _layer in {"mean": "Mean", "sum": "Sum"}.items():
    rule(_name)(_reduction(_layer))


@rule("logsumexp")
def logsumexp(w: Writer, input: Any, dim: Any, keepdim: bool = False) -> Value:
    """As the layer."""
    return w.one("LogSumExp", input, dim=one_or_all(dim), keepdim=keepdim)


def _extreme(layer: str, pairwise: str) -> Rule:
    def translate(w: Writer, input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        if isinstance(dim, Value) or other is not None:
            bound = dim if other is None else other
            return clamp(w, input, min=bound) if pairwise == "min" else clamp(w, input, max=bound)
        return w.step(layer, input, dim=dim, keepdim=keepdim)

    return translate


rule("max")(_extreme("Max", "min"))
rule("min")(_extreme("Min", "max"))


def _along(layer: str) -> Rule:
    def translate(w: Writer, input: Any, dim: Any = (), keepdim: bool = False, *, out: None = None) -> Any:
        dims = one_or_all(dim)
        if dims is None:
            return w.one(layer, input)
        value = input
        axes = sorted({w.axis(input, one) for one in items(dims)}, reverse=True)
        for axis in axes:
            value = w.one(layer, value, dim=axis, keepdim=keepdim)
        return value

    return translate


rule("amax")(_along("Max"))
rule("amin")(_along("Min"))


@rule("argmax")
def argmax(w: Writer, input: Any, dim: Any = None, keepdim: bool = False) -> Value:
    """As the layer."""
    return w.one("ArgMax", input, dim=dim, keepdim=keepdim)


@rule("argmin")
def argmin(w: Writer, input: Any, dim: Any = None, keepdim: bool = False) -> Value:
    """Where the opposite is largest."""
    return w.one("ArgMax", w.one("Neg", input), dim=dim, keepdim=keepdim)


@rule("topk")
def topk(w: Writer, input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """As the layer."""
    return w.step("TopK", input, k=k, dim=dim, largest=largest, sorted=sorted)


@rule("cumsum")
def cumsum(w: Writer, input: Any, dim: int, *, dtype: Any = None, out: None = None) -> Value:
    """In the dtype that is asked for."""
    value = w.one("CumSum", input, dim=dim)
    return w.cast(value, w.dtype)


@rule("norm", "vector_norm")
def norm(
    w: Writer, input: Any, p: Any = 2, dim: Any = None, keepdim: bool = False, dtype: Any = None, **keywords: Any
) -> Value:
    """Of vectors; that of Frobenius is their second."""
    order = keywords.get("ord", p)
    if order in ("fro", None):
        order = 2
    if not isinstance(order, int | float):
        raise Problem("not-importable", f"the norm {order} of matrices is not in the catalogue")
    return w.one("Norm", input, ord=order, dim=one_or_all(dim), keepdim=keepdim)


def _spread(layer: str) -> Rule:
    def translate(
        w: Writer, input: Any, dim: Any = None, unbiased: Any = True, keepdim: bool = False, *, correction: Any = None
    ) -> Value:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        given = int(bool(unbiased)) if correction is None else int(correction)
        if keepdim and one_or_all(dim) is None:
            dim = tuple(range(len(w.shape(input))))
        return w.one(layer, input, dim=one_or_all(dim), correction=given, keepdim=keepdim)

    return translate


rule("std")(_spread("Std"))
rule("var")(_spread("Var"))


def _with_mean(layer: str) -> Rule:
    def translate(
        w: Writer, input: Any, dim: Any = None, *arguments: Any, keepdim: bool = False, **keywords: Any
    ) -> Any:
        found = _spread(layer)(w, input, dim, *arguments, keepdim=keepdim, **keywords)
        return found, w.one("Mean", input, dim=one_or_all(dim), keepdim=keepdim)

    return translate


rule("var_mean")(_with_mean("Var"))
rule("std_mean")(_with_mean("Std"))


@rule("prod")
def prod(w: Writer, input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Value:
    """As the layer."""
    return w.one("Prod", input, dim=dim, keepdim=keepdim)


@rule("any", "all")
def any_(w: Writer, input: Any, dim: Any = None, keepdim: bool = False) -> Value:
    """Counted: whether there is a true one, or none that is false."""
    every = getattr(w.call.target, "__name__", "") == "all"
    truth = w.cast(input, "bool")
    counted = w.one("Sum", w.one("Not", truth) if every else truth, dim=one_or_all(dim), keepdim=keepdim)
    return w.one("Equal", counted, other=0) if every else w.one("Greater", counted, other=0)
