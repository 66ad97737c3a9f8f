"""How calls of torch's functions and methods become steps: a rule for each, one family a file.

A rule has the writer, then the arguments of the function under torch's names; it returns what the function gives.
"""

from lego.runtime.importing.translating.functions import (
    activation,
    arithmetic,
    comparison,
    creation,
    indexing,
    joining,
    products,
    reduction,
    reshaping,
    spatial,
    weighted,
)
from lego.runtime.importing.translating.functions.registry import find_rule as find_rule

FAMILIES = (
    activation,
    arithmetic,
    comparison,
    creation,
    indexing,
    joining,
    products,
    reduction,
    reshaping,
    spatial,
    weighted,
)
"""Whose rules are known once they are imported."""
