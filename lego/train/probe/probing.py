"""One batch through a net and back, as the first step of a training does it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from math import hypot
from typing import Any

import torch
from torch import Tensor, nn

from lego.spec.recipe import GradientClipping
from lego.train.data import Data, mixed, order_of
from lego.train.fit import Run, optimizer, parted, penalised, penalty, ports_of
from lego.train.probe.places import Place, places
from lego.train.probe.reading import Probe, Reading
from lego.train.probe.tally import Tally, norm


def probe(run: Run, data: Data) -> Probe:
    """What a net does with the first batch of its training, and what the first step would do to it.

    Layers that are drawn (dropout) and norms work as in training. Weights, norms and the global generators of random
    numbers are afterwards as they were.

    Args:
        run: What `lego.train.fit.prepared` gave, or what has learned already.
        data: What is learned.
    """
    batch = _first_batch(run, data)
    found = {one: Tally(one) for one in places(run.graph)}
    with ExitStack() as stack:
        stack.enter_context(torch.random.fork_rng())  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        stack.enter_context(_untouched(run.module))
        torch.manual_seed(mixed(run.recipe.seed, 0))  # pyright: ignore[reportUnknownMemberType]
        loss = _back_and_forth(run, batch, found.values())
        own = {one: _own(run.module, one.path) for one in found}
        weights = {one: [each for each in mine if each.dim() > 1] or mine for one, mine in own.items()}
        gradients = {one: _joint_norm(_gradients(mine)) for one, mine in weights.items()}
        stuck = {one: tally.alike and _all_alike(one, own[one]) for one, tally in found.items()}
        steps = _steps(run, weights)
    readings = [
        Reading(
            one.path,
            one.kind,
            tally.mean,
            tally.spread,
            tally.dead,
            tally.saturated,
            tally.gradient,
            gradients[one],
            steps[one],
            tally.alike,
            stuck[one],
        )
        for one, tally in found.items()
    ]
    return Probe(run.graph.name, data.name, len(batch[1]), loss, tuple(readings))


def _first_batch(run: Run, data: Data) -> tuple[dict[str, Tensor], Tensor]:
    training, _ = parted(data, run.recipe)
    return training[order_of(len(training), run.recipe.seed, 0)[: run.recipe.batch_size]]


def _back_and_forth(run: Run, batch: tuple[dict[str, Tensor], Tensor], tallies: Iterable[Tally]) -> float:
    """Run the batch, and leave its gradients with the weights."""
    inputs, target = batch
    run.module.train()
    with _watched(run.module, tallies):
        output = ports_of(run.graph).answer_of(run.module, inputs)
    loss = run.objective.loss(output, target)
    learned = penalised(run.recipe.l2, run.module)
    whole = loss if run.recipe.l2 is None or not learned else loss + penalty(run.recipe.l2.strength, learned)
    whole.backward()  # pyright: ignore[reportUnknownMemberType]
    return loss.item()


@contextmanager
def _watched(module: nn.Module, tallies: Iterable[Tally]) -> Generator[None]:
    """Tallies look on while the module runs; not while a checkpoint runs a part of it again."""
    modules: dict[str, nn.Module] = dict(module.named_modules())  # pyright: ignore[reportUnknownArgumentType]
    with ExitStack() as stack:
        for tally in tallies:
            if tally.place.path in modules:
                hook = modules[tally.place.path].register_forward_hook(_looking(tally))
                stack.callback(hook.remove)
        yield


def _looking(tally: Tally) -> Callable[[nn.Module, Any, Any], None]:
    def look(module: nn.Module, inputs: Any, output: Any) -> None:
        first = output[0] if isinstance(output, tuple) else output  # pyright: ignore[reportUnknownVariableType]
        if isinstance(first, Tensor):
            tally.look(first)

    return look


@contextmanager
def _untouched(module: nn.Module) -> Generator[None]:
    """Whatever is done to the module, it is afterwards as it was."""
    state = {key: value.clone() for key, value in module.state_dict().items()}
    modes = [(part, part.training) for part in module.modules()]
    module.zero_grad()
    try:
        yield
    finally:
        module.zero_grad()
        module.load_state_dict(state)
        for part, training in modes:
            part.training = training


# -- weights -----------------------------------------------------------------------------------------------------------


def _own(module: nn.Module, path: str) -> list[Tensor]:
    """The parameters of a layer that learn."""
    every = module.named_parameters(remove_duplicate=False)
    return [one for key, one in every if one.requires_grad and (key == path or key.startswith(f"{path}."))]


def _gradients(weights: list[Tensor]) -> list[Tensor]:
    return [one.grad for one in weights if one.grad is not None]


def _joint_norm(tensors: list[Tensor]) -> float | None:
    return hypot(*map(norm, tensors)) if tensors else None


def _all_alike(place: Place, own: list[Tensor]) -> bool:
    """Whether the units of a layer that adds up its inputs get one gradient, all of them."""
    if place.family not in ("linear", "convolution"):
        return False
    dim = 1 if place.kind.startswith("ConvTranspose") else 0
    units = [_by_unit(one, dim) for one in _gradients(own)]
    return bool(units) and all(torch.allclose(one, one[:1].expand_as(one), rtol=1e-4, atol=0) for one in units)


def _by_unit(gradient: Tensor, dim: int) -> Tensor:
    return gradient.movedim(dim, 0).flatten(1) if gradient.dim() > 1 else gradient[:, None]


def _steps(run: Run, weights: Mapping[Place, list[Tensor]]) -> dict[Place, float | None]:
    """Take the optimizer's first step; how far it goes, by the norm of the weights."""
    before = {one: [weight.detach().clone() for weight in mine] for one, mine in weights.items()}
    _clip(run.module, run.recipe.gradient_clipping)
    optimizer(run.recipe, run.module).step()
    return {one: _ratio(before[one], mine) for one, mine in weights.items()}


def _clip(module: nn.Module, clipping: GradientClipping | None) -> None:
    if clipping is not None and clipping.norm is not None:
        nn.utils.clip_grad_norm_(module.parameters(), clipping.norm)
    elif clipping is not None and clipping.value is not None:
        nn.utils.clip_grad_value_(module.parameters(), clipping.value)


def _ratio(before: list[Tensor], after: list[Tensor]) -> float | None:
    moved = _joint_norm([new.detach() - old for old, new in zip(before, after, strict=True)])
    size = _joint_norm(before)
    if moved is None or size is None:
        return None
    return moved / size if size else (float("inf") if moved else 0.0)
