"""Weights of a checkpoint into a module: compared first, then copied tensor by tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from lego.catalogue import Stored
from lego.diagnostics import SpecError
from lego.emit.torch import Lowering
from lego.graph import Graph, place_of
from lego.runtime.build import build
from lego.runtime.dry_run import dtype_name
from lego.runtime.weights.complaints import Places, complaints
from lego.runtime.weights.matching import Matching, Mismatch, match
from lego.runtime.weights.moved import find_moves
from lego.runtime.weights.reading import read_weights
from lego.runtime.weights.renaming import Rename, Renames, read_renames, renamed, unused
from lego.runtime.weights.report import Report
from lego.runtime.weights.uninitialised import Uninitialised, may_stay_uninitialised


@dataclass(frozen=True, slots=True)
class Given:
    """What to load, and how.

    Attributes:
        source: A file, a folder, the index of a sharded checkpoint, or tensors by name.
        strict: Nothing may miss, be left over or differ in shape.
        map: Regular expressions on the names of the checkpoint, and what takes the place of what they match.
    """

    source: str | Path | Mapping[str, Any]
    strict: bool = True
    map: Renames = ()


def load_weights(module: nn.Module, given: Given) -> Report:
    """Copy what a checkpoint has for a module into it, in the module's dtype and on its device.

    Raises:
        Problem: the checkpoint or the map cannot be read.
        SpecError: it does not fit, and `strict` is asked for; the module stays as it was.
    """
    plan = _plan(module, given)
    _check(plan.report, given, None)
    _fill(module, plan)
    return plan.report


def compare_weights(graph: Graph, given: Given) -> Report:
    """What `build_loaded` would load; nothing is built. Raises what that raises."""
    report = _plan(_skeleton(graph, None, "auto"), given).report
    _check(report, given, graph)
    return report


def build_loaded(
    graph: Graph,
    given: Given,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    seed: int | None = None,
    lowering: Lowering = "auto",
) -> tuple[nn.Module, Report]:
    """The module of a graph with weights of a checkpoint; see `build` for the arguments and `load_weights` for errors.

    Where all is loaded, weights are not initialised first. Else what is not loaded is what `build` with the same seed
    gives.
    """
    module = _skeleton(graph, dtype, lowering)
    plan = _plan(module, given)
    _check(plan.report, given, graph)
    with Uninitialised() if plan.whole and may_stay_uninitialised(module) else nullcontext():
        module = build(graph, device=device, dtype=dtype, seed=seed, lowering=lowering)
    _fill(module, plan)
    return module, plan.report


def _skeleton(graph: Graph, dtype: torch.dtype | None, lowering: Lowering) -> nn.Module:
    """The module on the meta device; the seed keeps the global generator as it is."""
    return build(graph, device="meta", dtype=dtype, seed=0, lowering=lowering)


def _check(report: Report, given: Given, graph: Graph | None) -> None:
    places: Places | None = None if graph is None else partial(place_of, graph)
    if given.strict and not report.complete:
        raise SpecError(complaints(report, places))


# -- what goes where ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """The tensors for a module by its keys, what is told of them, and whether every key has one."""

    tensors: dict[str, torch.Tensor]
    report: Report
    whole: bool


def _plan(module: nn.Module, given: Given) -> _Plan:
    checkpoint = read_weights(given.source)
    rules = read_renames(given.map)
    aliases = _by_name(checkpoint.aliases, rules, lambda key: checkpoint.tensors[checkpoint.aliases[key]])
    tensors = aliases | _by_name(checkpoint.tensors, rules, checkpoint.tensors.__getitem__)
    state = {key: one for key, one in module.state_dict(keep_vars=True).items() if isinstance(one, torch.Tensor)}
    expected, groups = _stored(state), {key: id(one) for key, one in state.items()}
    found = match(expected, _stored(tensors), groups, {*_counters(module)}, aliases)
    found = _without_rivals(found, tensors, groups)
    absent = {key: expected[key] for key in expected.keys() - found.mismatched.keys() - {*found.loaded}}
    report = Report(
        file=checkpoint.name,
        loaded=found.loaded,
        missing=found.missing,
        unexpected=found.unexpected,
        mismatched=found.mismatched,
        moves=find_moves(absent, found.unexpected),
        inside=checkpoint.inside,
        unused=tuple(map(str, unused(checkpoint.tensors, rules))),
    )
    return _Plan({key: tensors[key] for key in found.given}, report, len(found.loaded) == len(state))


def _by_name(
    keys: Iterable[str], rules: Iterable[Rename], tensor: Callable[[str], torch.Tensor]
) -> dict[str, torch.Tensor]:
    return {name: tensor(key) for name, key in renamed(keys, rules).items()}


def _stored(tensors: Mapping[str, torch.Tensor]) -> dict[str, Stored]:
    return {key: Stored(tuple(one.shape), dtype_name(one.dtype)) for key, one in tensors.items()}


def _counters(module: nn.Module) -> Iterator[str]:
    """The counters of batches, which torch itself does not miss: they came with torch 0.4.1."""
    for path, one in cast("Iterator[tuple[str, nn.Module]]", module.named_modules(remove_duplicate=False)):
        if isinstance(one, nn.modules.batchnorm._NormBase):  # pyright: ignore[reportPrivateUsage]
            yield f"{path}.num_batches_tracked" if path else "num_batches_tracked"


def _without_rivals(found: Matching, tensors: Mapping[str, torch.Tensor], groups: Mapping[str, int]) -> Matching:
    """Keys of one tensor are to have one value: a second that differs from the first does not fit."""
    first: dict[int, str] = {}
    rivals: dict[str, Mismatch] = {}
    for key in found.given:
        other = first.setdefault(groups[key], key)
        if other != key and not torch.equal(tensors[key], tensors[other]):
            [stored] = _stored({key: tensors[key]}).values()
            rivals[key] = Mismatch(stored, stored, f"tied to `{other}`, which has other values there")
    if not rivals:
        return found
    given = tuple(key for key in found.given if key not in rivals)
    return replace(found, given=given, mismatched=found.mismatched | rivals)


def _fill(module: nn.Module, plan: _Plan) -> None:
    if not any(one.is_meta for one in module.state_dict().values() if isinstance(one, torch.Tensor)):
        module.load_state_dict(plan.tensors, strict=False)
