"""From the text's tree to a recipe: the catalogue's rules for arguments, with the place of each mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lego.catalogue import ArgumentProblem, LayerOf, create, marks
from lego.diagnostics import Span, did_you_mean
from lego.spec.parsing.issues import Issues, is_null
from lego.spec.recipe.recipe import Recipe
from lego.spec.tree import Mapping, Scalar, Tree, to_value


def parse_recipe(tree: Tree, issues: Issues) -> Recipe | None:
    """What stands under `train`, or in a file of its own; None where something is wrong with it."""
    before = len(issues.found)
    entries = issues.mapping(tree, "train", tuple(Recipe.model_fields), "train: {optimizer: {Adam: 1e-3}, epochs: 15}")
    given = {name: value for name, (_, value) in entries.items() if not is_null(value)}
    for name, scalar in _unknown_choices(given):
        kinds = [kind.__name__ for kind in _kinds(name)]
        help = did_you_mean(scalar.text, kinds) or f"known are: {', '.join(kinds)}"
        issues.add("unknown-name", f"there is no {name} `{scalar.text}`", scalar.span, help)
        del given[name]
    made = create(Recipe, {name: to_value(value) for name, value in given.items()})
    if isinstance(made, Recipe):
        return made if len(issues.found) == before else None
    for one in made:
        issues.found.append(one.problem.at(_place(given, one, tree)))
    return None


def _unknown_choices(given: dict[str, Tree]) -> Iterator[tuple[str, Scalar]]:
    """The names of optimisers and the like that there are not."""
    for name, value in list(given.items()):
        kinds = [kind.__name__ for kind in _kinds(name)]
        key = value.entries[0][0] if isinstance(value, Mapping) and len(value.entries) == 1 else value
        if kinds and isinstance(key, Scalar) and key.text not in kinds:
            yield name, key


def _kinds(field: str) -> tuple[type[Any], ...]:
    choices = [mark for mark in marks(Recipe.model_fields[field]) if isinstance(mark, LayerOf)]
    return choices[0].kinds if choices else ()


def _place(given: dict[str, Tree], problem: ArgumentProblem, tree: Tree) -> Span:
    """Where a mistake is: at a value, or at the key of one that should not be there."""
    if problem.argument is None:
        return tree.span
    span, found = given[problem.argument].span, given[problem.argument]
    for name in problem.path:
        entry = (
            next((one for one in found.entries if one[0].text == name), None) if isinstance(found, Mapping) else None
        )
        if entry is None:
            break
        key, found = entry
        span = key.span if problem.problem.code == "unknown-argument" else found.span
    return span
