"""What is alike in a document becomes one: blocks with parameters, neighbours that repeat."""

from lego.spec.folding.fold import fold as fold
