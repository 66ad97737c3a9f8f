"""Archives of arrays are read by the names of the inputs, and nothing in them is a program."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lego.train.data import open_data
from tests.train.data.making import graph, image_graph, refused, spec_graph

RANDOM = np.random.default_rng(0)
PAIR = "{a: [N, T, 4], b: {shape: [N, T], dtype: int64, range: [0, 9]}}"
EMBEDDED = (
    "{embed: {Embedding: {num_embeddings: 9, embedding_dim: 4}, from: b}, "
    "sum: {Add, from: [a, embed]}, mean: {Mean: 1}, out: {Linear: 3}}"
)


@pytest.fixture
def npz(tmp_path):
    def write(**arrays):
        np.savez(tmp_path / "data.npz", **arrays)
        return f"npz:{tmp_path / 'data.npz'}"

    return write


def test_arrays_by_the_names_of_the_inputs(npz):
    a, b = RANDOM.normal(size=(6, 5, 4)), RANDOM.integers(0, 9, (6, 5))
    data = open_data(npz(b=b, a=a, target=[0, 1, 2, 2, 1, 0]), graph(PAIR, EMBEDDED))
    assert list(data.training.inputs) == ["a", "b"]
    assert torch.equal(data.training.inputs["a"], torch.tensor(a).float())
    assert data.training.inputs["b"].tolist() == b.tolist()
    assert data.training.target.tolist() == [0, 1, 2, 2, 1, 0]
    assert data.classes == ("0", "1", "2")


@pytest.mark.parametrize("target", ["target", "y", "labels"])
def test_names_of_targets(npz, target):
    data = open_data(npz(**{target: [0, 1], "x": np.ones((2, 4))}), graph("{row: [N, 4]}"))
    assert data.training.target.tolist() == [0, 1]


def test_the_array_that_is_asked_for(npz):
    source = npz(x=np.ones((2, 4)), kind=[3, 4])
    assert open_data(source, graph("{x: [N, 4]}"), target="kind").training.target.tolist() == [3, 4]
    assert refused(open_data, source, graph("{x: [N, 4]}"), target="sort") == (
        f"data: {source} has no array `sort`, which is to be learned\n= has: x, kind"
    )


def test_keras_own_files(npz):
    x = RANDOM.integers(0, 256, (10, 28, 28)).astype(np.uint8)
    y = np.arange(10).astype(np.uint8)
    source = npz(x_train=x[:7], y_train=y[:7], x_test=x[7:], y_test=y[7:])
    data = open_data(source, spec_graph("mnist_mlp"))
    assert torch.equal(data.training.inputs["image"][:, 0], torch.tensor(x[:7]).float() / 255)
    assert data.training.inputs["image"].shape == (7, 1, 28, 28)
    assert data.test.target.tolist() == [7, 8, 9]
    assert data.name == f"{source}, scaled to 0…1"


def test_labels_in_a_column_of_their_own(npz):
    data = open_data(npz(x=np.ones((3, 4)), y=np.array([[1], [0], [9]])), graph("{x: [N, 4]}"))
    assert data.training.target.tolist() == [1, 0, 9]


def test_values_take_the_shape_of_the_answer(npz):
    source = npz(x=np.ones((3, 4)), y=[0.5, 1.5, 2.0])
    assert open_data(source, graph("{x: [N, 4]}", "[{Linear: 1}]")).training.target.tolist() == [[0.5], [1.5], [2.0]]
    assert refused(open_data, source, graph("{x: [N, 4]}", "[{Linear: 2}]")) == (
        f"shape-mismatch: {source} has targets of one number, but the net answers with [2] for each sample\n"
        "= target: [3]; values\n= answer: [N, 2]; of the net\n"
        "= help: write classes as integers (5, not 5.0) or as text; for values, let the last layer give as many"
    )


@pytest.mark.parametrize(
    ("target", "outputs", "found", "classes"),
    [
        ([0, 1, 1], 1, [0, 1, 1], ("0", "1")),
        ([-1, 1, 1], 1, [0, 1, 1], ("-1", "1")),
        ([1, 2, 3], 3, [0, 1, 2], ("1", "2", "3")),
        ([7, 0, 2], 9, [7, 0, 2], tuple("012345678")),
        ([3, 70, 41], 1, [[3.0], [70.0], [41.0]], None),
        ([True, False, True], 2, [1, 0, 1], ("0", "1")),
        (["b", "a", "b"], 2, [1, 0, 1], ("a", "b")),
        ([[0, 1], [1, 1], [0, 0]], 2, [[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]], None),
    ],
)
def test_classes_and_values(npz, target, outputs, found, classes):
    data = open_data(npz(x=np.ones((3, 4)), y=target), graph("{x: [N, 4]}", f"[{{Linear: {outputs}}}]"))
    assert data.training.target.tolist() == found
    assert data.classes == classes
    assert data.training.target.dtype == (torch.int64 if classes else torch.float32)


def test_classes_of_each_pixel(npz):
    source = npz(x=np.ones((2, 32, 32)), y=RANDOM.integers(0, 2, (2, 32, 32)))
    assert open_data(source, spec_graph("unet")).training.target.shape == (2, 32, 32)


def test_more_classes_than_outputs(npz):
    assert refused(open_data, source := npz(x=np.ones((3, 4)), y=[5, 6, 7]), graph("{x: [N, 4]}", "[{Linear: 2}]")) == (
        f"data: {source} has 3 classes, but the net's answer is [N, 2]\n= help: give the last layer 3 outputs"
    )


def test_a_target_may_be_an_input_besides(npz):
    data = open_data(npz(bits=np.eye(2), target=[[0.0], [1.0]]), spec_graph("xor_training"))
    assert data.training.inputs["target"].tolist() == data.training.target.tolist() == [[0.0], [1.0]]


def test_other_values_are_no_classes_of_a_training(npz):
    source = npz(x=np.ones((3, 4)), y=[0, 1, 2])
    assert "has the class `2`, which the net has not learned" in refused(
        open_data, source, graph("{x: [N, 4]}", "[{Linear: 1}]"), classes=("0", "1")
    )


def test_values_stay_values_for_a_net_that_has_learned_values(npz):
    data = open_data(npz(x=np.ones((2, 4)), y=[3, 70]), graph("{x: [N, 4]}", "[{Linear: 1}]"), classes=())
    assert data.training.target.tolist() == [[3.0], [70.0]]


@pytest.mark.parametrize("dtype", [">f8", "float16", "int32", "uint16", "bool"])
def test_numbers_of_all_kinds_become_floats(npz, dtype):
    data = open_data(npz(x=np.ones((2, 4)).astype(dtype), y=[0, 1]), graph("{x: [N, 4]}"))
    assert data.training.inputs["x"].dtype == torch.float32
    assert data.training.inputs["x"].eq(1).all()


def test_names_that_are_not_there(npz):
    source = npz(a=np.ones((2, 5, 4)), c=np.ones((2, 5)), y=[0, 1])
    assert refused(open_data, source, graph(PAIR, EMBEDDED)) == (
        f"data: {source} has nothing for the input `b`\n= has: a, c\n= wanted: a, b\n"
        "= help: name the arrays as the spec names its inputs"
    )


def test_symbols_have_one_size(npz):
    source = npz(a=np.ones((2, 5, 4)), b=np.ones((2, 6), int), y=[0, 1])
    assert refused(open_data, source, graph(PAIR, EMBEDDED)) == (
        f"shape-mismatch: {source} does not fit the input `b`: T is 5 since axis 1 of a, but axis 1 of b is 6\n"
        "= declared: [N, T]\n= given: [N, 6]\n"
        "= help: declare `b: {shape: [N, 6], dtype: int64}`, or change the data"
    )


def test_ranges_and_dtypes(npz):
    source = npz(a=np.ones((2, 5, 4)), b=np.full((2, 5), 9), y=[0, 1])
    assert refused(open_data, source, graph(PAIR, EMBEDDED)) == (
        f"data: {source} has 9 … 9 for the input `b`, which takes 0 … 8\n"
        "= help: let the net take 10 of them: `range: [0, 10]`, and the layers that depend on it"
    )
    assert refused(open_data, source, graph(PAIR.replace(", range: [0, 9]", ""), EMBEDDED)).startswith(
        f"data: {source} has 9 … 9 for the input `b`, which takes 0 … 8\n"
    )
    source = npz(a=np.ones((2, 5, 4)), b=np.ones((2, 5)), y=[0, 1])
    assert refused(open_data, source, graph(PAIR, EMBEDDED)) == (
        f"dtype-mismatch: {source} has float64 for the input `b`, which is int64\n"
        "= help: declare `b: {shape: [N, T], dtype: float64}`, or change the data"
    )


def test_images_of_other_orders_are_not_turned(npz):
    source = npz(x=np.zeros((2, 32, 32, 3), np.uint8), y=[0, 1])
    assert refused(open_data, source, image_graph("[N, 3, 32, 32]")) == (
        f"shape-mismatch: {source} does not fit the input `image`: axis 1 of image is 32, but 3 is declared\n"
        "= declared: [N, 3, 32, 32]\n= given: [N, 32, 32, 3]\n"
        "= help: declare `image: [N, 32, 32, 3]`, or change the data"
    )


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.ones((3, 4)), "y": [0, 1]}, "has different numbers of samples\n= x: 3\n= target: 2"),
        ({"x": np.ones((0, 4)), "y": np.ones(0, int)}, "has no samples"),
        ({"x": np.ones((2, 4))}, "has no target\n= help: name the array or column that is to be learned"),
        ({"x": [["a"], ["b"]], "y": [0, 1]}, "is text, where numbers are needed, one row a sample"),
        ({"x": [[1.0, 2, 3, 4], [1, 2, np.nan, 4]], "y": [0, 1]}, "that is no number, in sample 1\n= samples: 1 of 2"),
        ({"x": np.ones((2, 3)), "y": [0, 1]}, "axis 1 of x is 3, but 4 is declared"),
    ],
)
def test_what_is_wrong_is_told(npz, arrays, message):
    assert message in refused(open_data, npz(**arrays), graph("{x: [N, 4]}"))


def test_objects_are_not_read(npz, tmp_path):
    assert "objects are not read, since they may be programs" in refused(
        open_data, npz(x=np.array([{}, []], object), y=[0, 1]), graph("{x: [N, 4]}")
    )
    for content in (b"", b"PK\x03\x04 and so on", b"text"):
        (tmp_path / "bad.npz").write_bytes(content)
        assert refused(open_data, f"npz:{tmp_path / 'bad.npz'}", graph("{x: [N, 4]}")).startswith(
            "data: `bad.npz` cannot be read as an archive of arrays: "
        )
    np.save(tmp_path / "one.npy", np.ones(3))
    assert "is one array" in refused(open_data, f"npz:{tmp_path / 'one.npy'}", graph("{x: [N, 4]}"))


def test_samples_without_a_target(npz):
    data = open_data(npz(x=np.ones((3, 4))), graph("{x: [N, 4]}"), labelled=False)
    assert (len(data.training), data.training.target.shape) == (3, (3, 0))
