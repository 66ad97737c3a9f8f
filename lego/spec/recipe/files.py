"""Recipes in files of their own, and recipes changed from Python."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lego.catalogue import create
from lego.diagnostics import SpecError
from lego.spec.parsing.issues import Issues
from lego.spec.read import read, read_source
from lego.spec.recipe.parsing import parse_recipe
from lego.spec.recipe.recipe import Recipe
from lego.spec.writing.described import arguments_data
from lego.spec.writing.layout import Tall, lines


def load_recipe(path: str | Path) -> Recipe:
    """The recipe in a file: what a document has under `train`.

    Raises:
        SpecError: everything that is wrong with it.
        Problem: there is no such file.
    """
    issues = Issues()
    recipe = parse_recipe(read(read_source(path)), issues)
    if recipe is None:
        raise SpecError(issues.found)
    return recipe


def changed_recipe(recipe: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """The recipe with other arguments, written as a document has them: `{"optimizer": {"SGD": 0.1}, "epochs": 3}`.

    Raises:
        Problem: what is wrong with the first that is.
    """
    made = create(Recipe, dict(changes))
    if not isinstance(made, Recipe):
        raise made[0].problem
    return recipe.model_copy(update={name: vars(made)[name] for name in made.model_fields_set})


def recipe_yaml(recipe: Recipe) -> str:
    """The text of a file that `load_recipe` reads: every argument, so that it means the same when defaults change."""
    every = recipe.model_copy(update=dict(vars(recipe)))
    return "\n".join(lines(Tall(arguments_data(every)))) + "\n"
