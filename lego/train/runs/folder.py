"""The folder of a run: what is in it, and when it is written.

At the start `spec.yaml` (with `include/`), `recipe.yaml`, `run.json` and `model.py`; after each epoch `metrics.csv` and
`checkpoints/last.safetensors`; at the end `model.safetensors`, `curves.svg` and `report.html`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from torch import nn

from lego.diagnostics import Problem
from lego.emit.torch import source
from lego.graph import Graph
from lego.runtime import save_weights
from lego.spec.recipe import Recipe, load_recipe, recipe_yaml
from lego.train.runs.checkpoints import write_whole

SPEC, RECIPE, ABOUT, METRICS, WEIGHTS = "spec.yaml", "recipe.yaml", "run.json", "metrics.csv", "model.safetensors"


class About(NamedTuple):
    """What run.json says.

    Attributes:
        data: The source, and what was done to its samples.
        classes: Names of the classes; None where numbers are learned, or classes have none.
        objective: What is learned.
        finished: All epochs are done, or the training stopped early.
    """

    data: str
    classes: tuple[str, ...] | None
    objective: Mapping[str, Any]
    finished: bool = False


def start(folder: Path, documents: Mapping[str, str], graph: Graph, recipe: Recipe, about: About) -> None:
    """Write what is known before the first step.

    Raises:
        Problem: there is something in the folder.
    """
    need_free(folder)
    for name, text in documents.items():
        _write(folder / name, text)
    _write(folder / "model.py", source(graph))
    settle(folder, recipe, about)


def need_free(folder: Path) -> None:
    """Refuse a folder with something in it.

    Raises:
        Problem: there is.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if is_run(folder):
            raise Problem("bad-value", f"`{folder}` holds a run already", help="go on with it: --resume")
        raise Problem("bad-value", f"`{folder}` is there already, and is no run", help="name a new folder")


def settle(folder: Path, recipe: Recipe, about: About) -> None:
    """Write the recipe, and what is known of the run."""
    _write(folder / RECIPE, recipe_yaml(recipe))
    _write(folder / ABOUT, json.dumps(about._asdict(), indent=2, ensure_ascii=False) + "\n")


def is_run(folder: Path) -> bool:
    """Whether a training was begun there."""
    return all((folder / name).is_file() for name in (SPEC, RECIPE, ABOUT))


def need_run(folder: Path) -> None:
    """Refuse a folder without a run.

    Raises:
        Problem: there is none.
    """
    if not is_run(folder):
        message = f"`{folder}` is no run: it has no {SPEC}, {RECIPE} and {ABOUT}"
        raise Problem("not-found", message, help="name the folder that `lego train -o` was given")


def recipe_of(folder: Path) -> Recipe:
    """The recipe of a run."""
    return load_recipe(folder / RECIPE)


def about(folder: Path) -> About:
    """What is known of a run."""
    found: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    classes = found["classes"]
    known = None if classes is None else tuple(map(str, classes))
    return About(found["data"], known, found["objective"], found["finished"])


def save_module(folder: Path, module: nn.Module) -> None:
    """Write the weights of a run; older ones are there until these are whole."""
    new = folder / f".{WEIGHTS}.new"
    try:
        save_weights(module, new)
        new.replace(folder / WEIGHTS)
    finally:
        new.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    write_whole(path, text.encode("utf-8"))
