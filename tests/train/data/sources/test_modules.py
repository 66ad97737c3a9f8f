"""A LightningDataModule: its datasets, checked as all others are."""

from __future__ import annotations

import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, random_split

from lego.train.data import open_data
from tests.train.data.making import graph, refused
from tests.vision import torchvision  # noqa: F401 - Lightning's metrics import it where it is installed

from lightning import LightningDataModule  # isort: skip

NET = graph("{x: [N, 4]}", "[{Linear: 3}]")


class Named(Dataset):
    def __len__(self):
        return 6

    def __getitem__(self, number):
        return {"x": torch.full((4,), float(number))}, number % 3


class Stream(IterableDataset):
    def __iter__(self):
        yield from Named()


class Module(LightningDataModule):
    def __init__(self, dataset):
        super().__init__()
        self.dataset = dataset

    def train_dataloader(self):
        return DataLoader(self.dataset, batch_size=2)


class Whole(Module):
    def setup(self, stage):
        self.parts = random_split(self.dataset, [4, 2], torch.Generator().manual_seed(0))

    def train_dataloader(self):
        return DataLoader(self.parts[0])

    def val_dataloader(self):
        return DataLoader(self.parts[1])

    def test_dataloader(self):
        return DataLoader(self.parts[1])


def test_tensors_stay_in_memory():
    x, y = torch.randn(6, 4), torch.arange(6) % 3
    data = open_data(Module(TensorDataset(x, y)), NET)
    assert data.training.inputs["x"] is x or torch.equal(data.training.inputs["x"], x)
    assert (data.name, data.classes, data.validation, data.test) == ("Module", ("0", "1", "2"), None, None)


def test_items_are_read_when_they_are_asked_for():
    data = open_data(Module(Named()), NET)
    inputs, target = data.training[torch.tensor([5, 1])]
    assert inputs["x"].tolist() == [[5.0] * 4, [1.0] * 4]
    assert target.tolist() == [2, 1]
    assert data.training.subset(torch.tensor([3]))[torch.tensor([0])][0]["x"].tolist() == [[3.0] * 4]


def test_parts_of_its_own():
    data = open_data(Whole(Named()), NET)
    assert [len(part) for part in (data.training, data.validation, data.test)] == [4, 2, 2]


def test_what_is_wrong_is_told():
    assert refused(open_data, Module(Stream()), NET) == (
        "data: Module gives no DataLoader over a dataset with a length, from which samples are drawn by number\n"
        "= help: return torch.utils.data.DataLoader(dataset) of a map-style dataset"
    )
    assert refused(open_data, Module(Named()), graph("{x: [N, 5]}", "[{Linear: 3}]")) == (
        "shape-mismatch: Module does not fit the input `x`: axis 1 of x is 4, but 5 is declared\n"
        "= declared: [N, 5]\n= given: [N, 4]\n= help: declare `x: [N, 4]`, or change the data"
    )
    assert refused(open_data, Module(Named()), graph("{x: [N, 4]}", "[{Linear: 2}]")) == (
        "data: Module has 3 classes, but the net's answer is [N, 2]\n= help: give the last layer 3 outputs"
    )
    assert "no pair of inputs and a target" in refused(open_data, Module([torch.ones(4)] * 2), NET)
