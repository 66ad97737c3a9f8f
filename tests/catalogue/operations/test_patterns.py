from __future__ import annotations

import einops
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lego.catalogue import apply, create, layers
from lego.shapes import Shape, TensorType, evaluate, symbol

N, C, h, w = map(symbol, "NChw")
VERBS = {"Rearrange": einops.rearrange, "Reduce": einops.reduce, "Repeat": einops.repeat}


def like_einops(name, arguments, *shape):
    """Values and shape are those of einops, also when every size is a symbol times what the pattern asks for."""
    layer = create(layers()[name], arguments)
    assert not isinstance(layer, list), layer
    x = torch.randn(shape, dtype=torch.float64)
    options = dict(arguments)
    pattern = [options.pop(key) for key in ("pattern", "reduction") if key in options]
    wanted = VERBS[name](x, *pattern, **options)
    applied = apply(layer, (TensorType(Shape(shape), "float64"),))
    found = eval(applied.layer.call("", ("x",), None), {}, {"x": x})
    assert list(applied.outputs[0].shape) == list(wanted.shape)
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize(
    ("name", "arguments", "shape"),
    [
        ("Rearrange", {"pattern": "b c h w -> b (h w) c"}, (2, 3, 4, 5)),
        ("Rearrange", {"pattern": "b c (h p) (w q) -> b (h w) (p q c)", "p": 2, "q": 5}, (2, 3, 4, 5)),
        ("Rearrange", {"pattern": "b c h w -> b c h w"}, (2, 3, 4, 5)),
        ("Rearrange", {"pattern": "b 1 h -> h b () 1"}, (2, 1, 4)),
        ("Rearrange", {"pattern": "... c -> c ..."}, (2, 3, 4)),
        ("Rearrange", {"pattern": "b ... c -> (b ...) c"}, (2, 3, 4, 5)),
        ("Rearrange", {"pattern": "b ... c -> (b ...) c"}, (2, 3)),
        ("Rearrange", {"pattern": "... (h d) -> h (... d)", "h": 2}, (6,)),
        ("Rearrange", {"pattern": "(a b) -> b a", "a": 2, "b": 3}, (6,)),
        ("Reduce", {"pattern": "b c h w -> b c", "reduction": "mean"}, (2, 3, 4, 5)),
        ("Reduce", {"pattern": "b c (h 2) (w k) -> b c h w", "reduction": "max", "k": 5}, (2, 3, 4, 5)),
        ("Reduce", {"pattern": "b ... -> b ()", "reduction": "prod"}, (2, 3, 4)),
        ("Reduce", {"pattern": "b ... -> ", "reduction": "sum"}, (2, 3, 4)),
        ("Reduce", {"pattern": "b c -> c b", "reduction": "min"}, (2, 3)),
        ("Repeat", {"pattern": "b c -> b t c", "t": 4}, (2, 3)),
        ("Repeat", {"pattern": "b h w -> b (h 2) (w 3)"}, (2, 3, 4)),
        ("Repeat", {"pattern": "... -> ... 2 1"}, (2, 3)),
        ("Repeat", {"pattern": "1 n d -> (r b) d n", "r": 2, "b": 3}, (1, 3, 2)),
    ],
)
def test_is_einops(name, arguments, shape):
    like_einops(name, arguments, *shape)


@pytest.mark.parametrize(
    ("name", "arguments", "input"),
    [
        ("Rearrange", {"pattern": "b ... (h d) -> b h ... d", "h": 4}, "N,T,8*h int64"),
        ("Reduce", {"pattern": "b ... -> b", "reduction": "any"}, "N,T,8 bool"),
        ("Reduce", {"pattern": "b (t 2) -> t", "reduction": "sum"}, "N,2*T int32"),
        ("Reduce", {"pattern": "b t -> b", "reduction": "max"}, "N,T int32"),
        ("Reduce", {"pattern": "b t -> t b", "reduction": "sum"}, "N,T bool"),
        ("Repeat", {"pattern": "b t -> (b r) t", "r": 3}, "N,T bool"),
    ],
)
def test_agrees_with_torch(agrees, name, arguments, input):
    agrees(name, arguments, input)


@given(data=st.data())
def test_any_rearrangement(data):
    """Random groupings of random axes on both sides."""
    axes = data.draw(st.lists(st.sampled_from("abcde"), unique=True, min_size=1))
    size = {axis: data.draw(st.integers(1, 3)) for axis in axes}
    left, right = grouped(axes, data), grouped(data.draw(st.permutations(axes)), data)
    given = {axis: size[axis] for group in left for axis in group[1:]}
    shape = [torch.Size([size[axis] for axis in group]).numel() for group in left]
    like_einops("Rearrange", {"pattern": f"{text(left)} -> {text(right)}", **given}, *shape)


