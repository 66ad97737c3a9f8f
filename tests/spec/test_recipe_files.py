"""Recipes in files of their own, and changed ones."""

from __future__ import annotations

import pytest

from lego.diagnostics import Problem, SpecError
from lego.spec.recipe import Recipe, changed_recipe, load_recipe, recipe_yaml

CHANGES = {
    "data": "csv:a b.csv",
    "loss": {"CrossEntropyLoss": {"label_smoothing": 0.1}},
    "optimizer": {"SGD": {"lr": 0.1, "momentum": 0.9}},
    "schedule": {"MultiStepLR": [3, 5]},
    "l2": {"strength": 1e-4, "of": ["head.*"]},
    "early_stopping": 4,
    "gradient_clipping": 1.0,
    "class_weights": [1.0, 2.5],
    "ensemble": {"members": 3, "combine": "vote"},
    "pretrain": {"dbn": {"epochs": 3}},
}


@pytest.mark.parametrize("changes", [{}, CHANGES])
def test_what_is_written_is_read(tmp_path, changes):
    recipe = changed_recipe(Recipe(), changes)
    path = tmp_path / "recipe.yaml"
    path.write_text(recipe_yaml(recipe))
    assert load_recipe(path) == recipe
    assert "batch_size: 100" in path.read_text()


def test_changes_leave_the_rest():
    recipe = changed_recipe(changed_recipe(Recipe(), CHANGES), {"epochs": 3, "l2": None})
    assert (recipe.epochs, recipe.l2, recipe.early_stopping.patience) == (3, None, 4)


def test_mistakes(tmp_path):
    with pytest.raises(Problem, match="epochs must be a positive integer, found 0"):
        changed_recipe(Recipe(), {"epochs": 0})
    with pytest.raises(Problem, match="Recipe has no argument `epoch`"):
        changed_recipe(Recipe(), {"epoch": 1})
    (tmp_path / "recipe.yaml").write_text("epochs: 0\nbatch: 3\n")
    with pytest.raises(SpecError) as caught:
        load_recipe(tmp_path / "recipe.yaml")
    assert {one.line for one in caught.value.diagnostics} == {1, 2}
    with pytest.raises(Problem, match="there is no file"):
        load_recipe(tmp_path / "none.yaml")
