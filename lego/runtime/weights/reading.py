"""Files of weights, told apart by what is in them: safetensors, PyTorch's, folders and indices of several.

Nothing but tensors is ever unpickled, and the tensors stay in the file, mapped, until they are copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError, safe_open

from lego.diagnostics import Problem
from lego.runtime.weights.checkpoint import Checkpoint, checkpoint_of

INDEX = ".index.json"
_LARGEST_INDEX = 64 * 2**20
_ZIP = b"PK\x03\x04"
_PICKLE = b"\x80"
_POINTER = b"version https://git-lfs"
_READ = "safetensors files, and what torch.save writes, are read"
_IN_FOLDERS = ("*.safetensors", "*.bin", "*.pt", "*.pth", "*.ckpt")
"""What is looked for in a folder, in this order."""


def read_weights(source: str | Path | Mapping[str, Any]) -> Checkpoint:
    """The tensors of a file, a folder, the index of a sharded checkpoint, or of a mapping.

    Raises:
        Problem: `not-found`, or `weights` where there are none to be read.
    """
    if isinstance(source, Mapping):
        return checkpoint_of(source, "<mapping>")
    path = Path(source)
    if not path.exists():
        raise Problem("not-found", f"there is no file `{source}`")
    if path.is_dir():
        path = _in_folder(path)
    return _read_index(path) if path.name.endswith(INDEX) else _read_file(path)


# -- one file ----------------------------------------------------------------------------------------------------------


def _read_file(path: Path) -> Checkpoint:
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith((_ZIP, _PICKLE)):
        return _read_torch(path, mapped=start.startswith(_ZIP))
    if start[8:9] == b"{":
        return _read_safetensors(path)
    raise _unreadable(path, start)


def _unreadable(path: Path, start: bytes) -> Problem:
    if not start:
        return Problem("weights", f"`{path}` is empty")
    if start.startswith(_POINTER):
        help = "fetch the file itself: git lfs pull"
        return Problem("weights", f"`{path}` is a pointer of Git LFS, in place of the file", help=help)
    return Problem("weights", f"`{path}` is no file of weights that lego knows", help=_READ)


def _read_safetensors(path: Path) -> Checkpoint:
    try:
        opened: Any = safe_open(path, framework="pt")
        with opened as file:
            tensors: dict[str, torch.Tensor] = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            named: dict[str, str] = file.metadata() or {}
    except SafetensorError as error:
        raise _damaged(path, error) from None
    aliases = {name: kept for name, kept in named.items() if kept in tensors and name not in tensors}
    return Checkpoint(str(path), tensors, aliases)


def _read_torch(path: Path, mapped: bool) -> Checkpoint:
    try:
        value: object = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except Exception as error:  # a file can be damaged, or hold what is refused, in many ways
        raise _refused(path, error) if "weights_only" in str(error) else _damaged(path, error) from None
    return checkpoint_of(value, str(path))


def _refused(path: Path, error: Exception) -> Problem:
    """What torch will not unpickle: objects are code, and may do anything when they are made."""
    named = re.search(r"GLOBAL ([\w.]+)", str(error))
    what = (
        f"{named[1]}, a Python object" if named else "TorchScript" if "TorchScript" in str(error) else "Python objects"
    )
    message = f"`{path}` holds {what}, and nothing but tensors is read"
    help = "where you trust it, save its tensors alone: torch.save(module.state_dict(), …)"
    return Problem("weights", message, help=help)


def _damaged(path: Path, error: Exception) -> Problem:
    reason = re.split(r"\.\s|\n", str(error).strip())[0] or type(error).__name__
    return Problem("weights", f"`{path}` cannot be read: {reason}", help="is it whole? fetch or write it again")


# -- several files -----------------------------------------------------------------------------------------------------


def _in_folder(folder: Path) -> Path:
    """The one checkpoint of a folder: an index, or a file.

    Raises:
        Problem: there is none, or more than one.
    """
    for pattern in (f"*.safetensors{INDEX}", f"*{INDEX}", *_IN_FOLDERS):
        found = sorted(folder.glob(pattern))
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(f"`{path.name}`" for path in found[:4]) + (", …" if len(found) > 4 else "")
            raise Problem("weights", f"`{folder}` holds several files of weights: {listed}", help="name one of them")
    raise Problem("not-found", f"`{folder}` holds no file of weights", help=_READ)


def _read_index(path: Path) -> Checkpoint:
    """A checkpoint of several files beside their index, which says where each tensor is."""
    places = _weight_map(path)
    shards = {name: _read_file(_shard(path, name)) for name in dict.fromkeys(places.values())}
    absent = [key for key, name in places.items() if key not in shards[name].tensors]
    if absent:
        message = f"`{path}` says that `{absent[0]}` is in `{places[absent[0]]}`, where it is not"
        raise Problem("weights", message, help="fetch the files of one version together")
    tensors = {key: shards[name].tensors[key] for key, name in places.items()}
    aliases = {alias: kept for shard in shards.values() for alias, kept in shard.aliases.items() if alias not in places}
    return Checkpoint(str(path), tensors, aliases)


def _weight_map(path: Path) -> dict[str, str]:
    if path.stat().st_size > _LARGEST_INDEX:
        raise Problem("limit", f"`{path}` is larger than an index may be: {_LARGEST_INDEX} bytes")
    try:
        index: Any = json.loads(path.read_text(encoding="utf-8"))
        places: Any = index["weight_map"]
        entries = cast("dict[Any, Any]", places).items()
        return {_text(key): _text(name) for key, name in entries}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = f"`{path}` is no index of a checkpoint"
        raise Problem(
            "weights", message, help='an index is {"weight_map": {"fc.weight": "model-1.safetensors"}}'
        ) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _shard(index: Path, name: str) -> Path:
    """A file beside the index, and nowhere else."""
    if Path(name).name != name or "\\" in name or name in ("", ".."):
        raise Problem("weights", f"`{index}` names `{name}`, and the files of an index stand beside it")
    path = index.with_name(name)
    if not path.is_file():
        raise Problem("not-found", f"`{index}` names `{name}`, which is not there", help="fetch all files of the index")
    return path
