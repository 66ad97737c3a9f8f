"""scikit-learn's handwritten digits, which come with it: 1,797 images of 8×8."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lego.diagnostics import Problem
from lego.train.data.answer import numbered
from lego.train.data.fitting import Part, Source, fit
from lego.train.data.layout import Layout, dims_of, layout
from lego.train.data.samples import Data, Tensors, split
from lego.train.data.wanted import Wanted, features

_CLASSES = tuple("0123456789")
_HELD_OUT = 0.2
_OWN = Layout(1, 8, 8)


def digits(where: str, wanted: Wanted) -> Data:
    """Optical recognition of handwritten digits (Alpaydin and Kaynak 1998), scaled to 0 … 1.

    They are resized bilinearly and repeated over channels as the one input has it. The test part is always the same
    fifth, with an equal share of each class.
    """
    if where:
        raise Problem("data", f"`digits` has no `{where}`", help="write `digits` alone")
    if wanted.only is None:
        message = f"digits has one image a sample, but the spec has {len(wanted.inputs)} inputs"
        raise Problem("data", message, help="choose a source with an array for each input, such as npz:FILE")
    name, type = wanted.only
    dims = features(type.shape)
    found = layout(dims, _OWN)
    images, labels = _read()
    classes = wanted.classes or _CLASSES
    target, _ = numbered(labels, classes, "digits")
    halves = split(Tensors({name: images}, target), _HELD_OUT, seed=0)
    training, test = (
        Part({name: _resized(part.inputs[name], found).reshape(len(part), *dims_of(found, dims))}, part.target)
        for part in halves
    )
    return fit(Source("digits", training, None, test, classes, notes(found, _OWN)), wanted)


def notes(found: Layout, own: Layout) -> tuple[str, ...]:
    """What was done to images."""
    resized = [f"resized to {found.pixels}"] if found.pixels != own.pixels else []
    return (*resized, *(["repeated to 3 channels"] if found.channels > own.channels else []))


def _read() -> tuple[Tensor, list[str]]:
    datasets: Any = import_module("sklearn.datasets")  # it has no types
    found = datasets.load_digits()
    images = torch.as_tensor(found["images"]).float().div_(16).unsqueeze(1)
    return images, [str(number) for number in found["target"]]


def _resized(images: Tensor, found: Layout) -> Tensor:
    size = (found.height, found.width)
    if images.shape[2:] != size:
        images = F.interpolate(images, size, mode="bilinear", antialias=True)
    return images.expand(-1, found.channels, -1, -1)
