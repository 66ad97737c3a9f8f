"""A net in stages, for several machines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lego.api.loading import loaded
from lego.api.results import bound
from lego.api.spec import Spec
from lego.graph import Plan
from lego.graph import plan as planned


def plan(spec: Spec | str | Path, /, stages: int, **sizes: Sequence[int | str]) -> Plan:
    """Cut a net into stages of about the same work that follow each other, with little that crosses between them.

    Args:
        spec: A spec, or its path.
        stages: How many.
        sizes: Shapes of inputs by name, `image=[1, 3, 224, 224]`; a symbol that counts samples is 1 unless given.

    Returns:
        The plan. The graph of each of its stages can be emitted, drawn and built as any other.

    Raises:
        SpecError: a shape does not fit its input.
        Problem: the net has too few nodes for so many stages; the work depends on sizes that are not given.
    """
    spec = loaded(spec)
    return planned(spec.graph, stages, bound(spec, sizes))
