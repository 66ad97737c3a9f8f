"""NumPy's archives of arrays."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lego.diagnostics import Note, Problem
from lego.train.data.answer import numbered
from lego.train.data.files import existing_file
from lego.train.data.fitting import Part, Source, fit
from lego.train.data.inputs import matched
from lego.train.data.samples import Data
from lego.train.data.wanted import Wanted

_TARGETS = ("target", "y", "labels")
_TRAINING, _TEST = "_train", "_test"
_TEXTS = "US"

Arrays = Mapping[str, "np.ndarray[Any, Any]"]


def npz(where: str, wanted: Wanted) -> Data:
    """A file of `numpy.savez`: arrays by the names of the inputs (or `x`), and `target`, `y` or `labels`.

    Names that end in `_train` and `_test`, as in Keras' files, give a training and a test part.
    """
    source = f"npz:{where}"
    arrays = _read(where)
    training, test = _ending(arrays, _TRAINING), _ending(arrays, _TEST)
    first, classes = _part(training or arrays, wanted, wanted.classes, source)
    second, _ = _part(test, wanted, classes or wanted.classes, source) if training and test else (None, None)
    return fit(Source(source, first, None, second, classes), wanted)


def _read(where: str) -> Arrays:
    path = existing_file(where)
    try:
        with path.open("rb") as file:
            found: Any = np.load(file, allow_pickle=False)
            if not isinstance(found, np.ndarray):
                return {name: found[name] for name in found.files}
    except (ValueError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        cause = str(error).splitlines()[0].rstrip(".") if str(error) else "it is empty"
        help = "write arrays of numbers or text with numpy.savez; objects are not read, since they may be programs"
        raise Problem("data", f"`{path.name}` cannot be read as an archive of arrays: {cause}", help=help) from None
    raise Problem("data", f"`{path.name}` is one array, not an archive of them", help="write it with numpy.savez")


def _ending(arrays: Arrays, ending: str) -> Arrays:
    return {name.removesuffix(ending): array for name, array in arrays.items() if name.endswith(ending)}


def _part(
    arrays: Arrays, wanted: Wanted, classes: tuple[str, ...] | None, source: str
) -> tuple[Part, tuple[str, ...] | None]:
    """The samples, and names of classes where these are written as text."""
    key = _target(arrays, wanted, source)
    chosen = matched(
        {name: one for name, one in arrays.items() if name != key or name in wanted.inputs}, wanted, source
    )
    inputs = {name: _tensor(array, name, source) for name, array in chosen.items()}
    if key is None:
        return Part(inputs, None), None
    if arrays[key].dtype.kind in _TEXTS:
        target, names = numbered(list(map(str, arrays[key].ravel().tolist())), classes, source)
        return Part(inputs, target), names
    return Part(inputs, _tensor(arrays[key], key, source)), None


def _target(arrays: Arrays, wanted: Wanted, source: str) -> str | None:
    if wanted.target is None or not wanted.labelled:
        candidates = [*([wanted.target] if wanted.target else []), *_TARGETS]
        return next((name for name in candidates if name in arrays), None)
    if wanted.target in arrays:
        return wanted.target
    has = Note("has", ", ".join(arrays) or "no arrays")
    raise Problem("data", f"{source} has no array `{wanted.target}`, which is to be learned", notes=[has])


def _tensor(array: np.ndarray[Any, Any], name: str, source: str) -> Tensor:
    if array.dtype.kind not in "buifc" or array.ndim == 0:
        kind = "one number" if array.dtype.kind in "buifc" else "text" if array.dtype.kind in _TEXTS else array.dtype
        raise Problem("data", f"the array `{name}` of {source} is {kind}, where numbers are needed, one row a sample")
    native = array.astype(array.dtype.newbyteorder("="), copy=False)
    widened = native.astype(np.int64) if native.dtype.kind == "u" and native.dtype.itemsize > 1 else native
    return torch.as_tensor(np.ascontiguousarray(widened))
