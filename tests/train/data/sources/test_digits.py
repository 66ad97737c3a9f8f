"""The bundled digits come in the shape that an input asks for."""

from __future__ import annotations

import pytest
import torch
from sklearn.datasets import load_digits
from torch.nn import functional as F

from lego.train.data import open_data
from tests.train.data.making import graph, image_graph, refused, spec_graph


def read(shape, **named):
    return open_data("digits", image_graph(shape), **named)


@pytest.mark.parametrize(
    ("shape", "sizes", "name"),
    [
        ("[N, 64]", (64,), "digits"),
        ("[N, 1, 8, 8]", (1, 8, 8), "digits"),
        ("[N, 8, 8]", (8, 8), "digits"),
        ("[N, T, 8]", (8, 8), "digits"),
        ("[N, 1, H, W]", (1, 8, 8), "digits"),
        ("[N, 3, H, W]", (3, 8, 8), "digits, repeated to 3 channels"),
        ("[N, 1, 28, 28]", (1, 28, 28), "digits, resized to 28×28"),
        ("[N, 3, 32, 20]", (3, 32, 20), "digits, resized to 32×20, repeated to 3 channels"),
        ("[N, 784]", (784,), "digits, resized to 28×28"),
        ("[N, T, 28]", (28, 28), "digits, resized to 28×28"),
        ("[N, 1, 4, 4]", (1, 4, 4), "digits, resized to 4×4"),
    ],
)
def test_in_the_shape_of_the_input(shape, sizes, name):
    data = read(shape)
    inputs, target = data.training[torch.arange(7)]
    assert inputs["image"].shape == (7, *sizes)
    assert inputs["image"].dtype == torch.float32
    assert target.dtype == torch.int64
    assert data.name == name
    assert (len(data.training), len(data.test)) == (1438, 359)
    assert 0 <= data.training.inputs["image"].min() < data.training.inputs["image"].max() <= 1


def test_they_are_scikit_learns():
    found = load_digits()
    images = torch.tensor(found.images).float() / 16
    data = read("[N, 1, 16, 16]")
    resized = F.interpolate(images[:, None], (16, 16), mode="bilinear")
    both = torch.cat([data.training.inputs["image"], data.test.inputs["image"]])
    order = torch.argsort(torch.cat([data.training.target, data.test.target]), stable=True)
    assert torch.bincount(data.test.target).tolist() == [
        pytest.approx(count / 5, abs=1) for count in torch.bincount(torch.tensor(found.target)).tolist()
    ]
    sums = both[order].sum((1, 2, 3))
    assert torch.allclose(sums.sort().values, resized.sum((1, 2, 3)).sort().values, atol=1e-3)


def test_a_channel_is_no_copy():
    whole = read("[N, 3, 64, 64]").training.inputs["image"]
    assert whole.untyped_storage().nbytes() == 1438 * 64 * 64 * 4


def test_the_test_part_is_always_the_same():
    assert torch.equal(read("[N, 64]").test.inputs["image"], read("[N, 64]").test.inputs["image"])


@pytest.mark.parametrize("name", ["mnist_deep", "mnist_mlp", "lenet5", "minimal_gated_unit"])
def test_specs_take_them(name):
    assert open_data("digits", spec_graph(name)).classes == tuple("0123456789")


def test_what_they_do_not_fit():
    assert refused(read, "[N, 63]") == (
        "shape-mismatch: digits does not fit the input `image`: axis 1 of image is 64, but 63 is declared\n"
        "= declared: [N, 63]\n= given: [N, 64]\n= help: declare `image: [N, 64]`, or change the data"
    )
    assert refused(read, "[N, 2, 8, 8]") == (
        "shape-mismatch: digits does not fit the input `image`: axis 1 of image is 1, but 2 is declared\n"
        "= declared: [N, 2, 8, 8]\n= given: [N, 1, 8, 8]\n= help: declare `image: [N, 1, 8, 8]`, or change the data"
    )
    assert refused(open_data, "digits", image_graph("[N, 64]", classes=5)) == (
        "data: digits has 10 classes, but the net's answer is [N, 5]\n= help: give the last layer 10 outputs"
    )
    assert refused(open_data, "digits", spec_graph("vgg16")) == (
        "shape-mismatch: the net needs H ≥ 32, but digits gives 8 (axis 2)\n"
        "= help: give H a number in the inputs, or larger data"
    )
    pair = graph("{a: [N, 64], b: [N, 64]}", "{sum: {Add, from: [a, b]}, out: {Linear: 10}}")
    assert refused(open_data, "digits", pair) == (
        "data: digits has one image a sample, but the spec has 2 inputs\n"
        "= help: choose a source with an array for each input, such as npz:FILE"
    )
    assert refused(open_data, "digits", spec_graph("char_rnn")) == (
        "dtype-mismatch: digits has float32 for the input `text`, which is int64\n"
        "= help: declare `text: {shape: [N, T], dtype: float32}`, or change the data"
    )
