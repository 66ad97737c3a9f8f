"""What `lego build` leaves behind: a folder that is there as a whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import torch
from safetensors.torch import save_model
from torch import nn

from lego.diagnostics import Problem
from lego.emit.diagram import draw
from lego.emit.summary import summarize
from lego.emit.torch import Lowering, source
from lego.graph import Graph
from lego.runtime.build import build
from lego.runtime.weights import Given, Report, build_loaded

DTYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64}
"""The floating dtypes of a module, by name."""

PARTS = ("model.py", "model.safetensors", "diagram.svg", "summary.json", "spec.yaml", "include")
"""What a result is made of."""


def write_result(
    folder: Path,
    graph: Graph,
    documents: Mapping[str, str],
    *,
    seed: int | None = None,
    dtype: str | None = None,
    lowering: Lowering = "auto",
    weights: Given | None = None,
    report: Callable[[str], None] = lambda part: None,
) -> Report | None:
    """Build a graph and write all that belongs to it.

    Args:
        folder: Where to. An earlier result there is replaced once the new one is whole; anything else is refused.
        graph: A checked graph.
        documents: `spec.yaml` and what it includes: texts by relative path.
        seed: The same seed gives the same weights.
        dtype: Its floating dtype, one of `DTYPES`.
        lowering: How recurrents run.
        weights: What to load into the module.
        report: Called with the name of each part before it is written.

    Returns:
        What came of the weights, where there are any to load.

    Raises:
        Problem: `bad-value` where the folder holds something else; what `draw` and `build_loaded` raise.
    """
    _check_target(folder)
    with _replaced(folder) as new:
        report("model.py")
        _write(new / "model.py", source(graph, lowering))
        report("model.safetensors")
        module, loaded = _module(graph, weights, seed, DTYPES[dtype] if dtype else None, lowering)
        save_weights(module, new / "model.safetensors")
        report("diagram.svg")
        draw(graph, new / "diagram.svg")
        report("summary.json")
        _write(new / "summary.json", json.dumps(summarize(graph).to_json(), indent=2, ensure_ascii=False) + "\n")
        report("spec.yaml")
        for name, text in documents.items():
            _write(new / name, text)
    return loaded


def save_weights(module: nn.Module, path: Path) -> None:
    """Write a module's weights as safetensors; tied ones once."""
    save_model(module, str(path))
    path.chmod(0o644)  # safetensors lets its owner alone read it


def _module(
    graph: Graph, weights: Given | None, seed: int | None, dtype: torch.dtype | None, lowering: Lowering
) -> tuple[nn.Module, Report | None]:
    if weights is None:
        return build(graph, seed=seed, dtype=dtype, lowering=lowering), None
    return build_loaded(graph, weights, seed=seed, dtype=dtype, lowering=lowering)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _check_target(folder: Path) -> None:
    """Refuse to replace what no build has written."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Problem("bad-value", f"`{folder}` is a file, and the result is a folder", help="name another folder")
    others = sorted(one.name for one in folder.iterdir() if one.name not in PARTS)
    if others:
        listed = ", ".join(f"`{name}`" for name in others[:3]) + (", …" if len(others) > 3 else "")
        message = f"`{folder}` holds what no build has written: {listed}"
        raise Problem("bad-value", message, help="name a new folder, or one with an earlier result")


@contextmanager
def _replaced(folder: Path) -> Generator[Path]:
    """A new folder beside `folder` that takes its place when all has gone well, and is gone when not."""
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid4().hex[:8]
    new = folder.with_name(f".{folder.name}.{mark}.new")
    old = folder.with_name(f".{folder.name}.{mark}.old")
    new.mkdir()
    try:
        yield new
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
