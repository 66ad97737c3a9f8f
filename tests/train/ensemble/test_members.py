"""What tells members apart: their seeds, and what they learn from."""

from __future__ import annotations

import pytest
import torch

from lego.diagnostics import Problem
from lego.spec.recipe import Ensemble, Recipe
from lego.train.data import Batches
from lego.train.ensemble import parts_of, recipes_of
from lego.train.ensemble.feed import LockstepBatches
from tests.train.ensemble.nets import samples


def test_seeds() -> None:
    recipes = recipes_of(Recipe(seed=3), Ensemble(members=5))
    assert len({one.seed for one in recipes}) == 5
    assert all(one.ensemble is None for one in recipes)
    assert recipes == recipes_of(Recipe(seed=3), Ensemble(members=5))


def test_parts() -> None:
    given = samples(103)
    same, bootstrap, disjoint = (
        parts_of(given, Ensemble(members=4, data=data), 0)  # type: ignore[arg-type]
        for data in ("same", "bootstrap", "disjoint")
    )
    assert same.tolist() == [list(range(103))] * 4
    assert bootstrap.shape == (4, 103)
    assert all(len(set(part)) < 103 for part in bootstrap.tolist())
    assert disjoint.shape == (4, 25)
    assert len(set(disjoint.flatten().tolist())) == 100
    for number in range(4):  # each class is spread evenly
        counts = [int((given.target[part] == number).sum()) for part in disjoint]
        assert max(counts) - min(counts) <= 1
    assert torch.equal(bootstrap, parts_of(given, Ensemble(members=4, data="bootstrap"), 0))
    assert not torch.equal(bootstrap, parts_of(given, Ensemble(members=4, data="bootstrap"), 1))


def test_too_few_for_disjoint_parts() -> None:
    with pytest.raises(Problem, match="3 members cannot learn from disjoint parts of 2 samples"):
        parts_of(samples(2), Ensemble(members=3, data="disjoint"), 0)


def test_lockstep_is_the_order_of_each() -> None:
    given, parts = samples(41), parts_of(samples(41), Ensemble(members=3, data="bootstrap"), 0)
    together = LockstepBatches(given, parts, 8, (5, 6, 7))
    alone = [Batches(given.subset(part), 8, seed=seed) for part, seed in zip(parts, (5, 6, 7), strict=True)]
    for _ in range(2):
        for (inputs, target), *each in zip(together, *alone, strict=True):
            for member, (own, expected) in enumerate(each):
                assert torch.equal(inputs["x"][member], own["x"])
                assert torch.equal(target[member], expected)
