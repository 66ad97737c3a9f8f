"""Images in a folder for each class."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from PIL.Image import Resampling
from torch import Tensor

from lego.diagnostics import Note, Problem
from lego.shapes import Binding, is_floating
from lego.train.data.answer import learned, numbered, unlabelled
from lego.train.data.files import existing_folder
from lego.train.data.inputs import sizes_of
from lego.train.data.layout import Layout, Sizes, dims_of, layout
from lego.train.data.plain import integers
from lego.train.data.samples import Batch, Data
from lego.train.data.wanted import Wanted, features

_ENDINGS = frozenset((".png", ".jpg", ".jpeg"))
_THREADS = min(8, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class ImageFiles:
    """Samples that are read from files of images when they are asked for, several at a time.

    Attributes:
        paths: The files.
        target: Their classes, by number.
        name: The input that they are.
        form: Channels and size that each is brought to.
        sizes: The dims of a sample in the input, of as many values.
    """

    paths: tuple[Path, ...]
    target: Tensor
    name: str
    form: Layout
    sizes: Sizes

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, indices: Tensor, /) -> Batch:
        chosen = [self.paths[index] for index in integers(indices)]
        with ThreadPoolExecutor(_THREADS) as pool:
            images = list(pool.map(self._read, chosen))
        pixels = torch.as_tensor(np.stack(images)) if images else torch.zeros(0, *self.sizes, dtype=torch.uint8)
        return {self.name: pixels.float().div_(255).view(-1, *self.sizes)}, self.target[indices]

    def subset(self, indices: Tensor, /) -> ImageFiles:
        paths = tuple(self.paths[index] for index in integers(indices))
        return replace(self, paths=paths, target=self.target[indices])

    def _read(self, path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        with _opened(path) as image:
            plain = image.convert("L" if self.form.channels == 1 else "RGB")
        size = (self.form.width, self.form.height)
        resized = plain if plain.size == size else plain.resize(size, Resampling.BILINEAR)
        pixels = np.asarray(resized, np.uint8)
        return pixels[None] if self.form.channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


@contextmanager
def _opened(path: Path) -> Generator[Image.Image]:
    """An image of which the header is read; what is none, or not whole, is a Problem."""
    try:
        with Image.open(path) as image:
            yield image
    except (OSError, SyntaxError, Image.DecompressionBombError):
        help = "leave it out, or save it again as PNG or JPEG"
        raise Problem("data", f"`{path}` cannot be read as an image", help=help) from None


def folder(where: str, wanted: Wanted) -> Data:
    """PNG and JPEG files as `DIR/class/*`, or `DIR/train/class/*` and `DIR/test/class/*`; pixels become 0 … 1.

    They are resized to the size of the input.
    """
    root = existing_folder(where)
    source = f"folder:{where}"
    if wanted.only is None or not is_floating(wanted.only[1].dtype):
        shapes = ", ".join(f"{name}: {type}" for name, type in wanted.inputs.items())
        help = "declare one input, such as `image: [N, 3, 64, 64]`"
        message = f"{source} has one image a sample, but the spec's inputs are others"
        raise Problem("data", message, notes=[Note("inputs", shapes)], help=help)
    parts = (root / "train", root / "test") if (root / "train").is_dir() else (root, None)
    training = _part(parts[0], source, wanted, wanted.classes)
    test = _part(parts[1], source, wanted, training.classes) if parts[1] and parts[1].is_dir() else None
    note = f"{source}, resized to {training.samples.form.pixels}"
    return Data(note, training.samples, None, test.samples if test else None, training.classes)


@dataclass(frozen=True, slots=True)
class _Part:
    samples: ImageFiles
    classes: tuple[str, ...] | None


def _part(root: Path, source: str, wanted: Wanted, classes: tuple[str, ...] | None) -> _Part:
    assert wanted.only is not None
    name, type = wanted.only
    dims = features(type.shape)
    labels, paths = _listed(root, wanted)
    if not paths:
        help = "put them into a folder for each class: DIR/class/*.png"
        raise Problem("data", f"{source} has no PNG or JPEG images in `{root}`", help=help)
    form = _form(paths, wanted)
    sizes = dims_of(form, dims)
    bound = sizes_of({name: sizes}, wanted, source)
    target, names = _target(labels, len(paths), source, replace(wanted, classes=classes), bound)
    return _Part(ImageFiles(tuple(paths), target, name, form, sizes), names)


def _listed(root: Path, wanted: Wanted) -> tuple[list[str], list[Path]]:
    """The class and the path of each image, in order; without classes where these need not be."""
    found = [(each.name, path) for each in sorted(root.iterdir()) if each.is_dir() for path in _images(each)]
    if not found and not wanted.labelled:
        return [], _images(root)
    return [label for label, _ in found], [path for _, path in found]


def _images(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)


def _target(
    labels: list[str], count: int, source: str, wanted: Wanted, bound: dict[str, Binding]
) -> tuple[Tensor, tuple[str, ...] | None]:
    if not labels:
        return unlabelled(count), wanted.classes
    target, names = numbered(labels, wanted.classes, source)
    return learned(target, wanted, bound, source, names)


def _form(paths: Sequence[Path], wanted: Wanted) -> Layout:
    """What the images become; where the input leaves a size open, all have to have the same."""
    assert wanted.only is not None
    name, type = wanted.only
    dims = features(type.shape)
    if all(isinstance(size, int) for size in dims[-2:]):
        return layout(dims, Layout(3, 1, 1))
    first, *others = [_size(path) for path in paths]
    other = next((number for number, size in enumerate(others, 1) if size != first), None)
    if other is not None:
        width, height = others[other - 1]
        notes = [
            Note(paths[0].name, f"{first[1]}×{first[0]}"),
            Note(paths[other].name, f"{height}×{width}"),
        ]
        message = f"the images differ in size, and the input `{name}` leaves it open: {type.shape}"
        raise Problem("data", message, notes=notes, help="declare a fixed size, and all are resized to it")
    return layout(dims, Layout(3, first[1], first[0]))


def _size(path: Path) -> tuple[int, int]:
    with _opened(path) as image:
        return image.size
