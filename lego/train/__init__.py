"""Floor above runtime: how networks learn. Recipes are `lego.spec.recipe`'s; the loop is Lightning's."""
