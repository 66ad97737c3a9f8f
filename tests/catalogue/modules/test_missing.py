"""What torch.nn has, the catalogue has, or a reason why not; and all the operations that the language promises."""

from __future__ import annotations

from torch import nn

from lego.catalogue import layers

MODULES = {name for name, value in vars(nn).items() if isinstance(value, type) and issubclass(value, nn.Module)}

CONTAINER = "holds modules: a graph of the document says what it would hold"
DEPRECATED = "deprecated in torch, which names another class"
BASE = "the base of other classes, which are in the catalogue"
LAZY = "infers its sizes when it runs: every layer of lego infers them before"

REASONS = {
    **{name: LAZY for name in MODULES if name.startswith("Lazy")},
    "Module": BASE,
    "RNNBase": BASE,
    "RNNCellBase": BASE,
    "Container": DEPRECATED,
    "NLLLoss2d": DEPRECATED,
    "Sequential": "a composite of the language",
    "ModuleList": CONTAINER,
    "ModuleDict": CONTAINER,
    "ParameterList": CONTAINER,
    "ParameterDict": CONTAINER,
    "DataParallel": "says where a module runs, not what it computes: wrap the built module",
    "TripletMarginWithDistanceLoss": "takes a function, and a document names no Python code: TripletMarginLoss",
}

OPERATIONS = """
    Add Sub Mul Div Pow Maximum Minimum MatMul Concat Stack Chunk Split Slice Select Gather Reshape Flatten Unflatten
    Permute Transpose Squeeze Unsqueeze Expand Rearrange Reduce Repeat Mean Sum Max Min ArgMax Norm CumSum Pad
    Interpolate Roll Neg Exp Log Sqrt Rsqrt Abs Sin Cos Clamp Less LessEqual Greater GreaterEqual Equal And Or Not Where
    MaskedFill Cast Einsum ScaledDotProductAttention CausalMask Arange OneHot TopK Parameter Constant Maxout
    StochasticDepth Identity
"""


def test_every_module_of_torch_is_a_layer_or_has_a_reason():
    assert MODULES - set(layers()) == set(REASONS)


def test_the_operations_of_the_language_are_layers():
    assert set(OPERATIONS.split()) - set(layers()) == set()
