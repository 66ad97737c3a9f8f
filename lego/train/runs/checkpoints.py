"""Checkpoints as safetensors, the state of loops, optimiser and schedule as JSON in their header."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from lego.diagnostics import Problem
from lego.train.engine import plugins
from lego.train.runs.flat import flattened, restored

_KEY = "state"


def write_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state; the older file is there until the new one is whole, also if the process is killed."""
    tensors, plain = flattened(state)
    write_whole(path, save(tensors, {_KEY: json.dumps(plain)}))


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The state that `write_checkpoint` was given; its tensors on the CPU.

    Raises:
        Problem: there is no such file, or it is no checkpoint.
    """
    try:
        opening: Any = safe_open  # it says nothing of its types
        with opening(path, "pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            plain = json.loads(metadata[_KEY])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except FileNotFoundError:
        raise Problem("not-found", f"there is no file `{path}`") from None
    except (SafetensorError, KeyError, ValueError, OSError):
        raise Problem("weights", f"`{path}` is no checkpoint of a training") from None
    return restored(tensors, plain)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name, and give it its own when it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{uuid4().hex[:8]}.new")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


class SafetensorsIO(plugins.CheckpointIO):
    """Lightning's checkpoints in that form."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        write_checkpoint(Path(path), checkpoint)

    def load_checkpoint(self, path: Any, map_location: Any = None, weights_only: bool | None = None) -> dict[str, Any]:
        return read_checkpoint(Path(path))

    def remove_checkpoint(self, path: Any) -> None:
        Path(path).unlink(missing_ok=True)
