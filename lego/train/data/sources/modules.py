"""A LightningDataModule of the user's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import torch
from lightning.pytorch.utilities.model_helpers import is_overridden
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from lego.diagnostics import Problem
from lego.train.data.answer import learned
from lego.train.data.fitting import Part, Source, fit
from lego.train.data.inputs import fitted, matched, sizes_of
from lego.train.data.layout import arranged
from lego.train.data.plain import integers
from lego.train.data.samples import Batch, Data, Samples
from lego.train.data.wanted import Wanted, features

if TYPE_CHECKING:
    from lightning import LightningDataModule


@dataclass(frozen=True, slots=True)
class Items:
    """Samples of a dataset that is read one by one when they are asked for.

    Attributes:
        dataset: What has `__getitem__`; each item is (input, …, target) or ({name: input}, target).
        numbers: Which of its items they are.
        collate: Makes a batch of items, as the loader had it.
        target: Their targets, as the answer wants them.
        wanted: The inputs that they are fitted to.
        source: For messages.
    """

    dataset: Any
    numbers: Tensor
    collate: Callable[[list[Any]], Any]
    target: Tensor
    wanted: Wanted
    source: str

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, indices: Tensor, /) -> Batch:
        items = [self.dataset[number] for number in integers(self.numbers[indices])]
        arrays, _ = _parted(self.collate(items), self.wanted, self.source)
        return {name: fitted(one, name, self.wanted, self.source) for name, one in arrays.items()}, self.target[indices]

    def subset(self, indices: Tensor, /) -> Items:
        return replace(self, numbers=self.numbers[indices], target=self.target[indices])


def data_module(module: LightningDataModule, wanted: Wanted) -> Data:
    """The datasets of a module's loaders. How batches are drawn from them, the recipe says.

    Targets are read once, to know classes and to part what is held back.
    """
    source = type(module).__name__
    module.prepare_data()
    module.setup("fit")
    training, classes = _samples(module.train_dataloader(), wanted, source)
    others = replace(wanted, classes=classes or ())
    validation, test = None, None
    if is_overridden("val_dataloader", module):
        validation, _ = _samples(module.val_dataloader(), others, source)
    if is_overridden("test_dataloader", module):
        module.setup("test")
        test, _ = _samples(module.test_dataloader(), others, source)
    return Data(source, training, validation, test, classes)


def _samples(loader: object, wanted: Wanted, source: str) -> tuple[Samples, tuple[str, ...] | None]:
    dataset: Any = getattr(loader, "dataset", None)
    if not isinstance(loader, DataLoader) or not hasattr(dataset, "__len__"):
        message = f"{source} gives no DataLoader over a dataset with a length, from which samples are drawn by number"
        raise Problem("data", message, help="return torch.utils.data.DataLoader(dataset) of a map-style dataset")
    if isinstance(dataset, TensorDataset):
        arrays, target = _parted(list(dataset.tensors), wanted, source)
        found = fit(Source(source, Part(arrays, target)), wanted)
        return found.training, found.classes
    return _items(dataset, vars(loader)["collate_fn"], wanted, source)


def _items(
    dataset: Any, collate: Callable[[list[Any]], Any], wanted: Wanted, source: str
) -> tuple[Items, tuple[str, ...] | None]:
    if not len(dataset):
        raise Problem("data", f"{source} has no samples")
    arrays, _ = _parted(collate([dataset[0]]), wanted, source)
    types = wanted.inputs
    sizes = {name: arranged(tuple(one.shape[1:]), features(types[name].shape)) for name, one in arrays.items()}
    bound = sizes_of(sizes, wanted, source)
    read = [_parted(collate([dataset[number]]), wanted, source)[1] for number in range(len(dataset))]
    target, classes = learned(torch.cat(read), wanted, bound, source)
    return Items(dataset, torch.arange(len(dataset)), collate, target, wanted, source), classes


def _parted(batch: Any, wanted: Wanted, source: str) -> tuple[Mapping[str, Tensor], Tensor]:
    """The inputs by name, and the target."""
    if not isinstance(batch, (tuple, list)) or len(cast("Sequence[Any]", batch)) < 2:
        message = f"{source} gives batches that are no pair of inputs and a target"
        raise Problem("data", message, help="let each item be (input, target), or ({name: input}, target)")
    *inputs, target = cast("Sequence[Any]", batch)
    if len(inputs) == 1 and isinstance(inputs[0], Mapping):
        return matched(cast("Mapping[str, Tensor]", inputs[0]), wanted, source), target
    return matched(dict(zip(wanted.inputs, inputs, strict=False)), wanted, source), target
