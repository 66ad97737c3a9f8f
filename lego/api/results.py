"""What comes out of a spec; each verb takes a spec or the path of one, and reaches for its floor when it is called."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lego.api.loading import loaded
from lego.api.spec import Spec
from lego.api.weights import Renames, Weights, given_weights
from lego.diagnostics import Diagnostic, Problem, SpecError

if TYPE_CHECKING:
    import torch

    from lego.emit.summary import Summary
    from lego.emit.torch import Lowering


def summary(spec: Spec | str | Path, /, **sizes: Sequence[int | str]) -> Summary:
    """Parameters, multiply-accumulates and activations, in all and node by node.

    Args:
        spec: A spec, or its path.
        sizes: Shapes of inputs by name, `image=[1, 3, 224, 224]`; what they leave open stays symbolic.

    Raises:
        SpecError: a shape does not fit its input.
    """
    from lego.emit.summary import summarize

    spec = loaded(spec)
    return summarize(spec.graph, bound(spec, sizes))


def bound(spec: Spec, sizes: Mapping[str, Sequence[int | str]]) -> dict[str, Any]:
    """What the symbols are, given the shapes of inputs.

    Raises:
        SpecError: a shape does not fit its input.
    """
    from lego.emit.summary import bind_input, check_requirements

    bindings: dict[str, Any] = {}
    found: list[Diagnostic] = []
    for name, shape in sizes.items():
        try:
            bindings = bind_input(spec.graph, name, shape, bindings)
        except Problem as problem:
            found.append(problem.at(spec.input_span(name)))
    values = {name: binding.size for name, binding in bindings.items()}
    if not found:
        try:
            check_requirements(spec.graph, values)
        except Problem as problem:
            found.append(problem.at(spec.input_span(next(iter(sizes), ""))))
    if found:
        raise SpecError(found)
    return values


def source(spec: Spec | str | Path, /, *, lowering: Lowering = "auto") -> str:
    """The Python source that `build` runs: readable, and dependent on torch alone.

    Args:
        spec: A spec, or its path.
        lowering: How the recurrents run: `auto` (torch's kernel where there is one, else a loop of what cannot leave
            it; a scan under torch.compile and torch.export), or always as `recognised`, `hoisted`, `loop` or `scan`.

    Raises:
        Problem: `recognised`, and torch has no kernel for a cell.
    """
    from lego.emit.torch import source

    return source(loaded(spec).graph, lowering)


def draw(spec: Spec | str | Path, path: str | Path, /, **options: Any) -> None:
    """Draw a diagram; the ending of `path` says its format. For the options see `lego.emit.diagram.draw`.

    Raises:
        Problem: the format is unknown, or nothing on this machine can draw it.
    """
    from lego.emit.diagram import draw

    draw(loaded(spec).graph, path, **options)


def build(
    spec: Spec | str | Path,
    /,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    seed: int | None = None,
    lowering: Lowering = "auto",
    weights: Weights | None = None,
    strict: bool = True,
    map: Renames = (),
    **params: Any,
) -> torch.nn.Module:
    """The `torch.nn.Module` of a spec.

    Args:
        spec: A spec, or the path of one.
        device: Where its weights are made; `meta` makes none.
        dtype: Its floating dtype.
        seed: The same seed gives the same weights, and the global generator stays as it was.
        lowering: How the recurrents run; see `source`.
        weights: What its weights are, instead of new ones: a file, or what else `load_weights` takes.
        strict: All of them must fit; else what fits is loaded, and a warning reports the rest.
        map: Renames the weights; see `load_weights`.
        params: Values for the document's parameters, where `spec` is a path.

    Raises:
        SpecError: the spec is wrong, or the weights do not fit.
        Problem: `lowering` is `recognised`, and torch has no kernel for a cell; the weights cannot be read.
    """
    from lego.runtime import build, build_loaded

    if params and isinstance(spec, Spec):
        raise TypeError("a Spec has its parameters already: give them to lego.load, or build from the path")
    graph = loaded(spec, **params).graph
    if weights is None:
        if map or not strict:
            raise TypeError("strict and map say how weights are loaded: give weights too")
        return build(graph, device=device, dtype=dtype, seed=seed, lowering=lowering)
    given = given_weights(weights, strict, map)
    module, report = build_loaded(graph, given, device=device, dtype=dtype, seed=seed, lowering=lowering)
    if not report.complete:
        warnings.warn(str(report), stacklevel=2)
    return module
