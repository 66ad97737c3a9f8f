from __future__ import annotations

import pytest
import torch

from lego.catalogue import layers
from tests.catalogue.oracle import NAMES, make
from tests.vision import torchvision

IMAGES = "N,8,H,W"
ACTIVATIONS = [name for name, layer in layers().items() if layer.family == "activation"]
ARGUMENTS = {
    "Threshold": {"threshold": 0.1, "value": -1},
    "Softmax": {"dim": 1},
    "Softmin": {"dim": -1},
    "LogSoftmax": {"dim": 0},
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(agrees, name):
    agrees(name, ARGUMENTS.get(name, {}), "2*h,8,H,2*W")


TABLE = [
    ("Bilinear", {"out_features": 5}, "N,T,3", "N,T,4"),
    ("Linear", {"out_features": 5}, "N,T,8"),
    ("Linear", {"out_features": 5, "bias": False}, "8"),
    ("Conv1d", {"out_channels": 4, "kernel_size": 3, "padding": "same"}, "N,8,L"),
    ("Conv2d", {"out_channels": 4, "kernel_size": [3, 2], "stride": 2, "groups": 4}, IMAGES),
    ("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": "valid", "bias": False}, "8,H,W"),
    ("Conv3d", {"out_channels": 4, "kernel_size": 3, "padding": [1, 2, 0], "padding_mode": "circular"}, "2,3,D,H,W"),
    ("ConvTranspose1d", {"out_channels": 4, "kernel_size": 3, "stride": 2}, "N,8,L"),
    ("ConvTranspose2d", {"out_channels": 4, "kernel_size": 3, "stride": 2, "output_padding": 1, "groups": 2}, IMAGES),
    ("ConvTranspose3d", {"out_channels": 4, "kernel_size": 3, "bias": False}, "2,3,D,H,W"),
    ("BatchNorm1d", {}, "N,8"),
    ("BatchNorm1d", {"affine": False}, "N,8,L"),
    ("BatchNorm2d", {"num_features": 8, "momentum": 0.01}, IMAGES),
    ("BatchNorm2d", {"track_running_stats": False, "bias": False}, IMAGES),
    ("BatchNorm3d", {"eps": 1e-3}, "N,8,D,H,W"),
    ("InstanceNorm1d", {}, "8,L"),
    ("InstanceNorm2d", {"affine": True, "track_running_stats": True}, IMAGES),
    ("InstanceNorm2d", {}, "8,H,W"),
    ("InstanceNorm3d", {"affine": True, "bias": False}, "N,8,D,H,W"),
    ("GroupNorm", {"num_groups": 4}, IMAGES),
    ("GroupNorm", {"num_groups": 1, "affine": False}, "N,8"),
    ("GroupNorm", {"num_groups": 2, "bias": False}, "N,8,L"),
    ("LayerNorm", {}, "N,T,8"),
    ("LayerNorm", {"normalized_shape": 8, "bias": False}, "8"),
    ("LayerNorm", {"normalized_shape": [4, 8], "eps": 1e-6}, "N,4,8"),
    ("LayerNorm", {"elementwise_affine": False}, "N,T,8"),
    ("RMSNorm", {}, "N,T,8"),
    ("RMSNorm", {"normalized_shape": [4, 8], "eps": 1e-6, "elementwise_affine": False}, "N,4,8"),
    ("LocalResponseNorm", {"size": 5}, IMAGES),
    ("CrossMapLRN2d", {"size": 5, "k": 2}, IMAGES),
    ("SyncBatchNorm", {"momentum": 0.01}, "N,8,T"),
    ("SyncBatchNorm", {"affine": False}, "N,8"),
    ("PReLU", {"num_parameters": 8, "init": 0.1}, IMAGES),
    ("GLU", {"dim": 1}, IMAGES),
    ("Softmax", {"dim": -1}, "N,T"),
    ("ReLU", {"inplace": True}, "N,T"),
    ("Dropout", {"p": 0.1}, IMAGES),
    ("Dropout1d", {}, "N,8,L"),
    ("Dropout2d", {}, IMAGES),
    ("Dropout3d", {"inplace": True}, "N,8,D,H,W"),
    ("AlphaDropout", {}, "N"),
    ("FeatureAlphaDropout", {}, "N,8"),
    ("StochasticDepth", {"p": 0.2}, IMAGES),
    ("StochasticDepth", {"p": 1.0, "mode": "batch"}, "N,T"),
    ("Embedding", {"num_embeddings": 100, "embedding_dim": 8, "padding_idx": -1}, "N,T int64"),
    ("Embedding", {"num_embeddings": 100, "embedding_dim": 8, "scale_grad_by_freq": True}, "T int32"),
    ("MaxPool1d", {"kernel_size": 3, "return_indices": True}, "N,8,L"),
    ("MaxPool2d", {"kernel_size": 3, "stride": 2, "padding": 1}, IMAGES),
    ("MaxPool2d", {"kernel_size": [3, 2], "ceil_mode": True, "return_indices": True}, IMAGES),
    ("MaxPool3d", {"kernel_size": 2}, "N,8,D,H,W"),
    ("AvgPool1d", {"kernel_size": [2]}, "8,L"),
    ("AvgPool2d", {"kernel_size": 2, "divisor_override": 3, "count_include_pad": False}, IMAGES),
    ("AvgPool3d", {"kernel_size": [1, 2, 3], "ceil_mode": True}, "N,8,D,H,W"),
    ("LPPool1d", {"norm_type": 2, "kernel_size": 3}, "N,8,L"),
    ("LPPool2d", {"norm_type": 1.5, "kernel_size": 3, "stride": 2, "ceil_mode": True}, IMAGES),
    ("LPPool2d", {"norm_type": float("inf"), "kernel_size": 3}, IMAGES),
    ("LPPool3d", {"norm_type": 2, "kernel_size": 2}, "N,8,D,H,W"),
    ("AdaptiveAvgPool1d", {"output_size": 4}, "N,8,L"),
    ("AdaptiveAvgPool2d", {"output_size": 1}, IMAGES),
    ("AdaptiveAvgPool2d", {"output_size": [None, 3]}, "8,H,W"),
    ("AdaptiveAvgPool3d", {"output_size": [2, 3, None]}, "N,8,D,H,W"),
    ("AdaptiveMaxPool1d", {"output_size": 3, "return_indices": True}, "8,L"),
    ("AdaptiveMaxPool2d", {"output_size": [3, None]}, IMAGES),
    ("AdaptiveMaxPool3d", {"output_size": 2, "return_indices": True}, "N,8,D,H,W"),
    ("ConstantPad1d", {"padding": [1, 2], "value": 0.5}, "N,T"),
    ("ConstantPad1d", {"padding": 1, "value": 0}, "N,T int64"),
    ("ConstantPad2d", {"padding": [1, -2, 3, 0], "value": 1}, IMAGES),
    ("ConstantPad3d", {"padding": 1, "value": float("-inf")}, "N,8,D,H,W"),
    ("ZeroPad1d", {"padding": -1}, "T"),
    ("ZeroPad2d", {"padding": [1, 2, 3, 4]}, "H,W"),
    ("ZeroPad3d", {"padding": [1, 2, 3, 4, 5, 6]}, "N,8,D,H,W"),
    ("ReflectionPad1d", {"padding": [3, 1]}, "N,8,L"),
    ("ReflectionPad2d", {"padding": 2}, IMAGES),
    ("ReflectionPad3d", {"padding": 1}, "N,8,D,H,W"),
    ("ReplicationPad1d", {"padding": [30, 1]}, "N,8,L"),
    ("ReplicationPad2d", {"padding": [2, -1, 0, 1]}, "8,H,W"),
    ("ReplicationPad3d", {"padding": 1}, "N,8,D,H,W"),
    ("CircularPad1d", {"padding": [3, 1]}, "N,8,L"),
    ("CircularPad2d", {"padding": [3, -1, 0, 2]}, IMAGES),
    ("CircularPad3d", {"padding": 1}, "8,D,H,W"),
    ("Upsample", {"scale_factor": 2}, IMAGES),
    ("Upsample", {"scale_factor": [0.5, 1.25], "mode": "bilinear", "align_corners": True}, IMAGES),
    ("Upsample", {"scale_factor": 1.3}, "2,8,10,11"),
    ("Upsample", {"scale_factor": 1.5, "mode": "bicubic", "recompute_scale_factor": True}, IMAGES),
    ("Upsample", {"scale_factor": 0.5, "mode": "area"}, IMAGES),
    ("Upsample", {"size": 4, "mode": "linear"}, "N,8,L"),
    ("Upsample", {"size": [4, 5, 6], "mode": "trilinear"}, "N,8,D,H,W"),
    ("Upsample", {"size": 9, "mode": "nearest-exact"}, "N,8,D,H,W"),
    ("UpsamplingNearest2d", {"scale_factor": 2}, IMAGES),
    ("UpsamplingBilinear2d", {"size": [7, 9]}, IMAGES),
    ("PixelShuffle", {"upscale_factor": 2}, IMAGES),
    ("PixelShuffle", {"upscale_factor": 2}, "4*k,H,W"),
    ("PixelUnshuffle", {"downscale_factor": 3}, "N,T,C,3*h,6*w"),
    ("ChannelShuffle", {"groups": 2}, "N,8,L"),
    ("Flatten", {}, IMAGES),
    ("Flatten", {"start_dim": -3, "end_dim": 2}, "N,C,H,W bool"),
    ("Unflatten", {"dim": 1, "unflattened_size": [2, 4]}, "N,8 int64"),
    ("Unflatten", {"dim": -1, "unflattened_size": [2, -1]}, "N,2*T"),
    ("Unflatten", {"dim": 0, "unflattened_size": [3]}, "3"),
    ("EmbeddingBag", {"num_embeddings": 100, "embedding_dim": 8}, "N,T int64"),
    ("EmbeddingBag", {"num_embeddings": 99, "embedding_dim": 8, "mode": "max", "padding_idx": 0}, "T int32", "N int32"),
    ("EmbeddingBag", {"num_embeddings": 100, "embedding_dim": 8, "include_last_offset": True}, "T int64", "N int64"),
    ("EmbeddingBag", {"num_embeddings": 100, "embedding_dim": 8, "mode": "sum"}, "N,T int64", None, "N,T"),
    ("FractionalMaxPool2d", {"kernel_size": 2, "output_ratio": 0.5}, "N,8,4*h,4*w"),
    ("FractionalMaxPool2d", {"kernel_size": [2, 3], "output_size": [4, 2], "return_indices": True}, "8,H,W"),
    ("FractionalMaxPool3d", {"kernel_size": 2, "output_ratio": [0.5, 0.25, 0.7]}, "N,8,10,11,12"),
    ("MaxUnpool1d", {"kernel_size": 2}, "N,8,L", "N,8,L int64"),
    ("MaxUnpool2d", {"kernel_size": 3, "stride": 2, "padding": 1}, IMAGES, "N,8,H,W int64"),
    ("MaxUnpool3d", {"kernel_size": [1, 2, 3]}, "8,D,H,W", "8,D,H,W int64"),
    ("Unfold", {"kernel_size": 3, "padding": 1}, IMAGES),
    ("Unfold", {"kernel_size": [3, 2], "stride": 2, "dilation": [1, 2]}, "8,H,W"),
    ("Fold", {"output_size": [7, 6], "kernel_size": 3, "padding": 1}, "N,72,42"),
    ("Fold", {"output_size": 8, "kernel_size": 2, "stride": 2}, "32,16"),
    ("CosineSimilarity", {}, "N,T,8", "N,T,8"),
    ("PairwiseDistance", {"p": 1}, "N,8", "N,8"),
    ("PairwiseDistance", {"keepdim": True}, "N,T,8", "N,T,8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "inputs"), [(name, args, inputs) for name, args, *inputs in TABLE])
def test_agrees_with_torch(agrees, name, arguments, inputs):
    agrees(name, arguments, *inputs)


OWN_FILE = {"recurrent", "transformer", "loss", "ranking", "classification"}
"""Families whose tests are in files of their own."""


def test_every_layer_with_a_module_is_in_a_table():
    tabled = {name for name, *_ in TABLE} | set(ACTIVATIONS) | {"MultiheadAttention"}
    modules = [layer for layer in layers().values() if layer.torch_name != ""]
    assert {layer.__name__ for layer in modules if layer.family not in OWN_FILE} == tabled


SELF = ("T,N,8",) * 3
ATTENTION = [
    ({}, *SELF),
    ({"bias": False, "dropout": 0.1}, *SELF),
    ({"batch_first": True}, "N,T,8", "N,S,8", "N,S,8"),
    ({}, "T,N,8", "S,N,6", "S,N,5"),
    ({"kdim": 6}, "T,N,8", "S,N,6", "S,N,8"),
    ({"kdim": 8, "vdim": 8}, *SELF),
    ({"add_bias_kv": True}, "T,N,8", "S,N,8", "S,N,8"),
    ({"add_bias_kv": True, "add_zero_attn": True, "bias": False}, *SELF, "N,T bool", "T,T bool"),
    ({"average_attn_weights": False}, *SELF),
    ({"need_weights": False}, "T,N,8", "S,N,8", "S,N,8"),
    ({"need_weights": False, "batch_first": True}, "N,T,8", "N,T,8", "N,T,8", None, "T,T bool"),
    ({}, *SELF, "N,T bool"),
    ({}, *SELF, "N,T", "T,T"),
    ({}, *SELF, None, "2*N,T,T bool"),
    ({}, "T,8", "S,8", "S,8", "S bool", "2,T,S bool"),
    ({"average_attn_weights": False}, "T,8", "T,8", "T,8"),
]


@pytest.mark.parametrize(("arguments", "inputs"), [(arguments, inputs) for arguments, *inputs in ATTENTION])
def test_attention_agrees_with_torch(agrees, arguments, inputs):
    agrees("MultiheadAttention", {"num_heads": 2} | arguments, *inputs)


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_stochastic_depth_is_that_of_torchvision(mode):
    scope = {"torch": torch, "nn": torch.nn}
    exec(layers()["StochasticDepth"].helper, scope)
    ours, theirs = scope["StochasticDepth"](0.4, mode), torchvision.ops.StochasticDepth(0.4, mode)
    x = torch.randn(16, 3, 2)
    for module in (ours, theirs):
        module.seed = torch.manual_seed(1)
        module.found = [module(x), module.eval()(x)]
    assert all(map(torch.equal, ours.found, theirs.found))


def test_an_inferred_argument_may_be_given(agrees):
    assert agrees("GroupNorm", {"num_groups": 4, "num_channels": 8}, IMAGES).layer.weights() == {
        "weight": (8,),
        "bias": (8,),
    }


def test_unflatten_into_symbols_is_an_operation():
    layer = make("Unflatten", {"dim": 1, "unflattened_size": [NAMES["T"], 4]})
    assert layer.construct() is None

    class Sizes:
        def size(self, size):
            return {"T": "mask.shape[1]"}.get(str(size), str(size))

    assert layer.call("self.node", ("x",), Sizes()) == "x.unflatten(1, (mask.shape[1], 4,))"
