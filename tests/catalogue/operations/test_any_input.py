"""Whatever an operation is given, lego says what torch does, or says why it will not do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lego.catalogue import Variadic
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType, symbol

SAMPLES = {
    "Add": [{}, {"broadcast": True}, {"other": 2}, {"other": 0.5}],
    "Sub": [{}, {"broadcast": True}, {"other": 2, "reverse": True}],
    "Div": [{}, {"other": 2}],
    "Pow": [{}, {"other": 2}, {"other": -1}, {"other": 2.0, "reverse": True}],
    "Maximum": [{}, {"broadcast": True}],
    "Neg": [{}],
    "Exp": [{}],
    "Abs": [{}],
    "Clamp": [{"min": 0}, {"max": 0.5}],
    "Less": [{}, {"broadcast": True}, {"other": 1}],
    "Equal": [{}, {"broadcast": True}, {"other": 1}],
    "And": [{}, {"broadcast": True}],
    "Not": [{}],
    "Where": [{}, {"broadcast": True}],
    "MaskedFill": [{"value": 0}, {"value": 0.5}],
    "Cast": [{"dtype": "int32"}],
    "Concat": [{"dim": 0}, {"dim": -1}, {"dim": 1}],
    "Stack": [{"dim": 0}, {"dim": -1}, {"dim": 2}],
    "Chunk": [{"chunks": 2}, {"chunks": 3, "dim": -1}],
    "Split": [{"split_size": 2}, {"split_size": [1, 2], "dim": -1}],
    "Slice": [{"dim": 0, "start": 1}, {"dim": -1, "stop": -1}, {"dim": 1, "start": -2, "stop": 3, "step": 2}],
    "Select": [{"dim": 0, "index": 1}, {"dim": -1, "index": -3}],
    "Gather": [{"dim": 0}, {"dim": -1}],
    "Roll": [{"shifts": 1}, {"shifts": [1, 2], "dims": [0, 1]}],
    "Reshape": [{"shape": [-1]}, {"shape": [2, -1]}, {"shape": [3, 2]}, {}],
    "Expand": [{"shape": [3, 3]}, {"shape": [2, -1, 3]}, {}],
    "Permute": [{"dims": [1, 0]}, {"dims": [2, 0, -2]}],
    "Transpose": [{"dim0": 0, "dim1": -1}],
    "Squeeze": [{"dim": 0}, {"dim": [0, -1]}],
    "Unsqueeze": [{"dim": 1}, {"dim": -2}],
    "Pad": [
        {"pad": [1, 2]}, {"pad": [1, 1, -1, 0]}, {"pad": [1, 1], "mode": "reflect"},
        {"pad": [1, 3], "mode": "circular"},
    ],
    "Interpolate": [{"scale_factor": 2}, {"size": 3}, {"size": [3, 2], "mode": "bilinear"}, {"mode": "area"}],
    "Rearrange": [
        {"pattern": "a b -> (a b)"}, {"pattern": "a ... (b 1) -> b (a ...)"},
        {"pattern": "... (a b) -> b a ...", "b": 2},
    ],
    "Reduce": [{"pattern": "a b ... -> a ...", "reduction": "mean"}, {"pattern": "... (a 3) -> a", "reduction": "sum"}],
    "Repeat": [{"pattern": "... -> ... 2"}, {"pattern": "a b -> (b 3) a 1"}],
    "Mean": [{}, {"dim": 0}, {"dim": [0, -1], "keepdim": True}],
    "Sum": [{}, {"dim": -1, "keepdim": True}],
    "Max": [{}, {"dim": 1}, {"dim": -1, "keepdim": True}],
    "ArgMax": [{}, {"dim": 1}],
    "Norm": [{}, {"dim": [0, 1], "ord": 1}],
    "CumSum": [{"dim": 0}],
    "TopK": [{"k": 2}, {"k": 1, "dim": 1}],
    "MatMul": [{}, {"broadcast": True}],
    "Einsum": [{"equation": "ij,jk->ik"}, {"equation": "...i,i->..."}, {"equation": "ii"}],
    "ScaledDotProductAttention": [{}, {"is_causal": True}, {"enable_gqa": True}],
    "Arange": [{"dim": 0}],
    "CausalMask": [{}, {"dim": 0, "allowed": True}],
    "Maxout": [{"num_pieces": 2}, {"num_pieces": 3, "dim": 0}],
}  # fmt: skip

DTYPES = st.sampled_from(["float32", "float32", "int64", "bool", "float16"])
SIZES = st.integers(1, 3)
SYMBOLS = st.sampled_from([1, 2, 6, symbol("N"), 2 * symbol("N"), symbol("T") + 1])
VALUES = {"N": 3, "T": 4}


def types(draw, layer, sizes):
    """Inputs for all slots; the later ones are often like the first, or they would seldom fit."""
    slots = layer.slots
    count = draw(st.integers(slots.least, 3)) if isinstance(slots, Variadic) else len(slots)
    found = []
    for index in range(count):
        shape = draw(st.lists(sizes, max_size=4).map(tuple))
        if found and draw(st.booleans()):
            shape = found[0].shape
        dtype = found[0].dtype if found and draw(st.booleans()) else draw(DTYPES)
        optional = not isinstance(slots, Variadic) and slots[index].optional
        found.append(None if optional and draw(st.booleans()) else TensorType(Shape(shape), dtype))
    return found


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_agrees_or_says_why(twin, name, data):
    layer = twin.make(name, data.draw(st.sampled_from(SAMPLES[name])))
    inputs = types(data.draw, layer, data.draw(st.sampled_from([SIZES, SYMBOLS])))
    try:
        twin.apply(layer, inputs)
    except Problem as problem:
        assert problem.message
        return
    twin.compare(layer, inputs, VALUES)
