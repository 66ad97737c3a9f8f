"""MNIST's own files, and those of Fashion-MNIST and others that are written like them."""

from __future__ import annotations

import gzip
import zlib
from math import prod
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lego.diagnostics import Note, Problem
from lego.train.data.answer import numbered
from lego.train.data.files import existing_folder
from lego.train.data.fitting import Part, Source, fit
from lego.train.data.plain import integers
from lego.train.data.samples import Data
from lego.train.data.wanted import Wanted

_BYTES = 8  # the third byte of the magic number: unsigned bytes, the one kind that these files have
_GZIP = b"\x1f\x8b"


def idx(where: str, wanted: Wanted) -> Data:
    """`train-images-idx3-ubyte` and `train-labels-idx1-ubyte` in a folder for training, `t10k-…` as the test part.

    The files may be compressed by gzip, and have a dot in place of the dash before `idx`. Pixels become 0 … 1.
    """
    folder = existing_folder(where)
    source = f"idx:{where}"
    training = _part(folder, "train", source, wanted)
    if training is None:
        message = f"{source} has no `train-images-idx3-ubyte`"
        files = ", ".join(sorted(path.name for path in folder.iterdir())[:8]) or "nothing"
        raise Problem("data", message, notes=[Note("has", files)], help="name the folder with MNIST's four files")
    test = _part(folder, "t10k", source, wanted)
    classes = wanted.classes or _digits([part.target for part in (training, test) if part and part.target is not None])
    parts = [part and _numbered(part, classes, source) for part in (training, test)]
    assert parts[0] is not None
    return fit(Source(source, parts[0], None, parts[1], classes or None), wanted)


def _digits(targets: list[Tensor]) -> tuple[str, ...]:
    most = max((int(target.max()) for target in targets if len(target)), default=-1)
    return tuple(map(str, range(most + 1)))


def _numbered(part: Part, classes: tuple[str, ...], source: str) -> Part:
    if part.target is None:
        return part
    return Part(part.arrays, numbered([str(label) for label in integers(part.target)], classes, source)[0])


def _part(folder: Path, name: str, source: str, wanted: Wanted) -> Part | None:
    images = _file(folder, f"{name}-images", 3)
    labels = _file(folder, f"{name}-labels", 1)
    if images is None:
        return None
    if labels is None and wanted.labelled:
        raise Problem("data", f"{source} has `{images.name}`, but no `{name}-labels-idx1-ubyte`")
    pixels = read_idx(images, 3)
    target = read_idx(labels, 1) if labels else None
    if target is not None and len(pixels) != len(target):
        message = f"`{images.name}` has {len(pixels)} images, but there are {len(target)} labels beside it"
        raise Problem("data", message, help="take both files from one place")
    return Part({"image": pixels}, target)


def _file(folder: Path, start: str, dims: int) -> Path | None:
    names = [f"{start}{mark}idx{dims}-ubyte{ending}" for mark in "-." for ending in ("", ".gz")]
    return next((folder / name for name in names if (folder / name).is_file()), None)


def read_idx(path: Path, dims: int) -> Tensor:
    """The bytes of a file in IDX format, [n, *].

    Raises:
        Problem: `data` for a file that is none, has other dims, or ends too soon.
    """
    content = _content(path)
    wanted = bytes((0, 0, _BYTES, dims))
    if bytes(content[:4]) != wanted:
        found = bytes(content[:4]).hex(" ") or "nothing"
        message = f"`{path.name}` starts with {found}, not {wanted.hex(' ')}, so it is no file of {_KINDS[dims]}"
        raise Problem("data", message, help="fetch it again, or look whether two files were exchanged")
    header = 4 + 4 * dims
    sizes = [int.from_bytes(content[at : at + 4], "big") for at in range(4, header, 4)]
    if len(content) != header + prod(sizes):
        counted = "×".join(map(str, sizes))
        message = f"`{path.name}` has {max(len(content) - header, 0)} bytes of data, but {counted} are announced"
        raise Problem("data", message, help="the file is not whole: fetch it again")
    return torch.as_tensor(np.frombuffer(content, np.uint8, offset=header).reshape(sizes))


_KINDS = {1: "labels", 3: "images"}


def _content(path: Path) -> bytearray:
    content = path.read_bytes()
    if not content.startswith(_GZIP):
        return bytearray(content)
    try:
        return bytearray(gzip.decompress(content))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"`{path.name}` cannot be decompressed ({str(error).lower().rstrip('.')})"
        raise Problem("data", message, help="the file is not whole: fetch it again") from None
