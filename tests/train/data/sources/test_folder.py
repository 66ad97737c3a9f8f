"""Images by class, read and resized when they are asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from lego.train.data import Batches, open_data, split
from tests.train.data.making import graph, image_graph, refused

COLOURS = {"blue": (0, 0, 255), "green": (0, 255, 0), "red": (255, 0, 0)}


def paint(folder, size=(12, 8), count=4, ending="png"):
    for name, colour in COLOURS.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            Image.new("RGB", size, colour).save(folder / name / f"{number}.{ending}")
    return f"folder:{folder}"


def test_images_by_class(tmp_path):
    data = open_data(paint(tmp_path), image_graph("[N, 3, 6, 5]"))
    inputs, target = data.training[torch.tensor([0, 4, 8])]
    assert inputs["image"].shape == (3, 3, 6, 5)
    assert inputs["image"][:, :, 0, 0].tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert target.tolist() == [0, 1, 2]
    assert data.classes == ("blue", "green", "red")
    assert data.name == f"folder:{tmp_path}, resized to 6×5"


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ("[N, 1, 6, 5]", (1, 6, 5)),
        ("[N, 6, 5]", (6, 5)),
        ("[N, 36]", (36,)),
        ("[N, 108]", (108,)),
        ("[N, 3, H, W]", (3, 8, 12)),
    ],
)
def test_in_the_shape_of_the_input(tmp_path, shape, sizes):
    inputs, _ = open_data(paint(tmp_path), image_graph(shape)).training[torch.arange(2)]
    assert inputs["image"].shape == (2, *sizes)


def test_pixels_are_pillows(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 3)).astype(np.uint8)
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "x.PNG")
    data = open_data(f"folder:{tmp_path}", image_graph("[N, 3, 9, 7]"))
    inputs, _ = data.training[torch.tensor([0])]
    assert torch.equal(inputs["image"][0], torch.tensor(pixels).permute(2, 0, 1) / 255)


def test_training_and_test(tmp_path):
    paint(tmp_path / "train", ending="jpg")
    paint(tmp_path / "test", count=1)
    data = open_data(f"folder:{tmp_path}", image_graph("[N, 3, 4, 4]"))
    assert (len(data.training), len(data.test)) == (12, 3)
    (tmp_path / "test" / "black").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "test" / "black" / "0.png")
    assert "has the class `black`, which the net has not learned" in refused(
        open_data, f"folder:{tmp_path}", image_graph("[N, 3, 4, 4]")
    )


def test_parts_and_batches(tmp_path):
    data = open_data(paint(tmp_path), image_graph("[N, 3, 4, 4]"))
    training, validation = split(data.training, 0.25, seed=0)
    assert sorted(validation.target.tolist()) == [0, 1, 2]
    for inputs, target in Batches(training, 4, seed=1):
        assert inputs["image"].amax((2, 3)).argmax(1).tolist() == [2 - number for number in target.tolist()]


def test_images_without_classes(tmp_path):
    Image.new("L", (4, 4), 255).save(tmp_path / "x.png")
    data = open_data(f"folder:{tmp_path}", image_graph("[N, 1, 4, 4]"), labelled=False, classes=("a", "b"))
    inputs, target = data.training[torch.tensor([0])]
    assert inputs["image"].eq(1).all()
    assert target.shape == (1, 0)
    assert data.classes == ("a", "b")


def test_what_is_wrong_is_told(tmp_path):
    source = paint(tmp_path)
    assert refused(open_data, source, image_graph("[N, 3, 4, 4]", classes=2)) == (
        f"data: {source} has 3 classes, but the net's answer is [N, 2]\n= help: give the last layer 3 outputs"
    )
    assert "one image a sample, but the spec's inputs are others" in refused(
        open_data, source, graph("{a: {shape: [N, 3], dtype: int64}}", "[{Cast: float32}, {Linear: 3}]")
    )
    Image.new("RGB", (5, 4)).save(tmp_path / "red" / "9.png")
    assert refused(open_data, source, image_graph("[N, 3, H, W]")) == (
        "data: the images differ in size, and the input `image` leaves it open: [N, 3, H, W]\n"
        "= 0.png: 8×12\n= 9.png: 4×5\n= help: declare a fixed size, and all are resized to it"
    )
    whole = (tmp_path / "red" / "9.png").read_bytes()
    for content in (b"no image", whole[:40]):
        (tmp_path / "red" / "9.png").write_bytes(content)
        data = open_data(source, image_graph("[N, 3, 4, 4]"))
        with pytest.raises(Exception, match=r"red/9\.png` cannot be read as an image"):
            data.training[torch.tensor([12])]
    (tmp_path / "none").mkdir()
    assert "has no PNG or JPEG images in" in refused(
        open_data, f"folder:{tmp_path / 'none'}", image_graph("[N, 3, 4, 4]")
    )
