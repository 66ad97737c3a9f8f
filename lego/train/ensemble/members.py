"""The members of an ensemble: what tells each from the others."""

from __future__ import annotations

import torch
from torch import Tensor

from lego.diagnostics import Problem
from lego.spec.recipe import Ensemble, Recipe
from lego.train.data import Samples, mixed

_DRAWN = 1_000_000
"""Numbers for seeds of data, past all those of members."""


def recipes_of(recipe: Recipe, ensemble: Ensemble) -> tuple[Recipe, ...]:
    """The recipe of each member: the same with a seed of its own, which its start, batches and dropout come from."""
    seeds = (mixed(recipe.seed, member) for member in range(ensemble.members))
    return tuple(recipe.model_copy(update={"seed": seed, "ensemble": None}) for seed in seeds)


def parts_of(samples: Samples, ensemble: Ensemble, seed: int) -> Tensor:
    """The numbers of the samples that each member learns from, [members, n]; the same for the same seed.

    All for `same`; as many as there are, drawn with repetition, for `bootstrap`; for `disjoint` equal parts, each with
    its share of every class, where as many samples are left over as the division leaves.

    Raises:
        Problem: there are fewer samples than members, and the parts are to be disjoint.
    """
    count, members = len(samples), ensemble.members
    generator = torch.Generator().manual_seed(mixed(seed, _DRAWN))
    if ensemble.data == "same":
        return torch.arange(count).expand(members, count)
    if ensemble.data == "bootstrap":
        return torch.randint(count, (members, count), generator=generator)
    if count < members:
        message = f"{members} members cannot learn from disjoint parts of {count} samples"
        raise Problem("data", message, help="let them learn from the `same` data, or from a `bootstrap` of it")
    order = torch.randperm(count, generator=generator)
    if samples.target.dim() == 1 and not samples.target.is_floating_point():
        order = order[torch.argsort(samples.target[order], stable=True)]
    return order[: count // members * members].view(-1, members).t()
