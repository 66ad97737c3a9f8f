"""What tells two specs apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lego.api.loading import loaded
from lego.api.results import bound
from lego.api.spec import Spec

if TYPE_CHECKING:
    from lego.emit.difference import Difference


def diff(before: Spec | str | Path, after: Spec | str | Path, /, **sizes: Sequence[int | str]) -> Difference:
    """What tells a second spec from a first; false in a condition where both mean the same, `str` gives a text.

    Nodes that were added, removed or moved; what has changed in others, argument by argument, apart from what only
    follows from it; inputs and outputs; parameters and multiply-accumulates of both; and which weights of the second
    the first has under the same key and of the same shape.

    Args:
        before: A spec, or its path.
        after: Another.
        sizes: Shapes of inputs by name, `image=[1, 3, 224, 224]`, for which multiply-accumulates are counted.

    Raises:
        SpecError: a spec is wrong, or has no graph; a shape does not fit an input of both.
    """
    from lego.emit.difference import compare

    before, after = loaded(before), loaded(after)
    values = bound(before, sizes), bound(after, sizes)
    return compare(before.graph, after.graph, values)
