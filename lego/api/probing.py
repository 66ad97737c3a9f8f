"""Nets that are looked at before they learn."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lego.api.loading import loaded
from lego.api.spec import Spec
from lego.api.training import chosen_recipe
from lego.train import Recipe, changed_recipe

if TYPE_CHECKING:
    from lightning import LightningDataModule

    from lego.train.data import Data
    from lego.train.probe import Probe


def probe(
    spec: Spec | str | Path,
    /,
    data: str | Data | LightningDataModule | None = None,
    recipe: Recipe | Mapping[str, Any] | str | Path | None = None,
    **changes: Any,
) -> Probe:
    """Run the first batch of a training forward and backward, and say what goes wrong.

    `probe.layers` has, for each layer with weights and each activation: mean and spread of the activations, dead units,
    norms of gradients, and the first step of the optimizer by the weights. `probe.verdicts` names gradients that vanish
    or explode, dead and saturated units and such as are all alike, each with the layer where it starts and what helps.

    Args:
        spec: A spec, or its path.
        data: As `train` takes it.
        recipe: As `train` takes it: seed, batch, loss, `l2` and optimizer are its.
        changes: Arguments in place of the recipe's: `batch_size=256`.

    Raises:
        SpecError: the spec is wrong, or the file of the recipe.
        Problem: the recipe is wrong; spec, recipe and data do not fit each other.
    """
    from lego.train.fit import Watch, data_of, prepared
    from lego.train.probe import probe

    found = loaded(spec)
    chosen = changed_recipe(chosen_recipe(found, recipe), changes)
    samples = data_of(data, found.graph, chosen)
    watch = Watch(warn=lambda text: warnings.warn(text, stacklevel=3))
    return probe(prepared(found.graph, chosen, samples, watch), samples)
