"""Pictures by matplotlib, the same bytes for the same numbers."""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")


@contextmanager
def figure(size: tuple[float, float]) -> Generator[Figure]:
    """An empty figure of so many inches; it is drawn and written within."""
    from matplotlib import rc_context  # pyright: ignore[reportUnknownVariableType]
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "lego", "svg.fonttype": "none", "font.family": "sans-serif"}):
        yield Figure(figsize=size, layout="constrained")


def written(figure: Figure, format: str) -> bytes:
    """The bytes of one of the formats."""
    data = io.BytesIO()
    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(format, {})
    figure.savefig(data, format=format, metadata=date)  # pyright: ignore[reportUnknownMemberType]
    return data.getvalue()