def grouped(axes, data):
    groups = [[]]
    for axis in axes:
        if data.draw(st.booleans()):
            groups.append([])
        groups[-1].append(axis)
    return groups


def text(groups):
    return " ".join(f"({' '.join(group)})" for group in groups)


@given(k=st.integers(1, 4), at=st.integers(0, 2))
def test_any_repetition_and_its_reduction(k, at):
    axes = ["a", "b"]
    axes.insert(at, "k")
    like_einops("Repeat", {"pattern": f"a b -> {' '.join(axes)}", "k": k}, 2, 3)
    like_einops("Reduce", {"pattern": f"{' '.join(axes)} -> a b", "reduction": "mean"}, *(2, 3)[:at], k, *(2, 3)[at:])


def test_symbols():
    patches = create(layers()["Rearrange"], {"pattern": "b c (h p) (w q) -> b (h w) (p q c)", "p": 16, "q": 16})
    applied = apply(patches, (TensorType(Shape((N, C, 16 * h, 16 * w))),))
    assert str(applied.outputs[0].shape) == "[N, h*w, 256*C]"
    assert evaluate(applied.outputs[0].shape[1], {"h": 2, "w": 3}) == 6
    assert applied.layer.call("", ("x",), None) == (
        "x.unflatten(3, (-1, 16)).unflatten(2, (-1, 16)).permute(0, 2, 4, 3, 5, 1).flatten(3, 5).flatten(1, 2)"
    )


@pytest.mark.parametrize(
    ("name", "arguments", "input", "code", "message"),
    [
        ("Rearrange", {"pattern": "b (h p) -> b h p", "p": 4}, "N,6", "shape-mismatch",
         "dim 1 is 6, which is not a multiple of 4, so `(h p)` cannot be cut"),
        ("Rearrange", {"pattern": "b (h p) -> b h p", "p": 4}, "N,T", "shape-mismatch",
         "dim 1 is T, which is not a multiple of 4, so `(h p)` cannot be cut"),
        ("Rearrange", {"pattern": "b 1 -> b"}, "N,6", "shape-mismatch", "dim 1 is 6, but `1` makes 1"),
        ("Rearrange", {"pattern": "b c -> b c"}, "N,C,H", "rank-mismatch",
         "the pattern `b c -> b c` takes 2 dims, but the input [N, C, H] has 3"),
        ("Rearrange", {"pattern": "b c ... -> b c ..."}, "N", "rank-mismatch",
         "the pattern `b c ... -> b c ...` takes 2 dims or more, but the input [N] has 1"),
        ("Rearrange", {"pattern": "b c"}, "N,C", "bad-value",
         "Rearrange: a pattern has two sides, such as `b c h w -> b (h w) c`, found `b c`"),
        ("Rearrange", {"pattern": "b c -> b"}, "N,C", "bad-value",
         "Rearrange: `c` of the left side must stand on the right side too"),
        ("Rearrange", {"pattern": "b c -> b c d"}, "N,C", "bad-value",
         "Rearrange: `d` of the right side must stand on the left side too"),
        ("Rearrange", {"pattern": "b (c d) -> b c d"}, "N,6", "bad-value",
         "Rearrange: of `(c d)`, all sizes but one must be given"),
        ("Rearrange", {"pattern": "b c -> c b", "x": 3}, "N,6", "bad-value", "Rearrange: the pattern has no axis `x`"),
        ("Rearrange", {"pattern": "b c -> c b", "c": 2.5}, "N,6", "bad-value",
         "Rearrange: the size of the axis `c` must be a positive integer, found 2.5"),
        ("Rearrange", {"pattern": "b (c -> c b"}, "N,6", "bad-value",
         'Rearrange: the left side `b (c` is no pattern: imbalanced parentheses in expression: "b (c"'),
        ("Repeat", {"pattern": "b -> b c"}, "N", "bad-value", "Repeat: the size of `c` must be given: `c: 2`, say"),
        ("Reduce", {"pattern": "b c -> b", "reduction": "mean"}, "N,6 int64", "dtype-mismatch",
         "a mean needs floating point, but the input is int64"),
        ("Reduce", {"pattern": "b c -> b", "reduction": "median"}, "N,6", "bad-value",
         'reduction must be mean, sum, max, min, prod, any or all, found "median"'),
    ],
)  # fmt: skip
def test_says_what_is_wrong(refused, name, arguments, input, code, message):
    problem = refused(name, arguments, input)
    assert (problem.code, problem.message) == (code, message)
