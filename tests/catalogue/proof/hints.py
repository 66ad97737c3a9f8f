"""What a blind draw would seldom meet: arguments and inputs that fit one another, by layer or family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from lego.catalogue import Layer
from tests.catalogue.proof import fitting as fit
from tests.catalogue.proof.fitting import Shapes


class Hint(NamedTuple):
    """How to draw what fits, most of the time.

    Attributes:
        arguments: Strategies by argument; None leaves one out.
        inputs: The shapes of all inputs, for these arguments.
        ranks: Ranks of the first input, where its class does not say so.
        dtypes: Dtypes by slot, where the slot says too little.
    """

    arguments: Mapping[str, st.SearchStrategy[Any]] = {}
    inputs: Callable[[st.DrawFn, type[Layer], dict[str, Any]], Shapes] | None = None
    ranks: Sequence[int] = ()
    dtypes: Mapping[str, Sequence[str]] = {}


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    """One of these, or nothing."""
    return st.none() | st.sampled_from(values)


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


DIM = st.integers(-3, 2)
DIMS = st.none() | DIM | st.lists(DIM, max_size=2).map(tuple)
SHAPE = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
OPEN_SHAPE = SHAPE | some((-1,), (2, -1), (-1, 3), (2, -1, 2), (0, 2), (-1, -1), (-2, 3), ())
TARGET = {"target": ("int64", "int64", "float32")}
CLASSES = st.none() | st.lists(some(0.5, 1.0), min_size=1, max_size=4).map(tuple)
POINTS = st.integers(-1, 3)
FACTOR = some(0.5, 1.5, 2.0, 3.0)
POOLING = Hint({"padding": maybe(0, 1), "dilation": maybe(1, 2)}, fit.pooled)
SOME_SIZES = {"size": maybe(3, 5, (4,), (2, 5), (2, 3, 4)), "scale_factor": maybe(2.0, 0.5, (1.5, 2.0), (1.5,))}
FRACTIONAL = Hint(
    {"kernel_size": some(1, 2), "output_size": some(1, 2, 3, None), "output_ratio": some(None, None, None, 0.5)},
    fit.pooled,
)
BLOCK = {"nhead": 2, "dim_feedforward": 3}
TRANSFORMER = Hint(
    {
        "nhead": some(1, 2, 2, 3),
        "dim_feedforward": some(3),
        "encoder_layer": some(
            *({"TransformerEncoderLayer": {**BLOCK, **more}} for more in ({}, {"batch_first": True}))
        ),
        "decoder_layer": some(
            *({"TransformerDecoderLayer": {**BLOCK, **more}} for more in ({}, {"batch_first": True}))
        ),
        "norm": maybe("LayerNorm", {"RMSNorm": {}}),
        "num_layers": some(1, 2),
        "num_encoder_layers": some(1, 2),
        "num_decoder_layers": some(1, 2),
        "is_causal": maybe(False, False, True),
        "src_is_causal": maybe(False, False, True),
        "tgt_is_causal": maybe(False, False, True),
        "memory_is_causal": maybe(False, False, True),
    },
    fit.transformed,
    dtypes=dict.fromkeys(
        ("mask", *(f"{name}_{kind}" for name in ("src", "tgt", "memory") for kind in ("mask", "key_padding_mask"))),
        ("bool", "float32"),
    ),
)
ALONG = Hint({"dim": DIM}, fit.along)
REDUCED = Hint({"dim": DIMS}, fit.along)
NUMBER = {"other": maybe(2, -1, 0.5)}

PATTERNS = (
    "(a k) b c -> c (a b) k",
    "a (b k) -> b k a",
    "... (b k) -> ... b k",
    "(k a) ... -> ... a k 1",
    "a b -> a k",
)
REDUCTIONS = ("(a k) b c -> b k", "... (b k) -> ... b", "(a k) ... -> k ...", "a (b k) 2 -> ()", "a k -> a b k")
REPEATS = ("a b -> a b k", "a ... -> (a k) ...", "() b -> k b 2", "... -> 2 ... k", "a b -> a k")
EQUATIONS = (
    "ij,jk->ik", "ii->i", "i,j", "bij,bjk->bik", "...i,...i->...", "ab", "a...->...a", "ij,jk,kl->il", "ij->ik",
)  # fmt: skip

HINTS: dict[str, Hint] = {
    # element by element
    "arithmetic": Hint(NUMBER, fit.operands),
    "comparison": Hint(NUMBER, fit.operands),
    "MaskedFill": Hint(inputs=fit.masked),
    "Where": Hint(inputs=fit.chosen),
    "Not": Hint(),
    "Cast": Hint(),
    "Softmax": ALONG,
    "Softmin": ALONG,
    "LogSoftmax": ALONG,
    "GLU": Hint({"dim": st.none() | DIM}, fit.along),
    "Softmax2d": Hint(ranks=(3, 4)),
    "distance": Hint({"dim": maybe(0, -1, 1)}, fit.alike),
    # windows
    "convolution": Hint({"groups": maybe(2, 3), "out_channels": some(6, 6, 4, 3, 1), "padding": maybe(1)}, fit.grouped),
    "functional": Hint({"groups": maybe(2, 3), "padding": maybe(1)}, fit.with_weights),
    "pooling": POOLING,
    "FractionalMaxPool2d": FRACTIONAL,
    "FractionalMaxPool3d": FRACTIONAL,
    "unpooling": Hint(inputs=fit.pooled),
    "padding": Hint(inputs=fit.pooled),
    "Fold": Hint({"output_size": some(5, (3, 4), (6, 2)), "padding": maybe(1)}, fit.columns),
    "Unfold": Hint({"padding": maybe(1)}, ranks=(3, 4)),
    "upsampling": Hint(SOME_SIZES, fit.resampled),
    "Interpolate": Hint({"antialias": maybe(False, False, True), **SOME_SIZES}, fit.resampled),
    "shuffle": Hint(inputs=fit.shuffled),
    # parts and arrangements
    "joining": ALONG,
    "Concat": Hint({"dim": st.none() | DIM}, fit.joined),
    "Stack": Hint({"dim": st.none() | DIM}, fit.operands),
    "Gather": Hint({"dim": DIM}, fit.gathered),
    "Split": Hint({"dim": st.none() | DIM}, fit.split),
    "Select": Hint({"dim": DIM, "index": st.integers(-2, 2)}, fit.along),
    "Roll": Hint(
        {"shifts": st.integers(-2, 2) | st.just((1, 2)), "dims": st.none() | DIM | some((0, 1), (1, 1))}, fit.along
    ),
    "Flatten": Hint(inputs=fit.along),
    "Unflatten": Hint({"dim": DIM, "unflattened_size": OPEN_SHAPE}, fit.unflattened),
    "reshaping": Hint({"dim": DIM, "dim0": DIM, "dim1": DIM}, fit.along),
    "Reshape": Hint({"shape": st.none() | OPEN_SHAPE}, fit.reshaped),
    "Expand": Hint({"shape": st.none() | OPEN_SHAPE}, fit.expanded),
    "Permute": Hint(
        {
            "dims": st.integers(0, 4).flatmap(lambda rank: st.permutations(range(rank))).map(tuple)
            | some((1, -2), (0, 0))
        },
        fit.permuted,
    ),
    "Squeeze": Hint({"dim": DIM | some((0, -1), (1, 1))}, fit.squeezed),
    "Pad": Hint({"pad": st.lists(POINTS, min_size=2, max_size=4).map(tuple), "value": maybe(1, 0.5)}, fit.padded),
    "Rearrange": Hint({"pattern": some(*PATTERNS), "k": some(2, 2, 3, None)}, fit.arranged),
    "Reduce": Hint({"pattern": some(*REDUCTIONS), "k": some(2, 2, 3, None)}, fit.arranged),
    "Repeat": Hint({"pattern": some(*REPEATS), "k": some(2, 2, 3, None)}, fit.arranged),
    # reductions and products
    "reduction": REDUCED,
    "Max": Hint({"dim": st.none() | DIM}, fit.along),
    "Min": Hint({"dim": st.none() | DIM}, fit.along),
    "ArgMax": Hint({"dim": st.none() | DIM}, fit.along),
    "CumSum": ALONG,
    "TopK": Hint({"k": some(1, 2, 3), "dim": st.none() | DIM}, fit.along),
    "MatMul": Hint(inputs=fit.multiplied),
    "Einsum": Hint({"equation": some(*EQUATIONS)}, fit.summed),
    "ScaledDotProductAttention": Hint(inputs=fit.attended, dtypes={"attn_mask": ("bool", "float32")}),
    "MultiheadAttention": Hint(
        inputs=fit.headed, dtypes={name: ("bool", "float32") for name in ("key_padding_mask", "attn_mask")}
    ),
    # tensors, tables, weights
    "Parameter": Hint({"shape": SHAPE | some((0, 2))}),
    "Constant": Hint({"shape": SHAPE, "value": some(0, 1, 0.5, True, (1, 2), ((1.0, 2.0),), ((1,), (2, 3)))}),
    "Arange": ALONG,
    "CausalMask": ALONG,
    "Maxout": Hint({"num_pieces": some(1, 2, 3), "dim": st.none() | DIM}, fit.along),
    "EmbeddingBag": Hint({"include_last_offset": maybe(False, True)}, fit.bagged),
    "Bilinear": Hint(inputs=fit.paired),
    "LayerNorm": Hint({"normalized_shape": st.none() | fit.SIZE | SHAPE}, fit.trailing),
    "RMSNorm": Hint({"normalized_shape": st.none() | fit.SIZE | SHAPE}, fit.trailing),
    "GroupNorm": Hint({"num_groups": some(1, 2, 3)}, ranks=(2, 3, 4)),
    "LocalResponseNorm": Hint(ranks=(3, 4, 5)),
    "SyncBatchNorm": Hint(ranks=(2, 3, 4, 5)),
    "CrossMapLRN2d": Hint(ranks=(4,)),
    # sequences
    "recurrent": Hint({"num_layers": maybe(1, 2), "proj_size": maybe(1, 2)}, fit.scanned),
    "RNNCell": Hint(inputs=fit.scanned),
    "GRUCell": Hint(inputs=fit.scanned),
    "LSTMCell": Hint(inputs=fit.scanned),
    "transformer": TRANSFORMER,
    # losses
    "loss": Hint(inputs=fit.alike),
    "ranking": Hint(inputs=fit.alike),
    "CosineEmbeddingLoss": Hint(inputs=fit.embedded),
    "classification": Hint({"weight": CLASSES}, fit.classified, dtypes=TARGET),
    "MultiLabelMarginLoss": Hint(inputs=fit.alike),
    "MultiLabelSoftMarginLoss": Hint(inputs=fit.alike),
    "LinearCrossEntropyLoss": Hint(
        {"out_features": maybe((2,), (2, 3)), "weight": maybe((1.0, 0.5))}, fit.scored, dtypes=TARGET
    ),
    "AdaptiveLogSoftmaxWithLoss": Hint(
        {"cutoffs": some((1,), (2, 3), (3, 2)), "n_classes": some(4, 5, 3), "div_value": some(2.0, 4.0)}, fit.scored
    ),
    "CTCLoss": Hint(inputs=fit.aligned),
}


def hint_for(layer: type[Layer]) -> Hint:
    return HINTS.get(layer.__name__) or HINTS.get(layer.family) or Hint()


def _last(layer: type[Layer], first: Sequence[int], *_: Sequence[int]) -> int:
    return first[-1]


INFERRED: dict[str, Callable[..., Any]] = {
    "in_features": _last,
    "in1_features": _last,
    "in2_features": lambda layer, first, second: second[-1],
    "normalized_shape": _last,
    "input_size": _last,
    "d_model": _last,
    "embed_dim": _last,
    "kdim": lambda layer, query, key, *_: key[-1],
    "vdim": lambda layer, query, key, value, *_: value[-1],
    "num_channels": lambda layer, first, *_: first[1],
    "num_features": lambda layer, first, *_: first[-layer.dims - 1 if hasattr(layer, "dims") else 1],
    "in_channels": lambda layer, first, *_: first[-layer.dims - 1],
    "rank": lambda layer, first, *_: len(first),
}
"""What torch's constructor is told where lego, which infers it, does not take the rest."""
