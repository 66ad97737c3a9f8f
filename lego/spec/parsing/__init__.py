"""From a tree with positions to the document's models; every mistake in form is said here, all at once."""

from lego.spec.parsing.document import parse as parse
