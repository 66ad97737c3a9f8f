"""What a function says of its whole net or block: how weights start, and which of them are one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lego.builder.failure import failure
from lego.builder.place import calling
from lego.builder.scope import current
from lego.spec import Tie, read_init


def init(initialisers: Any) -> None:
    """How the weights of this net or block start, `{"Conv2d": {"weight": "he_normal"}}`; what is nearer goes first."""
    current("`lego.init`").trace.ends["init"] = read_init(initialisers, calling().span)


def tie(weights: Mapping[str, str]) -> None:
    """Make weights of this net or block one, by their paths: `{"head.weight": "embed.weight"}`."""
    trace = current("`lego.tie`").trace
    span = calling().span
    for left, right in weights.items():
        if not isinstance(left, str) or not isinstance(right, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise failure("bad-value", "weights are tied by their paths", 'write `{"head.weight": "embed.weight"}`')
    trace.ends["tie"] = (*trace.ends.get("tie", ()), *(Tie(one, other, span, span) for one, other in weights.items()))
