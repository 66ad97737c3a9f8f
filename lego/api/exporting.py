"""Specs as files that other tools run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lego.api.loading import loaded
from lego.api.spec import Spec
from lego.api.weights import Renames, Weights, given_weights
from lego.diagnostics import Problem, SpecError

if TYPE_CHECKING:
    import torch

    from lego.runtime.exporting import Exported


def export(
    spec: Spec | str | Path,
    path: str | Path,
    /,
    *,
    weights: torch.nn.Module | Weights | None = None,
    map: Renames = (),
    seed: int | None = None,
    opset: int | None = None,
    **params: Any,
) -> Exported:
    """Write a spec as `.onnx`, as `.pt2` (torch.export) or as `.py` (its source), in evaluation mode.

    Every symbol of the spec stays open: the file takes inputs of all sizes that the spec takes, or says from which on.
    It has been run at two of them and gave what the module gives (ONNX in onnxruntime, where that is installed).

    Args:
        spec: A spec, or the path of one.
        path: The file, whose ending says the format. An older one is replaced once the new one is whole; ONNX puts
            weights of more than 2 GB beside it.
        weights: What its weights are, instead of new ones: a module, a file, or what else `load_weights` takes.
        map: Renames the weights; see `load_weights`.
        seed: The same seed gives the same weights, where none are given.
        opset: The version of ONNX's operators; torch's choice if None.
        params: Values for the document's parameters, where `spec` is a path.

    Returns:
        The file, the least value of each symbol that it takes, and the sizes at which it was compared.

    Raises:
        SpecError: the spec is wrong, the weights do not fit, or (`not-exportable`) the format cannot express a node.
        Problem: there is no such format or opset, or the packages that write it are missing.
    """
    from lego.runtime.exporting import export

    if params and isinstance(spec, Spec):
        raise TypeError("a Spec has its parameters already: give them to lego.load, or export from the path")
    found = loaded(spec, **params)
    given = None if weights is None else given_weights(_tensors(weights), strict=True, map=map)
    try:
        return export(found.graph, Path(path), weights=given, seed=seed, opset=opset)
    except Problem as problem:
        if problem.code != "not-exportable":
            raise
        raise SpecError([problem.at(found.input_span(""))]) from None


def _tensors(weights: torch.nn.Module | Weights) -> Weights:
    return weights if isinstance(weights, str | Path | Mapping) else weights.state_dict()
