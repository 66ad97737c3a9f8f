"""Floor above runtime: how networks learn. Recipes are `lego.spec.recipe`'s; the loop is Lightning's."""

from lego.spec.recipe import Recipe as Recipe
from lego.spec.recipe import changed_recipe as changed_recipe
from lego.spec.recipe import load_recipe as load_recipe
