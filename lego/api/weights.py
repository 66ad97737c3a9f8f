"""Weights from files into modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lego.api.loading import loaded
from lego.api.spec import Spec

if TYPE_CHECKING:
    import torch

    from lego.runtime import Given, Report

Weights = str | Path | Mapping[str, Any]
"""A file, a folder, the index of a sharded checkpoint, or tensors by name."""

Renames = Mapping[str, str] | Iterable[tuple[str, str]]
"""Regular expressions on names and what takes the place of what they match, in order."""


def load_weights(
    target: torch.nn.Module | Spec | str | Path, weights: Weights, /, *, strict: bool = True, map: Renames = ()
) -> Report:
    r"""Load weights into a module, or see what of them fits a spec.

    Files are told apart by what is in them: safetensors, and what torch.save writes, of which nothing but tensors is
    unpickled. A checkpoint with the state of a model in it is looked into. Values are converted to the module's dtypes.

    Args:
        target: The module, any; or a spec (or its path), of which nothing is built: the report says what would load.
        weights: A file, a folder, the index of a sharded checkpoint, or tensors by name.
        strict: Nothing may miss, be left over or differ in shape; else what fits is loaded.
        map: Regular expressions on the names of the checkpoint, in order, and what takes the place of what they match:
            `{r"^module\.": ""}`; `\1` is what a group matched.

    Returns:
        What was loaded, is missing, unexpected and mismatched; `str` tells it in a few lines.

    Raises:
        SpecError: `strict`, and the weights do not fit; the module stays as it was.
        Problem: the file or the map cannot be read.
    """
    from lego.runtime import compare_weights, load_weights

    given = given_weights(weights, strict, map)
    if isinstance(target, Spec | str | Path):
        return compare_weights(loaded(target).graph, given)
    return load_weights(target, given)


def given_weights(weights: Weights, strict: bool, map: Renames) -> Given:
    """What to load, and how, in one value."""
    from lego.runtime import Given

    rules = cast("Iterable[tuple[str, str]]", map.items() if isinstance(map, Mapping) else map)
    return Given(weights, strict, tuple(rules))
