"""MNIST's files are read as they are, and what is wrong with them is told of."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import torch

from lego.train.data import open_data
from tests.train.data.making import graph, image_graph, mnist, refused, write_idx, write_mnist


@pytest.mark.parametrize(("mark", "ending"), [("-", ""), (".", ".gz"), ("-", ".gz")])
def test_real_images(tmp_path, mark, ending):
    images, labels = mnist()
    write_mnist(tmp_path, images, labels, mark=mark, ending=ending)
    data = open_data(f"idx:{tmp_path}", image_graph("[N, 1, 28, 28]"))
    held = np.arange(len(images)) % 5 == 0
    assert torch.equal(data.training.inputs["image"][:, 0], torch.tensor(images[~held]).float() / 255)
    assert data.training.target.tolist() == labels[~held].tolist()
    assert data.test.target.tolist() == labels[held].tolist()
    assert data.classes == tuple("0123456789")
    assert data.name == f"idx:{tmp_path}, scaled to 0…1"


@pytest.mark.parametrize("shape", ["[N, 784]", "[N, 28, 28]", "[N, T, 28]", "[N, 1, H, W]"])
def test_dims_of_images_are_added_and_flattened(tmp_path, shape):
    write_mnist(tmp_path, np.arange(10 * 784).reshape(10, 28, 28) % 256, np.arange(10))
    data = open_data(f"idx:{tmp_path}", image_graph(shape))
    flat = data.training.inputs["image"].flatten(1)
    assert torch.equal(flat[0], (torch.arange(784, 2 * 784) % 256) / 255)


def small(folder):
    write_mnist(folder, np.zeros((10, 4, 4)), np.arange(10))
    return lambda: open_data(f"idx:{folder}", image_graph("[N, 16]"))


def test_a_wrong_file(tmp_path):
    read = small(tmp_path)
    write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros(10))
    assert refused(read) == (
        "data: `train-images-idx3-ubyte` starts with 00 00 08 01, not 00 00 08 03, so it is no file of images\n"
        "= help: fetch it again, or look whether two files were exchanged"
    )
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"")
    assert "starts with nothing, not" in refused(read)


def test_a_file_that_ends_too_soon(tmp_path):
    read = small(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    assert refused(read) == (
        "data: `train-images-idx3-ubyte` has 84 bytes of data, but 8×4×4 are announced\n"
        "= help: the file is not whole: fetch it again"
    )
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        refused(read)
    path.unlink()
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(whole)[:-9])
    assert refused(read).startswith("data: `train-images-idx3-ubyte.gz` cannot be decompressed (")


def test_counts_that_differ(tmp_path):
    read = small(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.zeros(7))
    assert refused(read) == (
        "data: `train-images-idx3-ubyte` has 8 images, but there are 7 labels beside it\n"
        "= help: take both files from one place"
    )


def test_folders_without_them(tmp_path):
    read = small(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    assert refused(read) == (f"data: idx:{tmp_path} has `train-images-idx3-ubyte`, but no `train-labels-idx1-ubyte`")
    (tmp_path / "train-images-idx3-ubyte").unlink()
    assert refused(read) == (
        f"data: idx:{tmp_path} has no `train-images-idx3-ubyte`\n"
        "= has: t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte\n= help: name the folder with MNIST's four files"
    )
    net = graph("{x: [N, 4]}")
    assert refused(open_data, "idx:/no/such", net) == "not-found: there is no folder `/no/such`"
    file = tmp_path / "t10k-labels-idx1-ubyte"
    assert refused(open_data, f"idx:{file}", net) == f"not-found: `{file}` is a file, not a folder"


def test_the_test_part_may_be_missing_and_labels_where_none_are_needed(tmp_path):
    read = small(tmp_path)
    for path in tmp_path.glob("t10k*"):
        path.unlink()
    assert read().test is None
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    data = open_data(f"idx:{tmp_path}", image_graph("[N, 16]"), labelled=False)
    assert data.training.target.shape == (8, 0)


def test_classes_of_a_training_count(tmp_path):
    small(tmp_path)
    source = f"idx:{tmp_path}"
    assert refused(open_data, source, image_graph("[N, 16]"), classes=("0", "1", "2", "3", "4")) == (
        f"data: {source} has the class `6`, which the net has not learned\n"
        "= learned: 0, 1, 2, 3, 4\n= found: 1, 2, 3, 4, 6, 7, 8, 9\n= help: leave its samples out, or train with them"
    )
