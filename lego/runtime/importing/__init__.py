"""From a torch module to a document: trace → translate → place; `lego.spec` then folds what is alike."""
